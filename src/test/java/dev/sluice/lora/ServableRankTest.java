package dev.sluice.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.LogCapture;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class ServableRankTest {

  @Test
  void warnsOfARankThatVllmDoesNotLoad() {
    String log = LogCapture.of(() -> ServableRank.warn(ofRank(513)));
    assertTrue(log.contains("WARN") && log.contains("vLLM") && log.contains("513"), log);
  }

  @Test
  void saysNothingUpToTheLimit() {
    assertEquals("", LogCapture.of(() -> ServableRank.warn(ofRank(512))));
  }

  private static LoraConfig ofRank(int rank) {
    return new LoraConfig(rank, 16, LoraScaling.RSLORA, EnumSet.of(TargetModule.Q_PROJ));
  }
}
