package dev.sluice.app;

import dev.sluice.app.feed.FeedRecord;
import dev.sluice.app.feed.FeedSettings;
import dev.sluice.app.feed.FinancialFeed;
import dev.sluice.data.IngestResult;
import dev.sluice.data.IngestResult.Accepted;
import dev.sluice.data.IngestResult.Rejected;
import dev.sluice.data.LabelledExample;
import dev.sluice.data.MicroBatch;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as micro-batches, without Kafka. Rows that a trainer would reject are passed over. Not
 * thread-safe.
 */
final class Rows {

  private static final ExampleJson.Defaults DEFAULTS =
      new ExampleJson.Defaults(
          "rows", LabelledExample.DEFAULT_TASK, LabelledExample.UNKNOWN_SOURCE);

  private final Tokenizer tokenizer;
  private final List<TokenizedExample> examples = new ArrayList<>();
  private @Nullable String firstUnusable;

  private Rows(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Says before a model is loaded, which takes minutes, that its rows cannot be read.
   *
   * @throws CommandFailedException if there is no such file
   */
  static void requireReadable(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new CommandFailedException(
          "--file is %s, which %s; name a file with a JSON object on each line"
              .formatted(
                  file,
                  Files.isDirectory(file)
                      ? "is a directory"
                      : Files.exists(file) ? "cannot be read" : "does not exist"));
    }
  }

  /**
   * The first rows of a JSON Lines file.
   *
   * @throws CommandFailedException if it has too few that can be used
   */
  static List<MicroBatch> ofFile(Path file, Tokenizer tokenizer, int batches, int batch)
      throws IOException {
    long wanted = (long) batches * batch;
    Rows rows = new Rows(tokenizer);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      JsonLines lines = new JsonLines(in);
      for (byte[] line = lines.next();
          line != null && rows.examples.size() < wanted;
          line = lines.next()) {
        rows.add(line, lines.lineNumber());
      }
    }
    if (rows.examples.size() < wanted) {
      throw new CommandFailedException(
          "%s has %d usable rows, but %d batches of %d need %d%s"
              .formatted(
                  file,
                  rows.examples.size(),
                  batches,
                  batch,
                  wanted,
                  rows.firstUnusable == null ? "" : "; " + rows.firstUnusable));
    }
    return rows.batches(batch);
  }

  /** What the demo's feed sends, without bad records and duplicates. */
  static List<MicroBatch> ofFeed(long seed, Tokenizer tokenizer, int batches, int batch) {
    FinancialFeed feed =
        new FinancialFeed(
            FeedSettings.of(seed, "rows", Instant.EPOCH).withBadShare(0).withDuplicateShare(0));
    Rows rows = new Rows(tokenizer);
    long wanted = (long) batches * batch;
    for (long number = 1; rows.examples.size() < wanted; number++) {
      FeedRecord record = feed.next();
      rows.add(record.value(), number);
    }
    return rows.batches(batch);
  }

  private void add(byte[] row, long number) {
    IngestResult result = ExampleJson.unlimited().parse(row, DEFAULTS);
    if (result instanceof Rejected rejected) {
      unusable(number, rejected.reason());
      return;
    }
    Accepted accepted = (Accepted) result;
    LabelledExample example = accepted.example();
    try {
      examples.add(
          new TokenizedExample(
              example, tokenizer.encode(example.text()), new SourcePosition("rows", 0, number)));
    } catch (UnusableExampleException e) {
      unusable(number, String.valueOf(e.getMessage()));
    }
  }

  /** The first is named if there are too few others. */
  private void unusable(long number, String reason) {
    if (firstUnusable == null) {
      firstUnusable = "the first that cannot be used is row %d: it %s".formatted(number, reason);
    }
  }

  private List<MicroBatch> batches(int batch) {
    List<MicroBatch> batches = new ArrayList<>();
    for (int from = 0; from < examples.size(); from += batch) {
      batches.add(new MicroBatch(examples.subList(from, from + batch)));
    }
    return batches;
  }
}
