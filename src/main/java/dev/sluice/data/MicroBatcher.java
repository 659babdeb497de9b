package dev.sluice.data;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Closes micro-batches by number of examples, by tokens, or when the oldest example has lingered.
 *
 * <p>Full batches are a function of the log alone: only linger depends on the clock. Where it cut
 * in an earlier life, the same batch is cut again as soon as that example is there. No example is
 * lost, doubled or reordered. Not thread-safe.
 */
public final class MicroBatcher {

  private final int maxExamples;
  private final int maxTokens;
  private final Duration linger;
  private final Map<Long, Long> lastByFirst = new HashMap<>();

  private final List<TokenizedExample> open = new ArrayList<>();
  private int openTokens;
  private @Nullable Instant openedAt;

  /**
   * @param maxTokens a batch grows to at most this many tokens; a single longer example gets a
   *     batch of its own
   */
  public MicroBatcher(int maxExamples, int maxTokens, Duration linger) {
    this(maxExamples, maxTokens, linger, List.of());
  }

  /**
   * @param recorded where linger has cut before. One counts for a batch that begins with its first
   *     offset: with other limits than then, batches begin elsewhere. Of two with the same first
   *     offset the later in the list counts
   */
  public MicroBatcher(int maxExamples, int maxTokens, Duration linger, List<Boundary> recorded) {
    if (maxExamples < 1 || maxTokens < 1 || linger.isNegative()) {
      throw new IllegalArgumentException(
          "a micro-batch needs at least one example and one token, and a linger of 0 or more");
    }
    this.maxExamples = maxExamples;
    this.maxTokens = maxTokens;
    this.linger = linger;
    recorded.forEach(boundary -> lastByFirst.put(boundary.firstOffset(), boundary.lastOffset()));
  }

  /** Adds an example and returns the batches that it closes: none, one, or two. */
  public List<MicroBatch> add(TokenizedExample example, Instant now) {
    List<MicroBatch> closed = new ArrayList<>(2);
    int tokens = example.tokens().length();
    long offset = example.position().offset();
    if (!open.isEmpty() && (openTokens + tokens > maxTokens || offset > recordedLast())) {
      closed.add(close());
    }
    if (open.isEmpty()) {
      openedAt = now;
    }
    open.add(example);
    openTokens += tokens;
    if (open.size() == maxExamples || openTokens >= maxTokens || offset == recordedLast()) {
      closed.add(close());
    }
    return closed;
  }

  /** The open batch, closed, if its oldest example has waited for {@code linger}. */
  public Optional<MicroBatch> closeLingering(Instant now) {
    return openedAt != null && !now.isBefore(openedAt.plus(linger))
        ? Optional.of(close())
        : Optional.empty();
  }

  /** The open batch, closed because no further example will come. */
  public Optional<MicroBatch> closeRest() {
    return open.isEmpty() ? Optional.empty() : Optional.of(close());
  }

  /** The number of examples that wait in the open batch. */
  public int waiting() {
    return open.size();
  }

  /** Forgets the open batch; its examples are to be read again. */
  public void drop() {
    open.clear();
    openTokens = 0;
    openedAt = null;
  }

  /** Where linger cut a batch that began as the open one does. */
  private long recordedLast() {
    return lastByFirst.getOrDefault(open.get(0).position().offset(), Long.MAX_VALUE);
  }

  private MicroBatch close() {
    MicroBatch batch = new MicroBatch(open);
    drop();
    return batch;
  }
}
