package dev.sluice.kafka;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.data.SluiceException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdapterProgressIT {

  private static final Map<String, String> AS_TRAINED =
      Map.of(
          "lora.rank", "1",
          "lora.alpha", "1",
          "lora.scaling", "rslora",
          "lora.target.modules", "q_proj");

  @Test
  void aNewAdapterHasEverythingBeforeIt() {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 7);

    AdapterProgress progress = read(rig, rig.adapter);

    assertEquals(rig.partition, progress.partition());
    assertNull(progress.newest());
    assertEquals(0, progress.nextOffset());
    assertEquals(7, progress.lag());
    assertEquals(Optional.empty(), progress.obstacle(AS_TRAINED));
  }

  @Test
  void anAdapterWithACheckpointGoesOnFromIt() {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 14); // batches of 4: the last two wait
    rig.trainUntil(12);

    AdapterProgress progress = read(rig, rig.adapter);

    assertEquals(rig.newest(), Objects.requireNonNull(progress.newest()));
    assertEquals(12, progress.nextOffset());
    assertTrue(progress.lag() >= 2, "the commits' markers are offsets, too");
    assertEquals(Optional.empty(), progress.obstacle(AS_TRAINED));
    assertTrue(
        progress
            .obstacle(Map.of("lora.rank", "2"))
            .orElseThrow()
            .contains("was trained with lora.rank=1"));
  }

  @Test
  void nothingIsRegisteredForAnAdapterThatIsNotThere() {
    TrainerRig rig = new TrainerRig();

    SluiceException failure = assertThrows(SluiceException.class, () -> read(rig, "nobody"));

    assertSays("sluice topics create --adapter nobody", failure);
    assertEquals(
        Map.of(rig.adapter, rig.partition), new AdapterRegistry(rig.client, rig.topics, 2).all());
  }

  @Test
  void offsetsThatAreGoneAreAnObstacleToAllButANewAdapter() {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 4);
    rig.trainUntil(4);
    AdapterProgress gone = new AdapterProgress(0, rig.newest(), 5, 9);

    assertTrue(gone.obstacle(AS_TRAINED).orElseThrow().contains("the partition begins at 5"));
    assertEquals(Optional.empty(), new AdapterProgress(0, null, 5, 9).obstacle(AS_TRAINED));
  }

  private static AdapterProgress read(TrainerRig rig, String adapter) {
    return AdapterProgress.read(rig.client, rig.topics, 2, adapter);
  }
}
