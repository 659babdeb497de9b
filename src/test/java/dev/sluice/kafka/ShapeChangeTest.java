package dev.sluice.kafka;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifests;
import dev.sluice.lora.AdapterReshape;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShapeChangeTest {

  private static final LoraConfig FOUR = config(4, 16, LoraScaling.RSLORA);

  @Test
  void theSameShapeNeedsNoConsent() {
    assertTrue(change(FOUR, FOUR).require(false).changesNothing());
  }

  @Test
  void aHigherRankIsRefusedWithTheJumpOfGammaAndTheLearningRateThatKeepsTheStep() {
    assertEquals(
        "adapter a@3 was trained with lora.rank=4 but the configuration says lora.rank=8: gamma"
            + " would go from 8 to 5.657, by a factor of 0.7071, and"
            + " optimizer.learning.rate=0.0001414 instead of 0.0002 would keep the size of a step."
            + " Set it back, set adapter.name to a new adapter, or, to change this adapter without"
            + " a change of its function, start with --accept",
        refusal(FOUR, config(8, 16, LoraScaling.RSLORA)));
  }

  @Test
  void everyDifferenceIsNamed() {
    String refusal =
        refusal(config(16, 16, LoraScaling.CLASSIC), config(64, 32.5, LoraScaling.RSLORA));
    assertTrue(refusal.contains("lora.rank=16, lora.alpha=16, lora.scaling=classic but"), refusal);
    assertTrue(refusal.contains("lora.rank=64, lora.alpha=32.5, lora.scaling=rslora: "), refusal);
  }

  @Test
  void otherAlphaOrScalingAloneNeedsConsentToo() {
    assertTrue(refusal(FOUR, config(4, 32, LoraScaling.RSLORA)).contains("from 8 to 16"));
    assertTrue(refusal(FOUR, config(4, 16, LoraScaling.CLASSIC)).contains("from 8 to 4"));
  }

  @Test
  void withConsentItIsMade() {
    LoraConfig eight = config(8, 16, LoraScaling.RSLORA);
    assertEquals(new AdapterReshape(FOUR, eight), change(FOUR, eight).require(true));
  }

  @Test
  void aLowerRankIsRefusedWhateverIsAccepted() {
    var failure =
        assertThrows(
            AdapterMismatchException.class,
            () -> change(FOUR, config(3, 16, LoraScaling.RSLORA)).require(true));
    assertSays("set lora.rank to at least 4", failure);
  }

  @Test
  void otherModulesAreRefusedWhateverIsAccepted() {
    LoraConfig other =
        new LoraConfig(
            4, 16, LoraScaling.RSLORA, EnumSet.of(TargetModule.Q_PROJ, TargetModule.V_PROJ));
    var failure =
        assertThrows(AdapterMismatchException.class, () -> change(FOUR, other).require(true));
    assertSays("lora.target.modules=q_proj but the configuration says q_proj,v_proj", failure);
  }

  private static String refusal(LoraConfig trained, LoraConfig wanted) {
    return assertThrows(
            AdapterMismatchException.class, () -> change(trained, wanted).require(false))
        .getMessage();
  }

  private static ShapeChange change(LoraConfig trained, LoraConfig wanted) {
    Manifest manifest =
        new Manifests()
            .of("a", 0)
            .version(3)
            .configuration(Map.of("optimizer.learning.rate", "0.0002"))
            .build();
    return new ShapeChange(manifest, trained, wanted);
  }

  private static LoraConfig config(int rank, double alpha, LoraScaling scaling) {
    return new LoraConfig(rank, alpha, scaling, EnumSet.of(TargetModule.Q_PROJ));
  }
}
