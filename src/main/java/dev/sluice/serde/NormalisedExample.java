package dev.sluice.serde;

import dev.sluice.data.LabelledExample;

/**
 * An example together with its record for the train topic.
 *
 * @param json canonical version 1 with the original's unknown fields, UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // a payload, handed over and not compared
public record NormalisedExample(LabelledExample example, byte[] json) {}
