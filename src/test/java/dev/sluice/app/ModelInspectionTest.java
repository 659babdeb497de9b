package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelInspectionTest {

  private static final double GB = 1e9;

  @TempDir Path directory;

  private ModelInspection llama;

  /** The configuration is enough; there are no weights here. */
  @BeforeEach
  void inspect() throws IOException {
    Path config = directory.resolve("config.json");
    Files.writeString(
        config,
        """
        {"model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336,
         "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
         "vocab_size": 128256, "max_position_embeddings": 131072, "rms_norm_eps": 1e-05,
         "rope_theta": 500000.0, "tie_word_embeddings": false,
         "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
           "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}}
        """);
    LoraConfig lora = new LoraConfig(16, 16, LoraScaling.RSLORA, EnumSet.allOf(TargetModule.class));
    llama =
        new ModelInspection("llama", ModelConfig.read(config), lora, List.of(64, 8, 8), 2048, 128);
  }

  @Test
  void aLlamaOfEightBillionIsCountedToTheLast() {
    JsonNode json = llama.json();
    assertEquals(8_030_261_248L, json.path("parameters").asLong());
    JsonNode first = json.path("estimates").get(0);
    assertEquals(8, first.path("rank").asInt());
    assertEquals(20_971_520, first.path("trainable").asLong());
    assertEquals(2 * 4 * 2, json.path("estimates").size());
  }

  @Test
  void inEightBitsWithRecomputeItFitsWhereFinLorasDid() {
    assertTrue(gigabytes(8, "int8", true) < 11.81);
    assertTrue(gigabytes(8, "int8", false) > gigabytes(8, "int8", true));
    assertTrue(gigabytes(8, "nf4", true) < gigabytes(8, "int8", true) - 3);
    assertTrue(gigabytes(64, "int8", true) > gigabytes(8, "int8", true));
  }

  @Test
  void theTableHasALineForEachRankAndStorage() {
    List<String> lines = llama.memory().lines();
    assertEquals(1 + 2 * 4, lines.size());
    assertTrue(lines.get(1).startsWith("   8  "), lines.get(1));
    assertTrue(lines.get(8).contains("nf4"), lines.get(8));
  }

  private double gigabytes(int rank, String weights, boolean recompute) {
    for (JsonNode estimate : llama.json().path("estimates")) {
      if (estimate.path("rank").asInt() == rank
          && estimate.path("weights").asText().equals(weights)
          && estimate.path("recompute").asBoolean() == recompute) {
        return estimate.at("/bytes/total").asLong() / GB;
      }
    }
    throw new AssertionError("no estimate");
  }
}
