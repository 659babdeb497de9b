package dev.sluice.kafka;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.lora.AdapterReshape;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.TargetModule;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The difference between the shape that a checkpoint's adapter has and the one that the
 * configuration asks for: whether it can be made, and in words what that would do.
 */
record ShapeChange(Manifest manifest, LoraConfig trained, LoraConfig wanted) {

  private static final String LEARNING_RATE = "optimizer.learning.rate";

  /**
   * The change to make, which may be none.
   *
   * @param accepted whether a user has agreed to a change
   * @throws AdapterMismatchException if it is not possible, or not accepted
   */
  AdapterReshape require(boolean accepted) {
    if (!trained.targets().equals(wanted.targets())) {
      throw new AdapterMismatchException(
          ("adapter %s was trained with lora.target.modules=%s but the configuration says %s; set"
                  + " it back, or set adapter.name to a new adapter")
              .formatted(manifest.id(), names(trained), names(wanted)));
    }
    if (wanted.rank() < trained.rank()) {
      throw new AdapterMismatchException(
          ("adapter %s was trained with lora.rank=%d but the configuration says %d, and a rank"
                  + " cannot shrink; set lora.rank to at least %d, or set adapter.name to a new"
                  + " adapter")
              .formatted(manifest.id(), trained.rank(), wanted.rank(), trained.rank()));
    }
    AdapterReshape reshape = new AdapterReshape(trained, wanted);
    if (!reshape.changesNothing() && !accepted) {
      throw new AdapterMismatchException(refusal(reshape));
    }
    return reshape;
  }

  private String refusal(AdapterReshape reshape) {
    List<String> before = new ArrayList<>();
    List<String> now = new ArrayList<>();
    compare("lora.rank", trained.rank(), wanted.rank(), before, now);
    compare("lora.alpha", plain(trained.alpha()), plain(wanted.alpha()), before, now);
    compare("lora.scaling", name(trained), name(wanted), before, now);
    return ("adapter %s was trained with %s but the configuration says %s: gamma would go from %s"
            + " to %s, by a factor of %s%s. Set it back, set adapter.name to a new adapter, or, to"
            + " change this adapter without a change of its function, start with --accept")
        .formatted(
            manifest.id(),
            String.join(", ", before),
            String.join(", ", now),
            rounded(trained.gamma()),
            rounded(wanted.gamma()),
            rounded(reshape.gammaRatio()),
            learningRate(reshape));
  }

  private String learningRate(AdapterReshape reshape) {
    String before = manifest.configuration().get(LEARNING_RATE);
    return before == null
        ? ""
        : ", and %s=%s instead of %s would keep the size of a step"
            .formatted(
                LEARNING_RATE,
                rounded(reshape.sameStepLearningRate(Double.parseDouble(before))),
                before);
  }

  private static void compare(
      String key, Object trained, Object wanted, List<String> before, List<String> now) {
    if (!trained.equals(wanted)) {
      before.add(key + "=" + trained);
      now.add(key + "=" + wanted);
    }
  }

  private static String names(LoraConfig config) {
    return config.targets().stream().map(TargetModule::peftName).collect(Collectors.joining(","));
  }

  private static String name(LoraConfig config) {
    return config.scaling().name().toLowerCase(Locale.ROOT);
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static String rounded(double value) {
    return new BigDecimal(value, new MathContext(4)).stripTrailingZeros().toPlainString();
  }
}
