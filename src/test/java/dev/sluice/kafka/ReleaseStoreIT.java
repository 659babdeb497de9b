package dev.sluice.kafka;

import static dev.sluice.testing.Failures.assertSays;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.checkpoint.Release;
import dev.sluice.data.SluiceException;
import dev.sluice.serde.TrimmedJson;
import dev.sluice.testing.TestBroker;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class ReleaseStoreIT {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final TrainerRig rig = new TrainerRig();
  private final ReleaseStore releases = new ReleaseStore(rig.client, rig.topics);

  @Test
  void thereIsNoReleaseUntilOneIsMade() {
    assertEquals(Optional.empty(), releases.current(rig.adapter, rig.partition));

    Release first = release(4);

    assertEquals(Optional.of(first), releases.current(rig.adapter, rig.partition));
    Release second = release(7);
    assertEquals(Optional.of(second), releases.current(rig.adapter, rig.partition));
    assertEquals(List.of(4L), second.previous());
  }

  @Test
  void adaptersHaveReleasesOfTheirOwn() {
    TrainerRig other = new TrainerRig("other", rig);
    release(4);

    assertEquals(Optional.empty(), releases.current(other.adapter, other.partition));
  }

  @Test
  void whatIsReleasedAlreadyIsNotWrittenAgain() {
    Release first = release(4);

    assertEquals(first, releases.publish(rig.adapter, rig.partition, Optional::orElseThrow));

    assertEquals(1, TestBroker.shared().readCommitted(rig.topics.releases()).size());
  }

  @Test
  void oneOfTwoReleasesAtATimeIsTold() {
    SluiceException failure =
        assertThrows(
            SluiceException.class,
            () ->
                releases.publish(
                    rig.adapter,
                    rig.partition,
                    current -> {
                      release(7);
                      return Release.first(rig.adapter, 4, NOW, null, null);
                    }));

    assertSays("another release of adapter 'counted' has begun", failure);
    assertEquals(7, releases.current(rig.adapter, rig.partition).orElseThrow().version());
  }

  @Test
  void aReleaseThatFailsLeavesTheOneBefore() {
    Release first = release(4);

    assertThrows(
        IllegalStateException.class,
        () ->
            releases.publish(
                rig.adapter,
                rig.partition,
                current -> {
                  throw new IllegalStateException("no");
                }));

    assertEquals(Optional.of(first), releases.current(rig.adapter, rig.partition));
  }

  /** A janitor that has looked for releases but not committed: its word is waited for. */
  @Test
  void aReleaseWaitsForTheJanitorsLastWord() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (var janitor = Clients.transactionalProducer(rig.client, rig.topics.prefix() + ".janitor");
        var watch = new ReleaseTable(rig.client, rig.topics, rig.adapter, rig.partition)) {
      janitor.initTransactions();
      janitor.beginTransaction();
      KafkaFutures.get(
          janitor.send(
              new ProducerRecord<>(
                  rig.topics.trimmed(),
                  rig.partition,
                  "counted@4".getBytes(UTF_8),
                  TrimmedJson.write(rig.adapter, 4, 1, NOW))));
      assertFalse(watch.hasNews());

      Future<Release> release = executor.submit(() -> release(4));
      while (!watch.hasNews() && !release.isDone()) {
        Thread.onSpinWait();
      }
      assertEquals(Optional.empty(), releases.current(rig.adapter, rig.partition));
      janitor.commitTransaction();

      assertInstanceOf(
          VersionTrimmedException.class,
          assertThrows(ExecutionException.class, release::get).getCause());
      assertEquals(Optional.empty(), releases.current(rig.adapter, rig.partition));
    } finally {
      executor.shutdownNow();
    }
  }

  private Release release(long version) {
    return releases.publish(
        rig.adapter,
        rig.partition,
        current ->
            current
                .map(c -> c.then(version, NOW, null, null))
                .orElseGet(() -> Release.first(rig.adapter, version, NOW, null, null)));
  }
}
