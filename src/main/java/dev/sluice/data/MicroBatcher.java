package dev.sluice.data;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Closes micro-batches by number of examples, by tokens, or when the oldest example has lingered.
 *
 * <p>Full batches are a function of the log alone: only linger depends on the clock. No example is
 * lost, doubled or reordered. Not thread-safe.
 */
public final class MicroBatcher {

  private final int maxExamples;
  private final int maxTokens;
  private final Duration linger;

  private final List<TokenizedExample> open = new ArrayList<>();
  private int openTokens;
  private @Nullable Instant openedAt;

  /**
   * @param maxTokens a batch grows to at most this many tokens; a single longer example gets a
   *     batch of its own
   */
  public MicroBatcher(int maxExamples, int maxTokens, Duration linger) {
    if (maxExamples < 1 || maxTokens < 1 || linger.isNegative()) {
      throw new IllegalArgumentException(
          "a micro-batch needs at least one example and one token, and a linger of 0 or more");
    }
    this.maxExamples = maxExamples;
    this.maxTokens = maxTokens;
    this.linger = linger;
  }

  /** Adds an example and returns the batches that it closes: none, one, or two. */
  public List<MicroBatch> add(TokenizedExample example, Instant now) {
    List<MicroBatch> closed = new ArrayList<>(2);
    int tokens = example.tokens().length();
    if (!open.isEmpty() && openTokens + tokens > maxTokens) {
      closed.add(close());
    }
    if (open.isEmpty()) {
      openedAt = now;
    }
    open.add(example);
    openTokens += tokens;
    if (open.size() == maxExamples || openTokens >= maxTokens) {
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

  private MicroBatch close() {
    MicroBatch batch = new MicroBatch(open);
    drop();
    return batch;
  }
}
