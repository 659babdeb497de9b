package dev.sluice.kafka;

import static dev.sluice.testing.Failures.assertSays;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.Release;
import dev.sluice.checkpoint.RetentionPolicy;
import dev.sluice.serde.ManifestJson;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JanitorIT {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final RetentionPolicy LAST_TWO = new RetentionPolicy(2, 0);

  private final TrainerRig rig =
      new TrainerRig()
          .with(new TrainerLoop.Settings(4, 1_000_000, TrainerRig.NEVER, 1, TrainerRig.NEVER));
  private final CheckpointStore checkpoints = new CheckpointStore(rig.client, rig.topics);
  private final ReleaseStore releases = new ReleaseStore(rig.client, rig.topics);

  @BeforeEach
  void trainSixVersions() {
    rig.trainVersions(6);
    assertEquals(6, rig.newest().version());
  }

  @Test
  void dropsEveryPieceOfOldVersionsAndLeavesTheOthersWhole() {
    Trim trim = trim(LAST_TWO);

    List<Manifest> manifests = rig.manifests();
    assertEquals(List.of(4L, 5L, 6L), trim.kept(), "4 is what 5 was trained from");
    assertEquals(List.of(1L, 2L, 3L), trim.dropped());
    assertEquals(manifests.subList(0, 3).stream().mapToLong(Manifest::bytes).sum(), trim.bytes());
    assertEquals(keys(manifests.subList(0, 3)), tombstones());
    assertEquals(Set.of(1L, 2L, 3L), trimmed());
    assertEquals(6, manifests.size(), "the lineage stays");
    for (Manifest kept : manifests.subList(3, 6)) {
      kept.files().forEach(file -> checkpoints.fetch(kept, file.name()));
    }
  }

  @Test
  void aSecondTimeThereIsNothingToDrop() {
    trim(LAST_TWO);
    int before = TestBroker.shared().readCommitted(rig.topics.chunks()).size();

    Trim again = trim(LAST_TWO);

    assertEquals(List.of(), again.dropped());
    assertEquals(List.of(4L, 5L, 6L), again.kept());
    assertEquals(before, TestBroker.shared().readCommitted(rig.topics.chunks()).size());
  }

  @Test
  void aPlanChangesNothing() {
    assertEquals(List.of(1L, 2L, 3L), janitor(LAST_TWO, CLOCK).plan(rig.adapter, 0).dropped());

    assertEquals(Set.of(), tombstones());
    assertEquals(Set.of(), trimmed());
  }

  @Test
  void keepsWhatIsReleasedAndWhatARollbackGoesBackTo() {
    release(1);
    release(3);

    Trim trim = trim(new RetentionPolicy(1, 0));

    assertEquals(List.of(1L, 2L, 3L, 5L, 6L), trim.kept(), "with 2 and 5, the parents of 3 and 6");
  }

  @Test
  void theTrainerGoesOnFromATrimmedLineage() {
    trim(new RetentionPolicy(1, 0));

    rig.send(24, 28);
    rig.trainUntil(28);

    assertEquals(7, rig.newest().version());
    assertEquals(List.of(6L, 7L), trim(new RetentionPolicy(1, 0)).kept());
  }

  /** The clock is read between the plan and the tombstones. */
  @Test
  void aReleaseThatComesInBetweenSavesItsVersion() {
    boolean[] released = new boolean[1];
    InstantSource source =
        () -> {
          if (!released[0]) {
            released[0] = true;
            release(2);
          }
          return NOW;
        };

    Trim trim = janitor(LAST_TWO, source.withZone(ZoneOffset.UTC)).trim(rig.adapter, rig.partition);

    assertEquals(List.of(3L), trim.dropped(), "1 is the parent of 2");
    assertEquals(keys(List.of(rig.manifests().get(2))), tombstones());
    assertEquals(Set.of(3L), trimmed());
    assertEquals(2, releases.current(rig.adapter, rig.partition).orElseThrow().version());
  }

  /** Each version is a transaction of its own; the clock is read at the start of each. */
  @Test
  void aReleaseBetweenTwoTransactionsSavesWhatIsLeft() {
    int[] transactions = new int[1];
    InstantSource source =
        () -> {
          transactions[0]++;
          if (transactions[0] == 2) {
            release(3);
          }
          return NOW;
        };
    Clock clock = source.withZone(ZoneOffset.UTC);

    Trim trim =
        new Janitor(rig.client, rig.topics, LAST_TWO, clock, 1).trim(rig.adapter, rig.partition);

    assertEquals(List.of(1L), trim.dropped());
    assertEquals(List.of(2L, 3L, 4L, 5L, 6L), trim.kept(), "2 is the parent of 3");
    assertEquals(Set.of(1L), trimmed());
    assertEquals(keys(rig.manifests().subList(0, 1)), tombstones());
  }

  @Test
  void aLongTrimIsSeveralTransactions() {
    Trim trim =
        new Janitor(rig.client, rig.topics, LAST_TWO, CLOCK, 1).trim(rig.adapter, rig.partition);

    assertEquals(List.of(1L, 2L, 3L), trim.dropped());
    assertEquals(Set.of(1L, 2L, 3L), trimmed());
    assertEquals(keys(rig.manifests().subList(0, 3)), tombstones());
  }

  @Test
  void aVersionThatIsTrimmedBeforeItsReleaseIsWrittenIsNotReleased() {
    Throwable failure =
        assertThrows(
            VersionTrimmedException.class,
            () ->
                releases.publish(
                    rig.adapter,
                    rig.partition,
                    current -> {
                      trim(LAST_TWO);
                      return Release.first(rig.adapter, 2, NOW, null, null);
                    }));

    assertSays("counted@2 was trimmed", failure);
    assertEquals(Optional.empty(), releases.current(rig.adapter, rig.partition));
  }

  @Test
  void aMissingPieceIsDamageEvenIfItsTombstoneLiesBehindIt() {
    TopicNames compacted = TestBroker.shared().freshNames();
    try (Admin admin = Admin.create(rig.client)) {
      new TopicAdmin(admin, new TopicLayout(compacted, 2, -1, Duration.ofDays(1))).create();
    }
    Manifest first = rig.manifests().get(0);
    FileEntry config = first.file(PeftFiles.CONFIG);
    assertEquals(0, config.lastChunk());
    byte[] key = ManifestJson.chunkKey(rig.adapter, 1, PeftFiles.CONFIG, 0);
    TestBroker.shared()
        .send(
            List.of(
                new ProducerRecord<>(
                    compacted.chunks(), rig.partition, "other".getBytes(UTF_8), new byte[1]),
                new ProducerRecord<>(compacted.chunks(), rig.partition, key, null)));

    CheckpointStore store = new CheckpointStore(rig.client, compacted);

    assertSays(
        "piece 0 of 1 is missing",
        assertThrows(CheckpointDamagedException.class, () -> store.fetch(first, PeftFiles.CONFIG)));
  }

  private Trim trim(RetentionPolicy policy) {
    return janitor(policy, CLOCK).trim(rig.adapter, rig.partition);
  }

  private Janitor janitor(RetentionPolicy policy, Clock clock) {
    return new Janitor(rig.client, rig.topics, policy, clock);
  }

  private void release(long version) {
    releases.publish(
        rig.adapter,
        rig.partition,
        current ->
            current
                .map(c -> c.then(version, NOW, null, null))
                .orElseGet(() -> Release.first(rig.adapter, version, NOW, null, null)));
  }

  private Set<Long> trimmed() {
    return new TrimmedVersions(rig.client, rig.topics).of(rig.partition);
  }

  /** Keys whose newest record is a tombstone. */
  private Set<String> tombstones() {
    Set<String> gone = new HashSet<>();
    for (var row : TestBroker.shared().readCommitted(rig.topics.chunks())) {
      String key = new String(row.key(), UTF_8);
      assertEquals(rig.partition, row.partition());
      assertTrue(row.value() == null ? gone.add(key) : gone.isEmpty(), "tombstones come last");
    }
    return gone;
  }

  private static Set<String> keys(List<Manifest> manifests) {
    Set<String> keys = new TreeSet<>();
    for (Manifest manifest : manifests) {
      for (FileEntry file : manifest.files()) {
        for (int i = 0; i < file.chunks(); i++) {
          keys.add(
              new String(
                  ManifestJson.chunkKey(manifest.adapter(), manifest.version(), file.name(), i),
                  UTF_8));
        }
      }
    }
    return keys;
  }
}
