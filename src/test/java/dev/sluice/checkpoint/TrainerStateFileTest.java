package dev.sluice.checkpoint;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.Matrix;
import dev.sluice.train.OptimizerState;
import dev.sluice.train.TrainerState;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerStateFileTest {

  private static final AdapterState ADAPTER = Adapters.random(1);

  @ParameterizedTest
  @ValueSource(longs = {10, 11, 12})
  void readsBackWhatItWrote(long seed) {
    TrainerState state = state(seed);
    TrainerState read = TrainerStateFile.read(bytes(state), ADAPTER);
    assertEquals(41, read.step());
    assertEquals(39, read.optimizer().updates());
    assertSame(ADAPTER, read.adapter());
    Adapters.assertSame(state.optimizer().firstMoments(), read.optimizer().firstMoments());
    Adapters.assertSame(state.optimizer().secondMoments(), read.optimizer().secondMoments());
  }

  @Test
  void theSameStateGivesTheSameBytes() {
    assertArrayEquals(bytes(state(10)), bytes(state(10)));
  }

  @Test
  void countsBeyondWhatAFloatHoldsSurvive() {
    OptimizerState zeros = OptimizerState.zeros(ADAPTER);
    long updates = (1L << 53) + 1;
    TrainerState state =
        new TrainerState(
            updates + 1,
            ADAPTER,
            new OptimizerState(updates, zeros.firstMoments(), zeros.secondMoments()));
    TrainerState read = TrainerStateFile.read(bytes(state), ADAPTER);
    assertEquals(updates + 1, read.step());
    assertEquals(updates, read.optimizer().updates());
  }

  @Test
  void momentsOfAnotherRankAreRefused() {
    AdapterState other = Adapters.random(Adapters.config(4, 16, LoraScaling.RSLORA), 1);
    assertSays(
        "'exp_avg.model.layers.0.self_attn.q_proj.lora_A' is missing or does not have the"
            + " adapter's shape",
        assertThrows(
            SafetensorsException.class, () -> TrainerStateFile.read(bytes(state(10)), other)));
  }

  @Test
  void momentsOfALayerThatTheAdapterLacksAreRefused() {
    AdapterState shorter = new AdapterState(ADAPTER.config(), ADAPTER.modules().subList(0, 2));
    assertSays(
        "has 16 tensors, but the adapter needs 8",
        assertThrows(
            SafetensorsException.class, () -> TrainerStateFile.read(bytes(state(10)), shorter)));
  }

  @Test
  void aMissingMomentIsNamed() {
    Safetensors file = Safetensors.parse(bytes(state(10)), "it");
    String name = "exp_avg_sq.model.layers.1.self_attn.v_proj.lora_B";
    Map<String, Matrix> tensors = new TreeMap<>(file.tensors());
    tensors.remove(name);
    byte[] bytes = new Safetensors(tensors, file.metadata()).toBytes();
    assertSays(
        name,
        assertThrows(SafetensorsException.class, () -> TrainerStateFile.read(bytes, ADAPTER)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "many", "1.5", "-1", "9223372036854775808"})
  void aCountThatIsNoneIsNamed(String updates) {
    Safetensors file = Safetensors.parse(bytes(state(10)), "it");
    byte[] bytes =
        new Safetensors(file.tensors(), Map.of("step", "1", "updates", updates)).toBytes();
    assertSays(
        "'updates' is not a count",
        assertThrows(SafetensorsException.class, () -> TrainerStateFile.read(bytes, ADAPTER)));
  }

  private static TrainerState state(long seed) {
    return new TrainerState(
        41,
        ADAPTER,
        new OptimizerState(
            39, Adapters.random(seed).modules(), Adapters.random(seed + 1).modules()));
  }

  private static byte[] bytes(TrainerState state) {
    CheckpointFile file = TrainerStateFile.write(state);
    assertEquals("trainer_state.safetensors", file.name());
    return file.content();
  }
}
