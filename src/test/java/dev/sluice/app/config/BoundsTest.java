package dev.sluice.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoundsTest {

  @ParameterizedTest
  @CsvSource({
    "adapters.max, 1, 1000",
    "lora.rank, 1, 8192",
    "optimizer.learning.rate, 0.0000001, 1",
    "optimizer.warmup.updates, 0, 2147483647",
    "optimizer.weight.decay, 0, 1",
    "batch.max.examples, 1, 4096",
    "batch.max.tokens, 1, 1000000",
    "batch.linger, 0s, 1h",
    "tokens.max.length, 0, 2147483647",
    "guard.max.skipped.steps, 1, 2147483647",
    "checkpoint.steps, 1, 5000",
    "alerts.gradient.factor, 1.001, 1000000",
    "alerts.gradient.window, 4, 10000",
    "checkpoint.interval, 1s, 1d",
    "example.max.bytes, 1, 900000",
    "ingest.dedupe.window, 1m, 365d",
    "compute.threads, 0, 2147483647",
    "http.port, -1, 65535",
    "http.live.timeout, 1s, 1d",
    "topics.replication, -1, 32767",
    "topics.replication, 1, 32767",
    "seed, -9223372036854775808, 9223372036854775807",
  })
  void bothEndsAreInBounds(String key, String lowest, String highest) {
    assertEquals(lowest, Configurations.with(key, lowest).canonical().get(key));
    assertEquals(highest, Configurations.with(key, highest).canonical().get(key));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "adapters.max | 0 | at least 1",
        "adapters.max | 1001 | at most 1000",
        "lora.rank | 0 | at least 1",
        "lora.rank | 8193 | at most 8192",
        "lora.rank | 99999999999 | at most 8192",
        "lora.alpha | 0 | above 0",
        "lora.alpha | -1.5 | above 0",
        "lora.alpha | NaN | a finite number",
        "lora.alpha | Infinity | a finite number",
        "optimizer.learning.rate | 0 | above 0",
        "optimizer.learning.rate | 1.01 | at most 1",
        "optimizer.warmup.updates | -1 | at least 0",
        "optimizer.warmup.updates | 2147483648 | at most 2147483647",
        "optimizer.weight.decay | -0.1 | at least 0",
        "optimizer.weight.decay | 1.1 | at most 1",
        "optimizer.gradient.clip | 0 | above 0",
        "batch.max.examples | 0 | at least 1",
        "batch.max.examples | 4097 | at most 4096",
        "batch.max.tokens | 0 | at least 1",
        "batch.max.tokens | 1000001 | at most 1000000",
        "batch.linger | 61m | at most 1h",
        "tokens.max.length | -1 | at least 0",
        "guard.max.skipped.steps | 0 | at least 1",
        "checkpoint.steps | 0 | at least 1",
        "checkpoint.steps | 5001 | at most 5000",
        "alerts.gradient.factor | 1 | above 1",
        "alerts.gradient.window | 3 | at least 4",
        "alerts.gradient.window | 10001 | at most 10000",
        "checkpoint.interval | 999ms | at least 1s",
        "checkpoint.interval | 25h | at most 1d",
        "example.max.bytes | 0 | at least 1",
        "example.max.bytes | 900001 | at most 900000",
        "ingest.dedupe.window | 59s | at least 1m",
        "ingest.dedupe.window | 366d | at most 365d",
        "compute.threads | -1 | at least 0",
        "http.port | -2 | at least -1",
        "http.port | 65536 | at most 65535",
        "http.live.timeout | 0s | at least 1s",
        "topics.replication | 0 | -1 or at least 1",
        "topics.replication | 32768 | -1 or at most 32767",
      })
  void aValueOutOfBoundsIsRefusedWithTheBound(String key, String value, String bound) {
    assertEquals(
        List.of("%s must be %s but was %s".formatted(key, bound, value)),
        Configurations.problemsOf(Map.of(key, value)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lora.rank | many | a whole number",
        "lora.rank | 1.5 | a whole number",
        "lora.rank | '' | a whole number",
        "seed | 9223372036854775808 | a whole number of at most 64 bits",
        "lora.alpha | strong | a number",
        "batch.linger | soon | a duration such as 500ms, 2s, 5m, 7d",
        "batch.linger | 2 | a duration such as 500ms, 2s, 5m, 7d",
        "batch.linger | -2s | a duration such as 500ms, 2s, 5m, 7d",
        "batch.linger | 9999999999999d | a duration such as 500ms, 2s, 5m, 7d",
        "lora.scaling | rsLoRA | one of rslora, classic",
        "tokens.bos | always | one of auto, never",
        "tokens.overflow | drop | one of reject, cut",
        "adapter.name | a/b | 1 to 100 letters, digits, '.', '_' or '-', not '.' or '..'",
        "adapter.name | a@1 | 1 to 100 letters, digits, '.', '_' or '-', not '.' or '..'",
        "adapter.name | .. | 1 to 100 letters, digits, '.', '_' or '-', not '.' or '..'",
        "adapter.name | '' | 1 to 100 letters, digits, '.', '_' or '-', not '.' or '..'",
        "topics.prefix | a b | 1 to 200 letters, digits, '.', '_' or '-', not '.' or '..'",
        "kafka.bootstrap.servers | broker | host:port pairs, separated by commas",
        "kafka.bootstrap.servers | a:1,,b:2 | host:port pairs, separated by commas",
        "model.dir | '' | a text that is not empty",
        "http.host | '' | a text that is not empty",
      },
      quoteCharacter = '"')
  void aValueOfTheWrongKindIsRefusedWithTheKind(String key, String value, String kind) {
    String text = value.equals("''") ? "" : value;
    assertEquals(
        List.of("%s must be %s but was '%s'".formatted(key, kind, text)),
        Configurations.problemsOf(Map.of(key, text)));
  }

  @Test
  void anAdaptersNameHasAtMost100Characters() {
    String longest = "a".repeat(100);
    assertEquals(longest, Configurations.with("adapter.name", longest).adapterName());
    assertEquals(1, Configurations.problemsOf(Map.of("adapter.name", longest + "a")).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.1", "1", "-0.1", "NaN"})
  void dropoutIsRefusedWithTheReason(String dropout) {
    String problem = Configurations.problemsOf(Map.of("lora.dropout", dropout)).get(0);
    assertTrue(problem.startsWith("lora.dropout must be 0 but was "), problem);
    assertTrue(problem.contains("a stream is passed over once"), problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | must be one or more of q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj but"
            + " was empty",
        "q_proj,x | must be one or more of q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj"
            + " but was 'x'",
        "q_proj,q_proj | must be a list without repetitions but was 'q_proj,q_proj'",
      })
  void targetModulesAreKnownNamesOnce(String modules, String problem) {
    assertEquals(
        List.of("lora.target.modules " + problem),
        Configurations.problemsOf(Map.of("lora.target.modules", modules)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "batch.linger | 2000ms | 2s",
        "batch.linger | 1500 ms | 1500ms",
        "batch.linger | 0ms | 0s",
        "batch.linger | 60m | 1h",
        "ingest.dedupe.window | 168h | 7d",
        "optimizer.learning.rate | 2e-4 | 0.0002",
        "optimizer.learning.rate | 0.00020 | 0.0002",
        "optimizer.weight.decay | -0.0 | 0",
        "lora.alpha | 16.0 | 16",
        "lora.rank | 0016 | 16",
        "lora.target.modules | v_proj, q_proj | q_proj,v_proj",
      })
  void aValueHasOneCanonicalForm(String key, String written, String canonical) {
    assertEquals(canonical, Configurations.with(key, written).canonical().get(key));
  }
}
