package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.data.Boundary;
import dev.sluice.data.SluiceException;
import dev.sluice.serde.BoundaryRecord;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class BoundaryLogIT {

  private final TrainerRig rig = new TrainerRig();

  @Test
  void aSuccessorReadsWhatWasWrittenFromItsOffsetOn() {
    try (BoundaryLog log = log()) {
      log.write(record(1, 0, 2));
      log.write(record(2, 3, 3));
      log.write(record(3, 4, 9));
    }
    try (BoundaryLog successor = log()) {
      assertEquals(List.of(new Boundary(3, 3), new Boundary(4, 9)), successor.from(3));
      assertEquals(List.of(), successor.from(10));
    }
  }

  @Test
  void whatAZombieWritesLaterIsRefusedAndNotSeen() {
    try (BoundaryLog zombie = log()) {
      zombie.write(record(1, 0, 2));
      try (BoundaryLog successor = log()) {
        assertThrows(AdapterTakenOverException.class, () -> zombie.write(record(2, 3, 3)));

        successor.write(record(2, 3, 4));
        assertEquals(List.of(new Boundary(0, 2), new Boundary(3, 4)), successor.from(0));
      }
    }
    try (BoundaryLog next = log()) {
      assertEquals(List.of(new Boundary(0, 2), new Boundary(3, 4)), next.from(0));
    }
  }

  @Test
  void aTopicThatIsMissingIsNamedAtOnce() {
    TopicNames none = new TopicNames(rig.topics.prefix() + ".none");
    try (BoundaryLog log = new BoundaryLog(rig.client, none, "a", 0)) {
      SluiceException failure = assertThrows(SluiceException.class, () -> log.from(0));
      assertEquals(
          "topic %s does not exist; run: sluice topics create".formatted(none.boundaries()),
          failure.getMessage());
    }
  }

  @Test
  void readsAsFarBackAsTheOffsetNeeds() {
    int boundaries = 5000; // several looks back
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < boundaries; i++) {
      records.add(
          new ProducerRecord<>(
              rig.topics.boundaries(), rig.partition, new byte[0], record(i, i, i).write()));
    }
    TestBroker.shared().send(records);
    try (BoundaryLog log = log()) {
      assertEquals(10, log.from(boundaries - 10).size());
      assertEquals(boundaries - 100, log.from(100).size());
      assertEquals(boundaries, log.from(0).size());
    }
  }

  private BoundaryLog log() {
    return new BoundaryLog(rig.client, rig.topics, rig.adapter, rig.partition);
  }

  private BoundaryRecord record(long step, long first, long last) {
    return new BoundaryRecord(rig.adapter, step, 1, new Boundary(first, last));
  }
}
