package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.data.IngestResult;
import dev.sluice.data.IngestResult.Accepted;
import dev.sluice.data.IngestResult.Rejected;
import dev.sluice.data.LabelledExample;
import dev.sluice.data.SourcePosition;
import dev.sluice.data.TokenizedExample;
import dev.sluice.data.Tokenizer;
import dev.sluice.data.UnusableExampleException;
import dev.sluice.serde.ExampleJson;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file as the examples that ingest and a trainer would make of them. What they would
 * reject is named by its line and passed over. Reads the file once. Not thread-safe.
 */
final class FileExamples implements AutoCloseable {

  private final String file;
  private final InputStream in;
  private final JsonLines lines;
  private final String adapter;
  private final ExampleJson json;
  private final Tokenizer tokenizer;
  private final Rejections rejections;

  /** Hears of the rows that cannot be used. */
  interface Rejections {
    void add(long lineNumber, String reason);
  }

  private FileExamples(
      Path file, InputStream in, SluiceConfig config, Tokenizer tokenizer, Rejections rejections) {
    this.file = String.valueOf(file.getFileName());
    this.in = in;
    this.lines = new JsonLines(in);
    this.adapter = config.adapterName();
    this.json = new ExampleJson(config.ingest().maxExampleBytes());
    this.tokenizer = tokenizer;
    this.rejections = rejections;
  }

  static FileExamples open(
      Path file, SluiceConfig config, Tokenizer tokenizer, Rejections rejections)
      throws IOException {
    return new FileExamples(
        file,
        new BufferedInputStream(Files.newInputStream(file), 1 << 16),
        config,
        tokenizer,
        rejections);
  }

  /** The next row that can be used, or null at the end; its position is its line. */
  @Nullable TokenizedExample next() throws IOException {
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      try {
        LabelledExample example = parse(line);
        return new TokenizedExample(
            example,
            tokenizer.encode(example.text()),
            new SourcePosition(file, 0, lines.lineNumber()));
      } catch (UnusableExampleException e) {
        rejections.add(lines.lineNumber(), Failure.messageOf(e));
      }
    }
    return null;
  }

  long bytesRead() {
    return lines.bytesRead();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private LabelledExample parse(byte[] line) throws UnusableExampleException {
    IngestResult result =
        json.parse(
            line,
            new ExampleJson.Defaults(
                adapter, LabelledExample.DEFAULT_TASK, LabelledExample.UNKNOWN_SOURCE));
    if (result instanceof Rejected rejected) {
      throw new UnusableExampleException(rejected.reason());
    }
    LabelledExample example = ((Accepted) result).example();
    if (!example.adapter().equals(adapter)) {
      throw new UnusableExampleException(
          "is for another adapter than '%s' (adapter.name)".formatted(adapter));
    }
    return example;
  }
}
