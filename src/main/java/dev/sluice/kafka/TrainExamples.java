package dev.sluice.kafka;

import dev.sluice.data.IngestResult;
import dev.sluice.data.IngestResult.Accepted;
import dev.sluice.data.IngestResult.Rejected;
import dev.sluice.data.LabelledExample;
import dev.sluice.data.SourcePosition;
import dev.sluice.data.TokenizedExample;
import dev.sluice.data.Tokenizer;
import dev.sluice.data.UnusableExampleException;
import dev.sluice.serde.ExampleJson;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Makes examples of the records of the train topic, or says why one cannot be trained on: the same
 * decision whenever a record is read.
 */
final class TrainExamples {

  private final String adapter;
  private final Tokenizer tokenizer;
  private final ExampleJson json = ExampleJson.unlimited();

  /**
   * @param adapter whose partition it is; examples for others are unusable
   */
  TrainExamples(String adapter, Tokenizer tokenizer) {
    this.adapter = adapter;
    this.tokenizer = tokenizer;
  }

  TokenizedExample read(ConsumerRecord<byte[], byte[]> row) throws UnusableExampleException {
    LabelledExample example = parse(row.value());
    return new TokenizedExample(example, tokenizer.encode(example.text()), position(row));
  }

  static SourcePosition position(ConsumerRecord<byte[], byte[]> row) {
    return new SourcePosition(row.topic(), row.partition(), row.offset());
  }

  private LabelledExample parse(byte[] value) throws UnusableExampleException {
    IngestResult result = json.parse(value, ExampleJson.Defaults.NONE);
    if (result instanceof Rejected rejected) {
      throw new UnusableExampleException(rejected.reason());
    }
    LabelledExample example = ((Accepted) result).example();
    if (!example.adapter().equals(adapter)) {
      throw new UnusableExampleException(
          "is for another adapter than '%s', which this partition trains".formatted(adapter));
    }
    return example;
  }
}
