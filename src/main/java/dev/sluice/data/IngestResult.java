package dev.sluice.data;

/** What became of one incoming record: an example to train on, or a reason a person understands. */
public sealed interface IngestResult {

  record Accepted(LabelledExample example) implements IngestResult {}

  /**
   * @param reason one sentence for a person; never contains the example's text
   */
  record Rejected(String reason) implements IngestResult {}
}
