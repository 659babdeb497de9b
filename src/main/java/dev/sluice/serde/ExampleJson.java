package dev.sluice.serde;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.data.IngestResult;
import dev.sluice.data.LabelledExample;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Labelled examples to JSON and back.
 *
 * <p>Reads version 1 (its JSON Schema is the resource {@code example-v1.schema.json}), FinLoRA rows
 * {@code {"context","target"}} and bare conversations {@code {"messages":[…]}}. Task and source
 * that a record does not name come from the {@link Defaults}. Rows and conversations may also leave
 * out their adapter and their id; the id is then a hash of the row as sent, without regard to the
 * order of its fields, so that the same row sent twice is one example. Version 1 must name both: a
 * feed that forgot its adapter should not train another one.
 *
 * <p>Instances are immutable and may be used from any thread.
 */
public final class ExampleJson {

  /** The largest record that is read if nothing else is configured. */
  public static final int DEFAULT_MAX_BYTES = 262_144;

  private static final ExampleSchema SCHEMA = ExampleSchema.load();

  private final int maxBytes;

  /**
   * @param maxBytes the value of {@code example.max.bytes}
   */
  public ExampleJson(int maxBytes) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException(
          "example.max.bytes must be at least 1 but was " + maxBytes);
    }
    this.maxBytes = maxBytes;
  }

  /**
   * For the train topic: ingest has checked the size, and defaults may have made the record larger.
   */
  public static ExampleJson unlimited() {
    return new ExampleJson(Integer.MAX_VALUE);
  }

  public IngestResult parse(byte @Nullable [] value, Defaults defaults) {
    try {
      return new IngestResult.Accepted(normalise(value, defaults).example());
    } catch (RejectedExampleException e) {
      return new IngestResult.Rejected(e.reason());
    }
  }

  /**
   * Reads a record and brings it into the form of the train topic: version 1, defaults filled in,
   * times in UTC, known fields first and in one order. Fields that version 1 does not know are kept
   * as they are.
   */
  public NormalisedExample normalise(byte @Nullable [] value, Defaults defaults)
      throws RejectedExampleException {
    ObjectNode row = StrictJson.readObject(checkSize(value));
    RowShape shape = RowShape.of(row);
    ObjectNode v1 = shape.toVersion1(row, defaults);
    SCHEMA.check(v1, shape);
    LabelledExample example = ExampleFields.read(v1);
    try {
      return new NormalisedExample(example, StrictJson.write(ExampleFields.canonical(example, v1)));
    } catch (CharacterCodingException e) {
      throw new RejectedExampleException(StrictJson.LONE_SURROGATE);
    }
  }

  /**
   * The example as canonical version 1.
   *
   * @throws IllegalArgumentException if a text has half of a surrogate pair
   */
  public byte[] write(LabelledExample example) {
    try {
      return StrictJson.write(ExampleFields.write(example));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("an example " + StrictJson.LONE_SURROGATE, e);
    }
  }

  private byte[] checkSize(byte @Nullable [] value) throws RejectedExampleException {
    if (value == null || value.length == 0) {
      throw new RejectedExampleException("is empty");
    }
    if (value.length > maxBytes) {
      throw new RejectedExampleException(
          String.format(
              Locale.ROOT,
              "is %,d bytes, more than example.max.bytes (%,d)",
              value.length,
              maxBytes));
    }
    return value;
  }

  /**
   * What stands in for fields that a record does not name.
   *
   * @param adapter for rows and conversations; null if they have to name it
   */
  public record Defaults(@Nullable String adapter, String task, String source) {

    /** No adapter, and {@link LabelledExample}'s words for an unknown task and source. */
    public static final Defaults NONE =
        new Defaults(null, LabelledExample.DEFAULT_TASK, LabelledExample.UNKNOWN_SOURCE);
  }
}
