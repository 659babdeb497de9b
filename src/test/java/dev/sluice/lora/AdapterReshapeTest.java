package dev.sluice.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.lora.AdapterInitializer.LinearShape;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterReshapeTest {

  private static final Set<TargetModule> TARGETS =
      EnumSet.of(TargetModule.Q_PROJ, TargetModule.DOWN_PROJ);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void theFunctionStaysToTheRoundingOfAFloat(long seed) {
    Random random = new Random(seed);
    LoraConfig before = randomConfig(random, 1);
    LoraConfig after = randomConfig(random, before.rank());
    AdapterState old = trained(before, random);

    AdapterState reshaped = new AdapterReshape(before, after).apply(old, seed);

    assertEquals(after, reshaped.config());
    for (int i = 0; i < old.modules().size(); i++) {
      assertEquals(old.modules().get(i).path(), reshaped.modules().get(i).path());
      double[] was = delta(before, old.modules().get(i));
      double[] is = delta(after, reshaped.modules().get(i));
      double largest = Arrays.stream(was).map(Math::abs).max().orElseThrow();
      assertArrayEquals(was, is, 1e-6 * largest);
    }
  }

  @Test
  void rowsOfAStayAndTheNewOnesAreThoseOfANewAdapterOfTheHigherRank() {
    AdapterState old = trained(config(4, 16, LoraScaling.RSLORA), new Random(1));
    LoraConfig after = config(7, 16, LoraScaling.RSLORA);

    AdapterState reshaped = new AdapterReshape(old.config(), after).apply(old, 42);

    AdapterState fresh = initialize(after, 42);
    for (int i = 0; i < old.modules().size(); i++) {
      float[] a = reshaped.modules().get(i).a().values();
      float[] oldA = old.modules().get(i).a().values();
      float[] freshA = fresh.modules().get(i).a().values();
      assertArrayEquals(oldA, Arrays.copyOf(a, oldA.length));
      assertArrayEquals(
          Arrays.copyOfRange(freshA, oldA.length, freshA.length),
          Arrays.copyOfRange(a, oldA.length, a.length));
    }
  }

  @Test
  void anUntrainedAdapterBecomesTheNewOneOfTheHigherRank() {
    LoraConfig after = config(8, 16, LoraScaling.RSLORA);
    AdapterState old = initialize(config(2, 16, LoraScaling.RSLORA), 42);

    AdapterState reshaped = new AdapterReshape(old.config(), after).apply(old, 42);

    AdapterState fresh = initialize(after, 42);
    for (int i = 0; i < fresh.modules().size(); i++) {
      assertArrayEquals(
          fresh.modules().get(i).a().values(), reshaped.modules().get(i).a().values());
      assertArrayEquals(
          fresh.modules().get(i).b().values(), reshaped.modules().get(i).b().values());
    }
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherSeedOtherRows() {
    AdapterState old = trained(config(2, 16, LoraScaling.RSLORA), new Random(1));
    AdapterReshape reshape = new AdapterReshape(old.config(), config(4, 16, LoraScaling.RSLORA));

    float[] once = reshape.apply(old, 1).modules().get(0).a().values();

    assertArrayEquals(once, reshape.apply(old, 1).modules().get(0).a().values());
    assertFalse(Arrays.equals(once, reshape.apply(old, 2).modules().get(0).a().values()));
  }

  @Test
  void nothingToChangeGivesTheAdapterItself() {
    AdapterState old = trained(config(4, 16, LoraScaling.CLASSIC), new Random(1));
    AdapterReshape reshape = new AdapterReshape(old.config(), config(4, 16, LoraScaling.CLASSIC));

    assertTrue(reshape.changesNothing());
    assertSame(old, reshape.apply(old, 42));
  }

  @Test
  void theAdapterThatWasGivenStaysAsItIs() {
    AdapterState old = trained(config(4, 16, LoraScaling.RSLORA), new Random(1));
    float[] b = old.modules().get(0).b().values().clone();

    new AdapterReshape(old.config(), config(4, 32, LoraScaling.RSLORA)).apply(old, 42);

    assertArrayEquals(b, old.modules().get(0).b().values());
  }

  @ParameterizedTest
  @CsvSource({
    "4, 16, RSLORA, 16, 16, RSLORA, 0.5, 1e-4",
    "16, 16, CLASSIC, 16, 16, RSLORA, 4, 0.5e-4",
    "16, 16, RSLORA, 16, 32, RSLORA, 2, 1e-4",
    "4, 16, CLASSIC, 16, 16, CLASSIC, 0.25, 2e-4"
  })
  void theLearningRateThatKeepsAStepGoesAgainstGammaAndRank(
      int rank,
      double alpha,
      LoraScaling scaling,
      int newRank,
      double newAlpha,
      LoraScaling newScaling,
      double ratio,
      double learningRate) {
    AdapterReshape reshape =
        new AdapterReshape(config(rank, alpha, scaling), config(newRank, newAlpha, newScaling));

    assertEquals(ratio, reshape.gammaRatio(), 1e-12);
    assertEquals(learningRate, reshape.sameStepLearningRate(2e-4), 1e-12);
  }

  @Test
  void refusesALowerRankOtherTargetsAndAnotherAdapter() {
    LoraConfig four = config(4, 16, LoraScaling.RSLORA);
    LoraConfig attention =
        new LoraConfig(4, 16, LoraScaling.RSLORA, EnumSet.of(TargetModule.Q_PROJ));
    LoraConfig eight = config(8, 16, LoraScaling.RSLORA);

    assertThrows(IllegalArgumentException.class, () -> new AdapterReshape(eight, four));
    assertThrows(IllegalArgumentException.class, () -> new AdapterReshape(four, attention));
    AdapterState other = initialize(eight, 1);
    assertThrows(
        IllegalArgumentException.class, () -> new AdapterReshape(four, eight).apply(other, 1));
  }

  /** γ·B·A, row-major. */
  private static double[] delta(LoraConfig config, LoraModule module) {
    int in = module.a().columns();
    double[] delta = new double[module.b().rows() * in];
    for (int row = 0; row < module.b().rows(); row++) {
      for (int k = 0; k < config.rank(); k++) {
        double b = config.gamma() * module.b().values()[row * config.rank() + k];
        for (int column = 0; column < in; column++) {
          delta[row * in + column] += b * module.a().values()[k * in + column];
        }
      }
    }
    return delta;
  }

  private static LoraConfig randomConfig(Random random, int minRank) {
    return config(
        minRank + random.nextInt(9),
        1 + 63 * random.nextDouble(),
        random.nextBoolean() ? LoraScaling.RSLORA : LoraScaling.CLASSIC);
  }

  private static LoraConfig config(int rank, double alpha, LoraScaling scaling) {
    return new LoraConfig(rank, alpha, scaling, TARGETS);
  }

  private static AdapterState initialize(LoraConfig config, long seed) {
    return AdapterInitializer.initialize(
        config,
        2,
        target -> target == TargetModule.Q_PROJ ? new LinearShape(12, 9) : new LinearShape(20, 12),
        seed);
  }

  private static AdapterState trained(LoraConfig config, Random random) {
    AdapterState adapter = initialize(config, random.nextLong());
    for (LoraModule module : adapter.modules()) {
      for (int i = 0; i < module.b().values().length; i++) {
        module.b().values()[i] = (float) random.nextGaussian();
      }
    }
    return adapter;
  }
}
