package dev.sluice.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownKeyTest {

  @ParameterizedTest
  @CsvSource({
    "lora.rnk, lora.rank",
    "rank, lora.rank",
    "lora_alpha, lora.alpha",
    "learning_rate, optimizer.learning.rate",
    "learningRate, optimizer.learning.rate",
    "kafka.bootstrap.server, kafka.bootstrap.servers",
    "Seed, seed",
  })
  void theNearestKnownKeyIsNamed(String unknown, String known) {
    assertEquals(
        List.of(
            "unknown configuration key '%s' (in --set): did you mean '%s'?"
                .formatted(unknown, known)),
        Configurations.problemsOf(Map.of(unknown, "1")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"frobnicate", ""})
  void aKeyThatIsNearNoneIsAnsweredWithWhereToLook(String unknown) {
    assertEquals(
        List.of(
            "unknown configuration key '%s' (in --set): 'sluice config' lists all keys"
                .formatted(unknown)),
        Configurations.problemsOf(Map.of(unknown, "1")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka.security.protocol", "kafka.properties."})
  void aPropertyOfKafkasClientsIsAnsweredWithItsPrefix(String unknown) {
    assertEquals(
        List.of(
            "unknown configuration key '%s' (in --set): properties of Kafka's clients are set as"
                    .formatted(unknown)
                + " kafka.properties.<name>"),
        Configurations.problemsOf(Map.of(unknown, "1")));
  }
}
