package dev.sluice.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.lora.AdapterInitializer.LinearShape;
import dev.sluice.lora.TargetModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The shape of a Llama-family model, from its {@code config.json}. Families differ in these values
 * alone.
 *
 * @param family {@code model_type}
 * @param maxPositions the longest context
 * @param tied whether the head's weight is the embedding's
 * @param biased whether q, k and v have a bias (Qwen2)
 * @param qkNorm whether queries and keys are normed by head (Qwen3)
 */
public record ModelConfig(
    String family,
    int layers,
    int hidden,
    int intermediate,
    int heads,
    int keyValueHeads,
    int headDim,
    int vocabulary,
    int maxPositions,
    double rmsNormEpsilon,
    RotaryEmbedding rotary,
    boolean tied,
    boolean biased,
    boolean qkNorm) {

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Reads {@code config.json} of either generation ({@code rope_theta} and {@code rope_scaling}, or
   * {@code rope_parameters}).
   *
   * @throws UnsupportedModelException naming the key, if this is not a model that Sluice can train
   */
  public static ModelConfig read(Path file) throws IOException {
    try {
      return new ModelConfigReader(JSON.readTree(Files.readAllBytes(file)), file).read();
    } catch (JsonProcessingException e) {
      throw new UnsupportedModelException(file + " is not JSON", e);
    }
  }

  /** Inputs and outputs of a projection. */
  public LinearShape shape(TargetModule target) {
    int attention = heads * headDim;
    int keyValue = keyValueHeads * headDim;
    return switch (target) {
      case Q_PROJ -> new LinearShape(hidden, attention);
      case K_PROJ, V_PROJ -> new LinearShape(hidden, keyValue);
      case O_PROJ -> new LinearShape(attention, hidden);
      case GATE_PROJ, UP_PROJ -> new LinearShape(hidden, intermediate);
      case DOWN_PROJ -> new LinearShape(intermediate, hidden);
    };
  }
}
