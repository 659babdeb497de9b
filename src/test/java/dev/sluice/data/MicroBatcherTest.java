package dev.sluice.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MicroBatcherTest {

  private static final Instant START = Instant.EPOCH;
  private static final Duration LINGER = Duration.ofSeconds(2);
  private static final Duration NEVER = Duration.ofDays(365);

  /** Limits and a log to batch, some of whose examples are longer than a batch may be. */
  private record Case(int maxExamples, int maxTokens, List<TokenizedExample> log) {

    static Case of(Random random) {
      int maxTokens = 2 + random.nextInt(100);
      List<TokenizedExample> log = new ArrayList<>();
      for (int offset = 0, n = random.nextInt(80); offset < n; offset++) {
        log.add(Examples.tokenized(offset, 2 + random.nextInt(maxTokens)));
      }
      return new Case(1 + random.nextInt(8), maxTokens, log);
    }

    MicroBatcher batcher(Duration linger) {
      return new MicroBatcher(maxExamples, maxTokens, linger);
    }

    List<MicroBatch> fullBatches() {
      return add(batcher(NEVER), log);
    }
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void losesDoublesAndReordersNothingWhateverTheClock(long seed) {
    Random random = new Random(seed);
    Case c = Case.of(random);
    MicroBatcher batcher = c.batcher(LINGER);
    List<MicroBatch> batches = new ArrayList<>();
    Instant now = START;
    for (TokenizedExample example : c.log()) {
      now = now.plusMillis(random.nextInt(1500));
      batches.addAll(batcher.add(example, now));
      if (random.nextBoolean()) {
        batcher.closeLingering(now).ifPresent(batches::add);
      }
    }
    int waiting = batcher.waiting();
    batcher.closeLingering(now.plus(LINGER)).ifPresent(batches::add);

    assertEquals(c.log(), examples(batches));
    assertEquals(0, batcher.waiting());
    assertTrue(waiting < c.maxExamples(), waiting + " wait");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noBatchIsOverItsLimitsButOneTooLongExampleAlone(long seed) {
    Case c = Case.of(new Random(seed));
    for (MicroBatch batch : c.fullBatches()) {
      assertTrue(batch.size() <= c.maxExamples(), batch.size() + " examples");
      assertTrue(batch.tokens() <= c.maxTokens() || batch.size() == 1, batch.tokens() + " tokens");
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noBatchIsClosedWhileTheNextExampleWouldFit(long seed) {
    Case c = Case.of(new Random(seed));
    for (MicroBatch batch : c.fullBatches()) {
      int next = (int) batch.lastOffset() + 1;
      boolean full = batch.size() == c.maxExamples() || batch.tokens() >= c.maxTokens();
      assertTrue(
          full || batch.tokens() + c.log().get(next).tokens().length() > c.maxTokens(),
          () -> "the batch up to offset %d is not full".formatted(batch.lastOffset()));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void fullBatchesDependOnTheLogAloneHoweverItIsPolled(long seed) {
    Random random = new Random(seed);
    Case c = Case.of(random);
    MicroBatcher polled = c.batcher(NEVER);
    List<MicroBatch> batches = new ArrayList<>();
    Instant now = START;
    for (int from = 0; from < c.log().size(); ) {
      int to = Math.min(c.log().size(), from + random.nextInt(10)); // a poll may find nothing
      for (TokenizedExample example : c.log().subList(from, to)) {
        batches.addAll(polled.add(example, now));
      }
      now = now.plusSeconds(random.nextInt(3600));
      polled.closeLingering(now).ifPresent(batches::add);
      from = to;
    }
    assertEquals(c.fullBatches(), batches);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsDroppedAndReadAgainGivesTheSameBatches(long seed) {
    Random random = new Random(seed);
    Case c = Case.of(random);
    MicroBatcher batcher = c.batcher(NEVER);
    int stop = random.nextInt(c.log().size() + 1);
    List<MicroBatch> batches = new ArrayList<>(add(batcher, c.log().subList(0, stop)));

    int open = batcher.waiting();
    batcher.drop();
    assertEquals(0, batcher.waiting());
    assertEquals(Optional.empty(), batcher.closeLingering(START.plus(NEVER)));
    assertEquals(c.log().subList(0, stop - open), examples(batches));

    batches.addAll(add(batcher, c.log().subList(stop - open, c.log().size())));
    assertEquals(c.fullBatches(), batches);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theRestIsWhatWaitsAndThenNothing(long seed) {
    Case c = Case.of(new Random(seed));
    MicroBatcher batcher = c.batcher(NEVER);
    List<MicroBatch> batches = new ArrayList<>(add(batcher, c.log()));
    assertEquals(c.fullBatches(), batches);

    batcher.closeRest().ifPresent(batches::add);

    assertEquals(c.log(), examples(batches));
    assertEquals(Optional.empty(), batcher.closeRest());
  }

  @Test
  void closesAtTheNumberOfExamples() {
    MicroBatcher batcher = new MicroBatcher(2, 100, LINGER);
    assertEquals(List.of(), batcher.add(Examples.tokenized(0, 5), START));
    assertEquals(1, batcher.waiting());
    assertEquals(2, batcher.add(Examples.tokenized(1, 5), START).get(0).size());
    assertEquals(0, batcher.waiting());
  }

  @Test
  void anExampleThatDoesNotFitClosesTheBatchBeforeIt() {
    MicroBatcher batcher = new MicroBatcher(10, 10, LINGER);
    batcher.add(Examples.tokenized(0, 6), START);
    List<MicroBatch> closed = batcher.add(Examples.tokenized(1, 5), START);
    assertEquals(1, closed.size());
    assertEquals(0, closed.get(0).lastOffset());
    assertEquals(1, batcher.waiting());
  }

  @Test
  void aTooLongExampleClosesTwoBatchesItsOwnBeingTheSecond() {
    MicroBatcher batcher = new MicroBatcher(10, 10, LINGER);
    batcher.add(Examples.tokenized(0, 6), START);
    List<MicroBatch> closed = batcher.add(Examples.tokenized(1, 11), START);
    assertEquals(List.of(6, 11), closed.stream().map(MicroBatch::tokens).toList());
    assertEquals(0, batcher.waiting());
  }

  @Test
  void lingerCountsFromTheOldestExampleOfTheBatch() {
    MicroBatcher batcher = new MicroBatcher(10, 100, LINGER);
    batcher.add(Examples.tokenized(0, 5), START);
    batcher.add(Examples.tokenized(1, 5), START.plusMillis(1500));
    assertEquals(Optional.empty(), batcher.closeLingering(START.plusMillis(1999)));
    assertEquals(2, batcher.closeLingering(START.plus(LINGER)).orElseThrow().size());
    assertEquals(Optional.empty(), batcher.closeLingering(START.plusSeconds(9)));

    batcher.add(Examples.tokenized(2, 5), START.plusSeconds(9));
    assertEquals(Optional.empty(), batcher.closeLingering(START.plusSeconds(10)));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatLingerCutIsCutThereAgainWhateverTheClock(long seed) {
    Random random = new Random(seed);
    Case c = Case.of(random);
    MicroBatcher first = c.batcher(LINGER);
    List<MicroBatch> batches = new ArrayList<>();
    List<Boundary> boundaries = new ArrayList<>();
    Instant now = START;
    for (TokenizedExample example : c.log()) {
      now = now.plusMillis(random.nextInt(1500));
      batches.addAll(first.add(example, now));
      Optional<MicroBatch> lingered = first.closeLingering(now);
      lingered.ifPresent(batches::add);
      lingered.ifPresent(b -> boundaries.add(new Boundary(b.firstOffset(), b.lastOffset())));
    }

    MicroBatcher again = new MicroBatcher(c.maxExamples(), c.maxTokens(), NEVER, boundaries);

    assertEquals(batches, add(again, c.log()));
  }

  @Test
  void aBoundaryWhoseLastExampleIsNoLongerUsableClosesBeforeTheNextOne() {
    MicroBatcher batcher = new MicroBatcher(10, 100, LINGER, List.of(new Boundary(0, 2)));
    batcher.add(Examples.tokenized(0, 5), START);
    batcher.add(Examples.tokenized(1, 5), START); // and 2 is rejected

    List<MicroBatch> closed = batcher.add(Examples.tokenized(3, 5), START);

    assertEquals(List.of(2), closed.stream().map(MicroBatch::size).toList());
    assertEquals(1, batcher.waiting());
  }

  @Test
  void aBoundaryCountsForABatchThatBeginsWithItsFirstOffsetOnly() {
    MicroBatcher batcher = new MicroBatcher(2, 100, LINGER, List.of(new Boundary(0, 2)));
    batcher.add(Examples.tokenized(0, 5), START);
    assertEquals(1, batcher.add(Examples.tokenized(1, 5), START).size(), "the limit comes first");
    assertEquals(List.of(), batcher.add(Examples.tokenized(2, 5), START));
  }

  @Test
  void ofTwoBoundariesForOneBatchTheLaterCounts() {
    MicroBatcher batcher =
        new MicroBatcher(10, 100, LINGER, List.of(new Boundary(0, 2), new Boundary(0, 1)));
    batcher.add(Examples.tokenized(0, 5), START);
    assertEquals(2, batcher.add(Examples.tokenized(1, 5), START).get(0).size());
  }

  @Test
  void refusesLimitsThatNoBatchCanMeet() {
    for (Duration linger : List.of(LINGER, Duration.ofMillis(-1))) {
      int limit = linger.isNegative() ? 1 : 0;
      assertThrows(
          IllegalArgumentException.class, () -> new MicroBatcher(limit, 1, linger), "examples");
      assertThrows(
          IllegalArgumentException.class, () -> new MicroBatcher(1, limit, linger), "tokens");
    }
  }

  private static List<MicroBatch> add(MicroBatcher batcher, List<TokenizedExample> log) {
    return log.stream().flatMap(example -> batcher.add(example, START).stream()).toList();
  }

  private static List<TokenizedExample> examples(List<MicroBatch> batches) {
    return batches.stream().flatMap(batch -> batch.examples().stream()).toList();
  }
}
