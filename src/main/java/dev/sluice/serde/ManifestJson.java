package dev.sluice.serde;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.checkpoint.Manifest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * A {@link Manifest} as JSON, its keys on the checkpoints topic, and the keys of its chunks.
 *
 * <p>A manifest has one canonical form, which is hashed and signed, and this writes no other: UTF-8
 * without white space; the fields of every object sorted by name, as UTF-16; in strings only {@code
 * "}, {@code \} and control characters escaped, in the shortest way, in lower case; whole numbers
 * as digits, {@link Manifest.Scores} as decimals without an exponent and without trailing zeros;
 * times in UTC as {@link java.time.Instant#toString} writes them; null where there is no value. It
 * is what RFC 8785 asks for, but that whole numbers above 2⁵³ (a seed) keep all their digits.
 */
public final class ManifestJson {

  static final String NOT_A_MANIFEST = "a record of the checkpoints topic is not a manifest";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .addModule(new SimpleModule().addSerializer(double.class, new PlainDecimals()))
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private ManifestJson() {}

  /** The canonical bytes. */
  public static byte[] write(Manifest manifest) {
    try {
      return JSON.writeValueAsBytes(manifest);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest always serializes", e);
    }
  }

  /**
   * Reads a manifest that has every field and no other. Whether it is the one that its trainer
   * wrote, {@link ManifestSeal#check} tells.
   *
   * @throws PayloadException if the bytes are no manifest, or one of a newer format
   */
  public static Manifest read(byte[] value) {
    try {
      JsonNode node = JSON.readTree(value);
      if (node.path("v").asInt() > Manifest.FORMAT) {
        throw new PayloadException(
            "a manifest is of format %d, but this version of Sluice reads formats up to %d: update Sluice"
                .formatted(node.path("v").asInt(), Manifest.FORMAT));
      }
      ManifestSchema.check(node);
      return JSON.treeToValue(node, Manifest.class);
    } catch (IOException e) {
      throw new PayloadException(NOT_A_MANIFEST + ": it is not JSON, or a number is too large", e);
    }
  }

  public static byte[] key(Manifest manifest) {
    return manifest.id().getBytes(StandardCharsets.UTF_8);
  }

  /** The key of a file's piece: {@code adapter@version/file/index}. */
  public static byte[] chunkKey(String adapter, long version, String file, int index) {
    return (adapter + "@" + version + "/" + file + "/" + index).getBytes(StandardCharsets.UTF_8);
  }

  /** JSON libraries agree on a number without an exponent. */
  private static final class PlainDecimals extends StdSerializer<Double> {
    private static final long serialVersionUID = 1;

    PlainDecimals() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeNumber(BigDecimal.valueOf(value).stripTrailingZeros().toPlainString());
    }
  }
}
