package dev.sluice.model;

import dev.sluice.data.MicroBatch;
import dev.sluice.data.TokenizedExample;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraModule;
import dev.sluice.lora.TargetModule;
import java.util.List;
import java.util.Map;

/**
 * A Llama with an adapter in plain Java, double precision, one example and one position at a time:
 * what the step program must agree with. Its gradients are central differences, so nothing of the
 * program's backward pass can hide in it.
 */
final class ReferenceLlama {

  private final ModelConfig config;
  private final Map<String, double[][]> weights;

  /**
   * @param weights by name; norms are matrices of one row
   */
  ReferenceLlama(ModelConfig config, Map<String, double[][]> weights) {
    this.config = config;
    this.weights = weights;
  }

  /** Σ wᵢ·CE / Σ wᵢ over the target tokens. */
  double loss(MicroBatch batch, LoraConfig lora, List<LoraModule> adapter) {
    double sum = 0;
    double weight = 0;
    for (TokenizedExample example : batch.examples()) {
      int[] ids = example.tokens().ids();
      double[][] logits = logits(ids, lora, adapter);
      for (int t = 1; t < ids.length; t++) {
        if (example.tokens().target()[t]) {
          sum += example.example().weight() * crossEntropy(logits[t - 1], ids[t]);
          weight += example.example().weight();
        }
      }
    }
    return sum / weight;
  }

  /** [tokens, vocabulary]. */
  double[][] logits(int[] ids, LoraConfig lora, List<LoraModule> adapter) {
    double[][] x = new double[ids.length][];
    for (int t = 0; t < ids.length; t++) {
      x[t] = weights.get("model.embed_tokens.weight")[ids[t]].clone();
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      x = layer(x, layer, lora, adapter);
    }
    String head = config.tied() ? "model.embed_tokens.weight" : "lm_head.weight";
    return multiply(norm(x, "model.norm.weight"), weights.get(head));
  }

  private double[][] layer(double[][] x, int layer, LoraConfig lora, List<LoraModule> adapter) {
    String prefix = "model.layers." + layer + ".";
    double[][] h = norm(x, prefix + "input_layernorm.weight");
    double[][] q = linear(h, layer, TargetModule.Q_PROJ, lora, adapter);
    double[][] k = linear(h, layer, TargetModule.K_PROJ, lora, adapter);
    double[][] v = linear(h, layer, TargetModule.V_PROJ, lora, adapter);
    rotate(q);
    rotate(k);
    x = add(x, linear(attention(q, k, v), layer, TargetModule.O_PROJ, lora, adapter));
    h = norm(x, prefix + "post_attention_layernorm.weight");
    double[][] gate = linear(h, layer, TargetModule.GATE_PROJ, lora, adapter);
    double[][] up = linear(h, layer, TargetModule.UP_PROJ, lora, adapter);
    for (int t = 0; t < gate.length; t++) {
      for (int i = 0; i < gate[t].length; i++) {
        gate[t][i] = gate[t][i] / (1 + Math.exp(-gate[t][i])) * up[t][i];
      }
    }
    return add(x, linear(gate, layer, TargetModule.DOWN_PROJ, lora, adapter));
  }

  /** x W′ + γ (x A′) B′. */
  private double[][] linear(
      double[][] x, int layer, TargetModule target, LoraConfig lora, List<LoraModule> adapter) {
    double[][] y =
        multiply(x, weights.get("model.layers." + layer + "." + target.path() + ".weight"));
    for (LoraModule module : adapter) {
      if (module.layer() == layer && module.target() == target) {
        double[][] low = multiply(multiply(x, rows(module.a())), rows(module.b()));
        for (int t = 0; t < y.length; t++) {
          for (int i = 0; i < y[t].length; i++) {
            y[t][i] += lora.gamma() * low[t][i];
          }
        }
      }
    }
    return y;
  }

  private double[][] attention(double[][] q, double[][] k, double[][] v) {
    int dim = config.headDim();
    double[][] out = new double[q.length][config.heads() * dim];
    for (int head = 0; head < config.heads(); head++) {
      int from = head * dim;
      int shared = head / (config.heads() / config.keyValueHeads()) * dim;
      for (int t = 0; t < q.length; t++) {
        double[] p = new double[t + 1];
        for (int s = 0; s <= t; s++) {
          for (int i = 0; i < dim; i++) {
            p[s] += q[t][from + i] * k[s][shared + i] / Math.sqrt(dim);
          }
        }
        softmax(p);
        for (int s = 0; s <= t; s++) {
          for (int i = 0; i < dim; i++) {
            out[t][from + i] += p[s] * v[s][shared + i];
          }
        }
      }
    }
    return out;
  }

  private void rotate(double[][] x) {
    int half = config.headDim() / 2;
    for (int t = 0; t < x.length; t++) {
      for (int head = 0; head < x[t].length; head += 2 * half) {
        for (int i = 0; i < half; i++) {
          double angle = t * Math.pow(config.rotary().theta(), -(double) i / half);
          double a = x[t][head + i];
          double b = x[t][head + half + i];
          x[t][head + i] = a * Math.cos(angle) - b * Math.sin(angle);
          x[t][head + half + i] = b * Math.cos(angle) + a * Math.sin(angle);
        }
      }
    }
  }

  private double[][] norm(double[][] x, String name) {
    double[] gain = weights.get(name)[0];
    double[][] y = new double[x.length][gain.length];
    for (int t = 0; t < x.length; t++) {
      double squares = 0;
      for (double value : x[t]) {
        squares += value * value;
      }
      double scale = 1 / Math.sqrt(squares / gain.length + config.rmsNormEpsilon());
      for (int i = 0; i < gain.length; i++) {
        y[t][i] = x[t][i] * scale * gain[i];
      }
    }
    return y;
  }

  private static double crossEntropy(double[] logits, int target) {
    double[] p = logits.clone();
    softmax(p);
    return -Math.log(p[target]);
  }

  private static void softmax(double[] x) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : x) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.exp(x[i] - max);
      sum += x[i];
    }
    for (int i = 0; i < x.length; i++) {
      x[i] /= sum;
    }
  }

  /** x [tokens, in] times w [out, in] transposed. */
  private static double[][] multiply(double[][] x, double[][] w) {
    double[][] y = new double[x.length][w.length];
    for (int t = 0; t < x.length; t++) {
      for (int o = 0; o < w.length; o++) {
        for (int i = 0; i < w[o].length; i++) {
          y[t][o] += x[t][i] * w[o][i];
        }
      }
    }
    return y;
  }

  private static double[][] add(double[][] x, double[][] y) {
    double[][] sum = new double[x.length][x[0].length];
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < x[t].length; i++) {
        sum[t][i] = x[t][i] + y[t][i];
      }
    }
    return sum;
  }

  private static double[][] rows(dev.sluice.lora.Matrix matrix) {
    double[][] rows = new double[matrix.rows()][matrix.columns()];
    for (int r = 0; r < matrix.rows(); r++) {
      for (int c = 0; c < matrix.columns(); c++) {
        rows[r][c] = matrix.values()[r * matrix.columns() + c];
      }
    }
    return rows;
  }
}
