package dev.sluice.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.serde.ManifestJson;
import dev.sluice.serde.ManifestSeal;
import dev.sluice.testing.TestBroker;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/** A trainer that begins where another one died in the middle of a commit. */
class TrainerLoopTakeoverIT {

  @Test
  void aCheckpointThatWasHalfCommittedIsNeitherRestoredNorInTheWay() {
    TrainerRig undisturbed = new TrainerRig();
    undisturbed.send(0, 8);
    undisturbed.trainUntil(8);

    TrainerRig rig = new TrainerRig();
    rig.send(0, 8);
    rig.trainUntil(4);
    try (Producer<byte[], byte[]> dead = halfCommitted(successorOf(rig.newest()), rig)) {
      rig.trainUntil(8);

      assertThrows(KafkaException.class, dead::commitTransaction);
    }

    List<Manifest> manifests = rig.manifests();
    assertEquals(List.of(1L, 2L), manifests.stream().map(Manifest::version).toList());
    assertEquals(8, rig.newest().nextOffset());
    assertArrayEquals(undisturbed.weights(), rig.weights());
    long pieces =
        manifests.stream().flatMap(m -> m.files().stream()).mapToLong(FileEntry::chunks).sum();
    assertEquals(pieces, TestBroker.shared().readCommitted(rig.topics.chunks()).size());
  }

  @Test
  void aCheckpointWhosePiecesAreGoneIsRefused() {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 4);
    rig.trainUntil(4);
    Manifest next = successorOf(rig.newest()); // its pieces were never written
    TestBroker.shared().send(List.of(manifestRecord(next, rig)));

    assertThrows(CheckpointDamagedException.class, () -> rig.trainUntil(8));
  }

  /** What a trainer leaves that is killed between its sends and its commit. */
  @SuppressWarnings("FutureReturnValueIgnored") // flushed
  private static Producer<byte[], byte[]> halfCommitted(Manifest manifest, TrainerRig rig) {
    Producer<byte[], byte[]> dead =
        Clients.transactionalProducer(
            rig.client, rig.topics.prefix() + ".trainer." + rig.partition);
    dead.initTransactions();
    dead.beginTransaction();
    dead.send(
        new ProducerRecord<>(
            rig.topics.chunks(),
            rig.partition,
            ManifestJson.chunkKey(rig.adapter, manifest.version(), "file", 0),
            "half".getBytes(UTF_8)));
    dead.send(manifestRecord(manifest, rig));
    dead.flush();
    return dead;
  }

  private static ProducerRecord<byte[], byte[]> manifestRecord(Manifest manifest, TrainerRig rig) {
    return new ProducerRecord<>(
        rig.topics.checkpoints(),
        rig.partition,
        ManifestJson.key(manifest),
        ManifestJson.write(manifest));
  }

  private static Manifest successorOf(Manifest sound) {
    Manifest next =
        new Manifest(
            sound.v(),
            sound.adapter(),
            sound.version() + 1,
            sound.version(),
            sound.lineageHash(),
            sound.attempt(),
            sound.createdAt(),
            sound.step() + 1,
            sound.updates() + 1,
            sound.partition(),
            1000,
            sound.steps(),
            sound.files(),
            sound.baseModel(),
            sound.environment(),
            sound.configuration(),
            sound.counts(),
            sound.scores(),
            sound.knowledgeCutoff(),
            sound.excluded(),
            null);
    return ManifestSeal.seal(next, null);
  }
}
