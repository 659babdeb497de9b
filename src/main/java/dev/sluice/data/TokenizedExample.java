package dev.sluice.data;

/**
 * An example ready for a micro-batch.
 *
 * @param example the example; its text is no longer needed
 * @param position where it stands on the train topic
 */
public record TokenizedExample(
    LabelledExample example, TokenSequence tokens, SourcePosition position) {}
