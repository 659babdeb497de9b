package dev.sluice.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChangedConfigTest {

  private final SluiceConfig config =
      SluiceConfig.load(
          Optional.empty(),
          Map.of(
              "lora.alpha", "8",
              "lora.target.modules", "v_proj,q_proj",
              "optimizer.learning.rate", "3e-5",
              "kafka.properties.security.protocol", "SSL"));

  @Test
  void changesWhatIsNamedAndNothingElse() {
    SluiceConfig changed = config.with(Map.of("lora.rank", "64"));

    assertEquals(64, changed.lora().rank());
    assertEquals(16, config.lora().rank());
    assertEquals(config.kafkaClient(), changed.kafkaClient());
    assertEquals(config.canonical(), changed.with(Map.of("lora.rank", "16")).canonical());
  }

  @Test
  void aChangeMustBeValid() {
    assertThrows(InvalidConfigurationException.class, () -> config.with(Map.of("lora.rank", "0")));
    InvalidConfigurationException unknown =
        assertThrows(
            InvalidConfigurationException.class, () -> config.with(Map.of("lora.rnk", "4")));
    assertTrue(unknown.getMessage().contains("lora.rank"), unknown.getMessage());
  }
}
