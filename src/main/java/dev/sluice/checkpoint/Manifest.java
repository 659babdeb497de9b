package dev.sluice.checkpoint;

import static java.util.Objects.requireNonNull;

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
 * @param v version of this format, {@value #FORMAT}
 * @param version of the adapter, from 1, never used twice
 * @param parent the version that training went on from, or null for the first
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
 * @param knowledgeCutoff the newest event time among the examples, or null if none gave one
 */
public record Manifest(
    int v,
    String adapter,
    long version,
    @Nullable Long parent,
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
    @Nullable Instant knowledgeCutoff) {

  public static final int FORMAT = 1;

  /** The offsets that a step covered, both ends included. */
  public record StepSpan(
      long step, long firstOffset, long lastOffset, int examples, boolean skipped) {}

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

  /** What the sums depend on, beside the data. */
  public record Environment(
      String sluice, String engine, String device, String cpu, int threads, long seed) {}

  /** How many examples were trained on and rejected, and how many steps were skipped. */
  public record Counts(long examples, long rejected, long skippedSteps) {}

  public Manifest {
    // One that was read may lack them, whatever the types say.
    requireNonNull(adapter, "adapter");
    requireNonNull(createdAt, "createdAt");
    requireNonNull(baseModel, "baseModel");
    requireNonNull(environment, "environment");
    requireNonNull(counts, "counts");
    steps = List.copyOf(steps);
    files = List.copyOf(files);
    configuration = Collections.unmodifiableSortedMap(new TreeMap<>(configuration));
  }

  /** This manifest with other files. */
  public Manifest withFiles(List<FileEntry> newFiles) {
    return new Manifest(
        v,
        adapter,
        version,
        parent,
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
        knowledgeCutoff);
  }

  /** How messages and keys call this version: {@code adapter@version}. */
  public String id() {
    return adapter + "@" + version;
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
