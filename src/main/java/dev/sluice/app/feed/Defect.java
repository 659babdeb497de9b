package dev.sluice.app.feed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/** The ways to spoil an example, one for each reason to reject it. */
enum Defect {
  /** Cut off, as after a broken connection. */
  NOT_JSON {
    @Override
    byte[] spoil(ObjectNode example, Draw draw) {
      byte[] whole = ExampleJson.bytes(example);
      return Arrays.copyOf(whole, whole.length / 2);
    }
  },
  UNKNOWN_VERSION {
    @Override
    byte[] spoil(ObjectNode example, Draw draw) {
      return ExampleJson.bytes(example.put("v", 2));
    }
  },
  WITHOUT_LABEL {
    @Override
    byte[] spoil(ObjectNode example, Draw draw) {
      example.remove("completion");
      return ExampleJson.bytes(example);
    }
  },
  /** Larger than a record may be, 262,144 bytes. */
  TOO_LARGE {
    @Override
    byte[] spoil(ObjectNode example, Draw draw) {
      return ExampleJson.bytes(example.put("prompt", headlines(262_144, draw)));
    }
  },
  /** Valid for ingest, but several thousand tokens: the trainer finds it. */
  PROMPT_TOO_LONG {
    @Override
    byte[] spoil(ObjectNode example, Draw draw) {
      return ExampleJson.bytes(example.put("prompt", headlines(20_000, draw)));
    }
  },
  UNREGISTERED_ADAPTER {
    @Override
    byte[] spoil(ObjectNode example, Draw draw) {
      return ExampleJson.bytes(
          example.put("adapter", example.get("adapter").textValue() + "-unregistered"));
    }
  };

  /** The bytes of the example, which may be changed, with this defect. */
  abstract byte[] spoil(ObjectNode example, Draw draw);

  private static String headlines(int characters, Draw draw) {
    StringBuilder text = new StringBuilder(characters + 200);
    while (text.length() < characters) {
      text.append(SentimentWriter.headline(draw)).append('\n');
    }
    return text.toString();
  }
}
