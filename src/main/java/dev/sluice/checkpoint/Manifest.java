package dev.sluice.checkpoint;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint is and what made it. The newest manifest of an adapter says where training goes
 * on; a group's committed offset only mirrors it.
 *
 * <p>Each manifest names the lineage hash of its parent and has one of its own over all that it
 * says, so the newest one stands for all before it. A field more or less is another format: what a
 * reader skipped would be outside the hash.
 *
 * @param v version of this format, {@value #FORMAT}
 * @param version of the adapter, from 1, never used twice
 * @param parent the version that training went on from, or null for the first
 * @param parentHash the lineage hash of that version, or null for the first
 * @param attempt when the trainer that wrote it took over, in epoch milliseconds, above any before
 * @param step steps taken, skipped ones included
 * @param updates steps that changed the adapter, since AdamW's moments began: with the adapter, or
 *     with its last change of rank, alpha or scaling
 * @param partition of the train topic
 * @param nextOffset offset of the first example that is not in this checkpoint
 * @param steps the steps since the parent
 * @param files what to fetch from the chunks topic
 * @param configuration every key with its effective value
 * @param counts since the lineage began
 * @param scores of the steps since the parent, or null if none of them changed the adapter
 * @param knowledgeCutoff the newest event time among the examples, or null if none gave one
 * @param excluded ids of examples that training passed over because they are to be forgotten
 * @param seal null while the manifest is being made
 */
public record Manifest(
    int v,
    String adapter,
    long version,
    @Nullable Long parent,
    @Nullable String parentHash,
    long attempt,
    Instant createdAt,
    long step,
    long updates,
    int partition,
    long nextOffset,
    List<StepSpan> steps,
    List<FileEntry> files,
    BaseModel baseModel,
    Environment environment,
    SortedMap<String, String> configuration,
    Counts counts,
    @Nullable Scores scores,
    @Nullable Instant knowledgeCutoff,
    List<String> excluded,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Seal seal) {

  public static final int FORMAT = 1;

  /** Decimals of {@link Scores}: every JSON library writes such a number in the same way. */
  public static final int SCORE_DECIMALS = 4;

  /**
   * The offsets that a step covered, both ends included.
   *
   * @param skipped why the step did not change the adapter, or null if it did
   */
  public record StepSpan(
      long step, long firstOffset, long lastOffset, int examples, @Nullable String skipped) {}

  /**
   * A file in pieces on the chunks topic, in the partition of the train topic.
   *
   * @param firstChunk offset of its first piece
   * @param lastChunk offset of its last piece
   */
  public record FileEntry(
      String name, long bytes, String sha256, int chunks, long firstChunk, long lastChunk) {}

  /** The frozen model that the adapter belongs to. */
  public record BaseModel(String name, String sha256) {}

  /**
   * What the sums depend on, beside the data.
   *
   * @param sluice version of this program
   * @param libtorch its version
   * @param flavor of libtorch, as PYTORCH_FLAVOR has it: {@code cpu}, {@code cu128}
   * @param device {@code cpu}, or {@code cuda:} and a number
   * @param precision what the base model computes in
   * @param quantization how its projections are stored
   * @param cpu architecture and vector instructions
   */
  public record Environment(
      String sluice,
      String libtorch,
      String flavor,
      String device,
      String precision,
      String quantization,
      String cpu,
      int threads,
      long seed) {}

  /**
   * How many examples were trained on and rejected, and how many steps were skipped.
   *
   * @param bySource the examples trained on, by their source; see {@link SourceCounts}
   */
  public record Counts(
      long examples, long rejected, long skippedSteps, SortedMap<String, Long> bySource) {

    /** Of a lineage that has not begun. */
    public static final Counts NONE = new Counts(0, 0, 0, new TreeMap<>());

    public Counts {
      bySource = Collections.unmodifiableSortedMap(new TreeMap<>(bySource));
    }
  }

  /**
   * How the adapter did on the examples since the parent, each before it was trained on it. Steps
   * that were skipped do not count.
   *
   * @param lossNats mean cross-entropy of a target token, to four decimals
   * @param accuracy share of the examples that were right, 0 to 1, to four decimals
   */
  public record Scores(double lossNats, double accuracy) {
    public Scores {
      lossNats = rounded(lossNats);
      accuracy = rounded(accuracy);
    }

    /** As it is written, so that a manifest reads back as itself. */
    private static double rounded(double value) {
      return BigDecimal.valueOf(value)
          .setScale(SCORE_DECIMALS, RoundingMode.HALF_EVEN)
          .doubleValue();
    }
  }

  /**
   * What binds a manifest to its parents, and perhaps to who made it.
   *
   * @param lineageHash SHA-256 over everything else in the manifest, the parent's hash included
   * @param signature of the hash, or null if the trainer has no key
   */
  public record Seal(String lineageHash, @Nullable Signature signature) {
    public Seal {
      requireNonNull(lineageHash, "lineageHash");
    }
  }

  /**
   * An Ed25519 signature of a lineage hash.
   *
   * @param keyId SHA-256 of the public key, as DER
   * @param value 64 bytes in hexadecimal
   */
  public record Signature(String keyId, String value) {
    public Signature {
      requireNonNull(keyId, "keyId");
      requireNonNull(value, "value");
    }
  }

  public Manifest {
    // One that was read may lack them, whatever the types say.
    requireNonNull(adapter, "adapter");
    requireNonNull(createdAt, "createdAt");
    requireNonNull(baseModel, "baseModel");
    requireNonNull(environment, "environment");
    requireNonNull(counts, "counts");
    steps = List.copyOf(steps);
    files = List.copyOf(files);
    excluded = List.copyOf(excluded);
    configuration = Collections.unmodifiableSortedMap(new TreeMap<>(configuration));
  }

  /** This manifest with other files, and without a seal: that was over the former files. */
  public Manifest withFiles(List<FileEntry> others) {
    return with(others, null);
  }

  /** The same with another seal, or none. */
  public Manifest withSeal(@Nullable Seal other) {
    return with(files, other);
  }

  private Manifest with(List<FileEntry> newFiles, @Nullable Seal newSeal) {
    return new Manifest(
        v,
        adapter,
        version,
        parent,
        parentHash,
        attempt,
        createdAt,
        step,
        updates,
        partition,
        nextOffset,
        steps,
        newFiles,
        baseModel,
        environment,
        configuration,
        counts,
        scores,
        knowledgeCutoff,
        excluded,
        newSeal);
  }

  /** How messages and keys call this version: {@code adapter@version}. */
  public String id() {
    return adapter + "@" + version;
  }

  /**
   * The hash that stands for this version and all before it.
   *
   * @throws IllegalStateException while the manifest is being made
   */
  public String lineageHash() {
    if (seal == null) {
      throw new IllegalStateException(id() + " has no lineage hash yet");
    }
    return seal.lineageHash();
  }

  /** Whether it carries a signature, which need not be a good one. */
  public boolean isSigned() {
    return seal != null && seal.signature() != null;
  }

  /** The entry of a file. */
  public FileEntry file(String name) {
    return files.stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(id() + " has no file " + name));
  }

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(FileEntry::bytes).sum();
  }
}
