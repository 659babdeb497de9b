package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.LabelledExample;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.SourcePosition;
import dev.sluice.data.TokenSequence;
import dev.sluice.data.TokenizedExample;
import dev.sluice.lora.AdapterInitializer;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraModule;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.Matrix;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.PrefixGroups.Group;
import dev.sluice.train.OptimizerState;
import dev.sluice.train.StepComputation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RsLoraModelTest {

  private static final Set<TargetModule> ALL = EnumSet.allOf(TargetModule.class);

  @TempDir Path directory;

  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of("tied, all projections", RandomModel.tied(1), ALL, LoraScaling.RSLORA),
        Arguments.of("untied, all projections", RandomModel.untied(2), ALL, LoraScaling.CLASSIC),
        Arguments.of(
            "q, v and down only",
            RandomModel.tied(3),
            EnumSet.of(TargetModule.Q_PROJ, TargetModule.V_PROJ, TargetModule.DOWN_PROJ),
            LoraScaling.RSLORA));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("shapes")
  void gradientsAgreeWithCentralDifferencesOfThePlainReference(
      String name, RandomModel random, Set<TargetModule> targets, LoraScaling scaling)
      throws IOException {
    LoraConfig lora = new LoraConfig(3, 8, scaling, targets);
    AdapterState adapter = randomAdapter(random.config(), lora);
    MicroBatch batch = batch(new Random(5), 9, 4, 6);
    ReferenceLlama reference = new ReferenceLlama(random.config(), random.weights());
    try (RsLoraModel model = load(random, adapter)) {
      List<LoraModule> gradients = model.gradients(batch);
      double worst = 0;
      for (int i = 0; i < gradients.size(); i++) {
        LoraModule weights = adapter.modules().get(i);
        worst =
            Math.max(
                worst,
                error(gradients.get(i).a(), differences(reference, batch, adapter, weights.a())));
        worst =
            Math.max(
                worst,
                error(gradients.get(i).b(), differences(reference, batch, adapter, weights.b())));
      }
      assertTrue(worst < 1e-4, "largest relative error of a gradient was " + worst);
      StepComputation step = model.step(batch, 1e-3);
      assertEquals(reference.loss(batch, lora, adapter.modules()), step.lossNats(), 1e-5);
    }
  }

  @Test
  void normsAreThoseOfTheGradients() throws IOException {
    RandomModel random = RandomModel.tied(7);
    AdapterState adapter = randomAdapter(random.config(), lora(ALL));
    MicroBatch batch = batch(new Random(8), 5, 7);
    try (RsLoraModel model = load(random, adapter)) {
      List<LoraModule> gradients = model.gradients(batch);
      var norms = model.step(batch, 1e-3).norms();
      double squares = 0;
      for (int i = 0; i < gradients.size(); i++) {
        assertEquals(norm(gradients.get(i).a()), norms.modules().get(i).a(), 1e-4);
        assertEquals(norm(gradients.get(i).b()), norms.modules().get(i).b(), 1e-4);
        assertEquals(gradients.get(i).target(), norms.modules().get(i).target());
        squares += square(norm(gradients.get(i).a())) + square(norm(gradients.get(i).b()));
      }
      assertEquals(Math.sqrt(squares), norms.global(), 1e-4);
    }
  }

  @Test
  void theFirstUpdateIsThatOfAdamW() throws IOException {
    RandomModel random = RandomModel.untied(9);
    AdapterState adapter = randomAdapter(random.config(), lora(ALL));
    MicroBatch batch = batch(new Random(10), 8, 8);
    double rate = 1e-2;
    try (RsLoraModel model = load(random, adapter)) {
      List<LoraModule> gradients = model.gradients(batch);
      double clip = Math.min(1, 1.0 / (model.step(batch, rate).norms().global() + 1e-6));
      float[] before = adapter.modules().get(0).b().values();
      float[] gradient = gradients.get(0).b().values();
      float[] after = model.adapter().modules().get(0).b().values();
      for (int i = 0; i < before.length; i++) {
        // bias-corrected moments of one gradient g are g and g²
        double g = gradient[i] * clip;
        double expected = before[i] * (1 - rate * 0.01) - rate * g / (Math.abs(g) + 1e-8);
        assertEquals(expected, after[i], 1e-5);
      }
      assertEquals(1, model.optimizer().updates());
    }
  }

  @Test
  void anExampleAloneAndAmongOthersHasTheSameGradient() throws IOException {
    RandomModel random = RandomModel.tied(11);
    AdapterState adapter = randomAdapter(random.config(), lora(ALL));
    MicroBatch both = batch(new Random(12), 6, 9);
    try (RsLoraModel model = load(random, adapter)) {
      double[] weights =
          both.examples().stream()
              .mapToDouble(e -> e.example().weight() * e.tokens().targetTokens())
              .toArray();
      float[] together = model.gradients(both).get(0).b().values();
      float[] first = alone(model, both, 0);
      float[] second = alone(model, both, 1);
      for (int i = 0; i < together.length; i++) {
        double mean = (weights[0] * first[i] + weights[1] * second[i]) / (weights[0] + weights[1]);
        assertEquals(mean, together[i], 1e-5);
      }
    }
  }

  @Test
  void aSharedPrefixAndRecomputedLayersGiveTheSameGradients() throws IOException {
    RandomModel random = RandomModel.tied(22);
    AdapterState adapter = randomAdapter(random.config(), lora(ALL));
    MicroBatch batch = sharing(new Random(23), 25, 5);
    List<Group> alone =
        IntStream.range(0, batch.size()).mapToObj(i -> new Group(0, List.of(i))).toList();
    List<LoraModule> expected;
    try (RsLoraModel model = load(random, adapter)) {
      assertEquals(25, PrefixGroups.of(batch).get(0).prefix());
      expected = model.gradients(PackedRows.of(batch, alone));
      assertClose(expected, model.gradients(batch));
    }
    RsLoraModel.Options recompute =
        new RsLoraModel.Options(
            0.01, 1.0, 64, 1, "cpu", RsLoraModel.Precision.FP32, Quantization.NONE, true);
    try (RsLoraModel model = RsLoraModel.load(random.write(directory), adapter, recompute)) {
      assertClose(expected, model.gradients(batch));
    }
  }

  @Test
  void bf16LearnsTheBatchLikeFp32() throws IOException {
    RandomModel random = RandomModel.tied(24);
    AdapterState fresh = AdapterInitializer.initialize(lora(ALL), 2, random.config()::shape, 1);
    MicroBatch batch = sharing(new Random(25), 20, 4);
    RsLoraModel.Options half =
        new RsLoraModel.Options(
            0.01, 1.0, 64, 1, "cpu", RsLoraModel.Precision.BF16, Quantization.NONE, false);
    try (RsLoraModel exact = load(random, fresh);
        RsLoraModel model = RsLoraModel.load(random.write(directory), fresh, half)) {
      for (int step = 0; step < 30; step++) {
        double expected = exact.step(batch, 5e-3).lossNats();
        double actual = model.step(batch, 5e-3).lossNats();
        assertEquals(expected, actual, 0.05 + 0.05 * expected, "loss of step " + step);
      }
    }
  }

  @Test
  void gradientOfAIsZeroAtTheFirstStepBecauseBIsZero() throws IOException {
    RandomModel random = RandomModel.tied(13);
    AdapterState fresh = AdapterInitializer.initialize(lora(ALL), 2, random.config()::shape, 42);
    try (RsLoraModel model = load(random, fresh)) {
      var norms = model.step(batch(new Random(14), 9), 1e-3).norms();
      for (TargetModule target : ALL) {
        assertEquals(0, norms.a(target));
        assertTrue(norms.b(target) > 0, target + " has a gradient of B");
      }
    }
  }

  @Test
  void aGradientThatIsNotFiniteChangesNothing() throws IOException {
    RandomModel random = RandomModel.tied(15);
    AdapterState adapter = randomAdapter(random.config(), lora(ALL));
    MicroBatch good = batch(new Random(16), 7);
    try (RsLoraModel model = load(random, adapter)) {
      model.step(good, 1e-3);
      AdapterState trained = model.adapter();
      OptimizerState optimizer = model.optimizer();
      List<LoraModule> broken = new ArrayList<>(trained.modules());
      LoraModule first = broken.get(0);
      Matrix infinite = first.b().zerosLike();
      infinite.values()[0] = Float.POSITIVE_INFINITY;
      broken.set(0, new LoraModule(first.layer(), first.target(), first.a(), infinite));
      model.restore(new AdapterState(trained.config(), broken), optimizer);

      StepComputation skipped = model.step(good, 1e-3);

      assertFalse(skipped.updated());
      assertEquals(1, model.optimizer().updates());
      assertSame(broken, model.adapter().modules());
      assertSame(optimizer.firstMoments(), model.optimizer().firstMoments());
      assertSame(optimizer.secondMoments(), model.optimizer().secondMoments());
      model.restore(trained, optimizer);
      assertTrue(model.step(good, 1e-3).updated());
    }
  }

  @Test
  void theNextTokenIsTheMostLikelyInTheRowAfterTheLast() throws IOException {
    RandomModel random = RandomModel.tied(26);
    AdapterState adapter = randomAdapter(random.config(), lora(ALL));
    try (RsLoraModel model = load(random, adapter)) {
      for (int length : new int[] {1, 2, 9}) {
        int[] ids = new Random(length).ints(length, 0, 40).toArray();
        // A target after the last one makes its row active; which target does not matter.
        boolean[] target = new boolean[length + 1];
        target[length] = true;
        TokenizedExample example =
            new TokenizedExample(
                batch(new Random(1), 4).examples().get(0).example(),
                new TokenSequence(Arrays.copyOf(ids, length + 1), target),
                new SourcePosition("train", 0, 0));
        float[] logits = model.logits(new MicroBatch(List.of(example)));
        int best =
            IntStream.range(0, logits.length)
                .reduce((x, y) -> logits[y] > logits[x] ? y : x)
                .orElseThrow();
        assertEquals(best, model.next(ids), "after " + length + " tokens");
      }
    }
  }

  @Test
  void aRestoredModelTakesTheSameNextStep() throws IOException {
    RandomModel random = RandomModel.untied(17);
    AdapterState adapter = randomAdapter(random.config(), lora(ALL));
    MicroBatch one = batch(new Random(18), 7, 5);
    MicroBatch two = batch(new Random(19), 4, 8);
    try (RsLoraModel first = load(random, adapter)) {
      first.step(one, 1e-3);
      AdapterState middle = first.adapter();
      OptimizerState optimizer = first.optimizer();
      first.step(two, 1e-3);
      try (RsLoraModel second = load(random, adapter)) {
        second.restore(middle, optimizer);
        second.step(two, 1e-3);
        assertSame(first.adapter().modules(), second.adapter().modules());
        assertSame(first.optimizer().secondMoments(), second.optimizer().secondMoments());
      }
    }
  }

  @Test
  void repeatedStepsLearnTheBatch() throws IOException {
    RandomModel random = RandomModel.tied(20);
    AdapterState fresh = AdapterInitializer.initialize(lora(ALL), 2, random.config()::shape, 1);
    MicroBatch batch = batch(new Random(21), 9, 6);
    try (RsLoraModel model = load(random, fresh)) {
      double before = model.step(batch, 2e-2).lossNats();
      for (int i = 0; i < 60; i++) {
        model.step(batch, 2e-2);
      }
      StepComputation after = model.step(batch, 2e-2);
      assertTrue(after.lossNats() < before / 4, "loss from " + before + " to " + after.lossNats());
      assertTrue(after.scores().stream().allMatch(s -> s.correct()), "all examples learnt");
    }
  }

  private RsLoraModel load(RandomModel random, AdapterState adapter) throws IOException {
    return RsLoraModel.load(
        random.write(directory), adapter, new RsLoraModel.Options(0.01, 1.0, 64, 1));
  }

  private static LoraConfig lora(Set<TargetModule> targets) {
    return new LoraConfig(3, 8, LoraScaling.RSLORA, targets);
  }

  /** B is not zero, so that A has gradients. */
  private static AdapterState randomAdapter(ModelConfig config, LoraConfig lora) {
    AdapterState state = AdapterInitializer.initialize(lora, config.layers(), config::shape, 3);
    Random random = new Random(4);
    for (LoraModule module : state.modules()) {
      float[] b = module.b().values();
      for (int i = 0; i < b.length; i++) {
        b[i] = (float) (0.2 * random.nextGaussian());
      }
    }
    return state;
  }

  private static MicroBatch batch(Random random, int... lengths) {
    List<TokenizedExample> examples = new ArrayList<>();
    for (int length : lengths) {
      int[] ids = random.ints(length, 0, 40).toArray();
      boolean[] target = new boolean[length];
      for (int t = length - 1 - length / 3; t < length; t++) {
        target[t] = true;
      }
      double weight = 1 + 0.5 * examples.size();
      examples.add(
          new TokenizedExample(
              new LabelledExample(
                  "id", "a", "task", new Completion("p", "c"), "s", null, null, weight),
              new TokenSequence(ids, target),
              new SourcePosition("train", 0, examples.size())));
    }
    return new MicroBatch(examples);
  }

  /** Examples that begin with the same tokens and end in two targets. */
  private static MicroBatch sharing(Random random, int prefix, int count) {
    int[] instruction = random.ints(prefix, 0, 40).toArray();
    List<TokenizedExample> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] ids = Arrays.copyOf(instruction, prefix + 4 + i);
      for (int t = prefix; t < ids.length; t++) {
        ids[t] = t == prefix ? i : random.nextInt(40);
      }
      boolean[] target = new boolean[ids.length];
      target[ids.length - 2] = true;
      target[ids.length - 1] = true;
      examples.add(
          new TokenizedExample(
              new LabelledExample(
                  "id", "a", "task", new Completion("p", "c"), "s", null, null, 1 + i),
              new TokenSequence(ids, target),
              new SourcePosition("train", 0, i)));
    }
    return new MicroBatch(examples);
  }

  private static void assertClose(List<LoraModule> expected, List<LoraModule> actual) {
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(error(actual.get(i).a(), doubles(expected.get(i).a())) < 1e-5, "A of " + i);
      assertTrue(error(actual.get(i).b(), doubles(expected.get(i).b())) < 1e-5, "B of " + i);
    }
  }

  private static double[] doubles(Matrix matrix) {
    double[] values = new double[matrix.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = matrix.values()[i];
    }
    return values;
  }

  private static float[] alone(RsLoraModel model, MicroBatch batch, int i) {
    return model.gradients(new MicroBatch(List.of(batch.examples().get(i)))).get(0).b().values();
  }

  private static double[] differences(
      ReferenceLlama reference, MicroBatch batch, AdapterState adapter, Matrix weights) {
    double[] gradient = new double[weights.values().length];
    for (int i = 0; i < gradient.length; i++) {
      float value = weights.values()[i];
      float up = value + 1e-4f;
      float down = value - 1e-4f;
      weights.values()[i] = up;
      double above = reference.loss(batch, adapter.config(), adapter.modules());
      weights.values()[i] = down;
      double below = reference.loss(batch, adapter.config(), adapter.modules());
      weights.values()[i] = value;
      gradient[i] = (above - below) / ((double) up - down);
    }
    return gradient;
  }

  /** ‖a − b‖ / ‖b‖. */
  private static double error(Matrix actual, double[] expected) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += square(actual.values()[i] - expected[i]);
      size += square(expected[i]);
    }
    return Math.sqrt(difference / size);
  }

  private static double norm(Matrix matrix) {
    double squares = 0;
    for (float value : matrix.values()) {
      squares += square(value);
    }
    return Math.sqrt(squares);
  }

  private static double square(double x) {
    return x * x;
  }

  private static void assertSame(List<LoraModule> expected, List<LoraModule> actual) {
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i).a().values(), actual.get(i).a().values());
      assertArrayEquals(expected.get(i).b().values(), actual.get(i).b().values());
    }
  }
}
