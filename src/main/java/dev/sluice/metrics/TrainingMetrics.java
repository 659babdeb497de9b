package dev.sluice.metrics;

import dev.sluice.evaluate.Prequential;
import dev.sluice.evaluate.TaskAccuracy;
import dev.sluice.lora.TargetModule;
import dev.sluice.train.ExampleScore;
import dev.sluice.train.GradientAlert;
import dev.sluice.train.StepOutcome;
import dev.sluice.train.StepOutcome.Skipped;
import dev.sluice.train.StepReport;
import dev.sluice.train.TrainingListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The trainer's meters. Names, units and descriptions are declared here and nowhere else; the
 * Prometheus registry turns {@code sluice.step.loss} in nats into {@code sluice_step_loss_nats}.
 *
 * <p>No tag comes from the content of a record but the task's name, of which at most {@value
 * #MAX_TASKS} are kept: a feed that makes up names must not fill the metrics store.
 */
public final class TrainingMetrics implements TrainingListener {

  private static final int MAX_TASKS = 50;
  private static final int WINDOW = 100;

  private final Counter applied;
  private final Counter skipped;
  private final Counter examples;
  private final Counter tokens;
  private final Counter targetTokens;
  private final Counter rejected;
  private final Counter checkpoints;
  private final Counter checkpointBytes;
  private final Map<GradientAlert.Kind, Counter> alerts = new EnumMap<>(GradientAlert.Kind.class);
  private final Timer stepTime;
  private final Timer checkpointTime;
  private final Timer checkpointStall;
  private final MultiGauge gradientNorms;
  private final MultiGauge accuracies;
  private final AtomicReference<Double> loss = new AtomicReference<>(Double.NaN);
  private final AtomicReference<Double> gradientNorm = new AtomicReference<>(Double.NaN);
  private final AtomicReference<Double> learningRate = new AtomicReference<>(Double.NaN);
  private final AtomicReference<Double> step = new AtomicReference<>(0.0);
  private final AtomicReference<Double> version = new AtomicReference<>(0.0);
  private final Prequential prequential = new Prequential(WINDOW);
  private final Set<String> tasks = new HashSet<>();

  public TrainingMetrics(MeterRegistry registry) {
    applied = steps(registry, "applied");
    skipped = steps(registry, "skipped");
    examples = counter(registry, "sluice.examples.trained", null, "Examples trained on");
    tokens = counter(registry, "sluice.tokens", null, "Tokens of the examples trained on");
    targetTokens = counter(registry, "sluice.target.tokens", null, "Tokens that carried loss");
    rejected =
        counter(registry, "sluice.examples.rejected", null, "Examples that the trainer rejected");
    checkpoints = counter(registry, "sluice.checkpoints", null, "Checkpoints committed");
    checkpointBytes = counter(registry, "sluice.checkpoint.size", "bytes", "Checkpoint files");
    for (GradientAlert.Kind kind : GradientAlert.Kind.values()) {
      alerts.put(kind, alerts(registry, kind));
    }
    stepTime =
        Timer.builder("sluice.step.time")
            .description("Wall-clock time of a step: forward, backward, clipping, update")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(5))
            .maximumExpectedValue(Duration.ofMinutes(2))
            .register(registry);
    checkpointTime =
        Timer.builder("sluice.checkpoint.time")
            .description("Time from snapshot to the end of the checkpoint's transaction")
            .register(registry);
    checkpointStall =
        Timer.builder("sluice.checkpoint.stall")
            .description("Time that training stood still for a checkpoint")
            .register(registry);
    gauge(registry, "sluice.step.loss", "nats", "Loss of the last step, a target token", loss);
    gauge(
        registry,
        "sluice.gradient.norm",
        null,
        "Global L2 norm of the last step's gradients, before clipping",
        gradientNorm);
    gauge(registry, "sluice.learning.rate", null, "Learning rate of the last step", learningRate);
    gauge(registry, "sluice.step.number", null, "Number of the last step", step);
    gauge(registry, "sluice.adapter.version", null, "Newest committed adapter version", version);
    gradientNorms =
        MultiGauge.builder("sluice.module.gradient.norm")
            .description(
                "L2 norm of the last step's gradients of a projection's A or B, all layers")
            .register(registry);
    accuracies =
        MultiGauge.builder("sluice.task.accuracy")
            .description("Prequential accuracy over the newest 100 examples of a task, 0 to 1")
            .register(registry);
  }

  @Override
  public void ready(long restoredStep) {
    step.set((double) restoredStep);
  }

  @Override
  public void stepped(StepOutcome outcome) {
    StepReport report = outcome.report();
    (outcome instanceof Skipped ? skipped : applied).increment();
    examples.increment(report.examples());
    tokens.increment(report.tokens());
    targetTokens.increment(report.targetTokens());
    stepTime.record(report.time());
    loss.set(report.lossNats());
    gradientNorm.set(report.norms().global());
    learningRate.set(report.learningRate());
    step.set((double) report.step());
    recordNorms(report);
    recordAccuracies(report.scores());
  }

  @Override
  public void alerted(GradientAlert alert) {
    Objects.requireNonNull(alerts.get(alert.kind())).increment();
  }

  @Override
  public void rejected() {
    rejected.increment();
  }

  @Override
  public void snapshotTaken(long newVersion, Duration stall) {
    checkpointStall.record(stall);
  }

  @Override
  public void checkpointed(long newVersion, long bytes, Duration time) {
    checkpoints.increment();
    checkpointBytes.increment((double) bytes);
    checkpointTime.record(time);
    version.set((double) newVersion);
  }

  private void recordAccuracies(List<ExampleScore> scores) {
    for (ExampleScore score : scores) {
      if (tasks.contains(score.task()) || tasks.size() < MAX_TASKS) {
        tasks.add(score.task());
        prequential.add(List.of(score));
      }
    }
    accuracies.register(rows(prequential.byTask()), true);
  }

  private void recordNorms(StepReport report) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    for (TargetModule target : targets(report)) {
      String module = target.peftName();
      rows.add(
          MultiGauge.Row.of(Tags.of("module", module, "matrix", "A"), report.norms().a(target)));
      rows.add(
          MultiGauge.Row.of(Tags.of("module", module, "matrix", "B"), report.norms().b(target)));
    }
    gradientNorms.register(rows, true);
  }

  private static Iterable<TargetModule> targets(StepReport report) {
    return report.norms().modules().stream()
        .map(m -> m.target())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<MultiGauge.Row<?>> rows(Map<String, TaskAccuracy> byTask) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    byTask.forEach(
        (task, accuracy) ->
            rows.add(MultiGauge.Row.of(Tags.of("task", task), accuracy.accuracy())));
    return rows;
  }

  private static Counter steps(MeterRegistry registry, String outcome) {
    return Counter.builder("sluice.steps")
        .description("Steps taken, by outcome")
        .tag("outcome", outcome)
        .register(registry);
  }

  private static Counter alerts(MeterRegistry registry, GradientAlert.Kind kind) {
    return Counter.builder("sluice.alerts")
        .description("Alerts raised: a gradient norm has left its usual range")
        .tag("type", kind.type())
        .register(registry);
  }

  private static Counter counter(
      MeterRegistry registry, String name, @Nullable String unit, String description) {
    return Counter.builder(name).baseUnit(unit).description(description).register(registry);
  }

  private static void gauge(
      MeterRegistry registry,
      String name,
      @Nullable String unit,
      String description,
      AtomicReference<Double> value) {
    Gauge.builder(name, value, AtomicReference::get)
        .baseUnit(unit)
        .description(description)
        .register(registry);
  }
}
