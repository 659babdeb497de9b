package dev.sluice.train;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.data.Examples;
import dev.sluice.data.MicroBatch;
import dev.sluice.train.StepOutcome.Applied;
import dev.sluice.train.StepOutcome.Skipped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TrainerTest {

  private static final int MAX_SKIPPED = 3;

  private final FakeModel model = new FakeModel();
  private final AtomicLong nanos = new AtomicLong();
  private final Trainer trainer =
      new Trainer(
          model,
          new LearningRateSchedule(8, 4),
          MAX_SKIPPED,
          () -> nanos.getAndAdd(Duration.ofMillis(20).toNanos()));

  @Test
  void reportsWhatTheStepDid() {
    MicroBatch batch = new MicroBatch(List.of(Examples.tokenized(5, 3), Examples.tokenized(8, 4)));
    StepReport report = assertInstanceOf(Applied.class, trainer.train(batch)).report();
    assertEquals(1, report.step());
    assertEquals(2.5, report.lossNats());
    assertEquals(2, report.examples());
    assertEquals(7, report.tokens());
    assertEquals(2, report.targetTokens());
    assertEquals(5, report.firstOffset());
    assertEquals(8, report.lastOffset());
    assertEquals(2, report.learningRate());
    assertEquals(1, report.norms().global());
    assertEquals(List.of(new ExampleScore("tfns", true, 1)), report.scores());
    assertEquals(Duration.ofMillis(20), report.time());
  }

  @Test
  void theLearningRateWarmsUpByUpdates() {
    for (int i = 0; i < 6; i++) {
      step(i);
    }
    assertEquals(List.of(2.0, 4.0, 6.0, 8.0, 8.0, 8.0), model.learningRates());
  }

  @Test
  void aSkippedStepHasANumberButDoesNotAdvanceTheWarmUp() {
    step(0);
    model.setFinite(false);
    Skipped skipped = assertInstanceOf(Skipped.class, step(1));
    model.setFinite(true);
    StepOutcome after = step(2);

    assertEquals(2, skipped.report().step());
    assertEquals(3, after.report().step());
    assertEquals(List.of(2.0, 4.0, 4.0), model.learningRates());
    assertEquals(3, trainer.state().step());
    assertEquals(2, trainer.state().optimizer().updates());
    assertSays("not finite", new AssertionError(skipped.reason()));
  }

  @Test
  void oneSkipTooManyInARowIsFatalAndNamesTheSetting() {
    model.setFinite(false);
    step(10);
    step(11);
    Throwable failure = assertThrows(TooManySkippedStepsException.class, () -> step(12));
    assertSays("3 steps in a row", failure);
    assertSays("step 3 ending at offset 12", failure);
    assertSays("optimizer.learning.rate", failure);
    assertSays("guard.max.skipped.steps", failure);
  }

  @Test
  void anAppliedStepForgivesTheSkipsBeforeIt() {
    for (int i = 0; i < 5 * MAX_SKIPPED; i++) {
      model.setFinite(i % MAX_SKIPPED == MAX_SKIPPED - 1);
      step(i);
    }
    assertEquals(5 * MAX_SKIPPED, trainer.step());
    assertEquals(5, trainer.state().optimizer().updates());
  }

  @Test
  void restoreGoesOnWithNumberingAndWarmUp() {
    OptimizerState zeros = OptimizerState.zeros(FakeModel.ADAPTER);
    OptimizerState optimizer = new OptimizerState(2, zeros.firstMoments(), zeros.secondMoments());
    trainer.restore(new TrainerState(41, FakeModel.ADAPTER, optimizer));

    assertEquals(41, trainer.step());
    assertEquals(42, step(0).report().step());
    assertEquals(List.of(6.0), model.learningRates());
    assertEquals(3, trainer.state().optimizer().updates());
    assertSame(FakeModel.ADAPTER, trainer.state().adapter());
  }

  @Test
  void restoreForgetsTheSkipsOfTheLifeBefore() {
    model.setFinite(false);
    step(0);
    step(1);
    trainer.restore(TrainerState.initial(FakeModel.ADAPTER));
    assertInstanceOf(Skipped.class, step(0));
    assertEquals(1, trainer.step());
  }

  @Test
  void aLineageBeginsAtStepZeroWithEmptyMoments() {
    TrainerState initial = TrainerState.initial(FakeModel.ADAPTER);
    assertEquals(0, initial.step());
    assertEquals(0, initial.optimizer().updates());
    assertEquals(1, initial.optimizer().firstMoments().size());
    assertEquals(0, initial.optimizer().firstMoments().get(0).a().values()[0]);
    assertFalse(FakeModel.ADAPTER.modules().get(0).a().values()[0] == 0);
  }

  private StepOutcome step(long offset) {
    return trainer.train(new MicroBatch(List.of(Examples.tokenized(offset, 2))));
  }
}
