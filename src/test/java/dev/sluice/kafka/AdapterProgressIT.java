package dev.sluice.kafka;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.data.SluiceException;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdapterProgressIT {

  private static final LoraConfig AS_TRAINED =
      new LoraConfig(1, 1, LoraScaling.RSLORA, EnumSet.of(TargetModule.Q_PROJ));

  private static final LoraConfig OF_RANK_2 =
      new LoraConfig(2, 1, LoraScaling.RSLORA, EnumSet.of(TargetModule.Q_PROJ));

  @Test
  void aNewAdapterHasEverythingBeforeIt() {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 7);

    AdapterProgress progress = read(rig, rig.adapter);

    assertEquals(rig.partition, progress.partition());
    assertNull(progress.newest());
    assertEquals(0, progress.nextOffset());
    assertEquals(7, progress.lag());
    assertEquals(Optional.empty(), progress.obstacle(AS_TRAINED, false));
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
    assertEquals(Optional.empty(), progress.obstacle(AS_TRAINED, false));
    assertTrue(
        progress.obstacle(OF_RANK_2, false).orElseThrow().contains("was trained with lora.rank=1"));
    assertEquals(Optional.empty(), progress.obstacle(OF_RANK_2, true));
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
    AdapterProgress gone = new AdapterProgress(0, rig.newest(), AS_TRAINED, 5, 9);

    assertTrue(
        gone.obstacle(AS_TRAINED, false).orElseThrow().contains("the partition begins at 5"));
    assertEquals(
        Optional.empty(), new AdapterProgress(0, null, null, 5, 9).obstacle(AS_TRAINED, false));
  }

  private static AdapterProgress read(TrainerRig rig, String adapter) {
    return AdapterProgress.read(rig.client, rig.topics, 2, adapter);
  }
}
