package dev.sluice.serde;

/**
 * The names of Sluice's topics.
 *
 * @param prefix what stands before the dot, {@code sluice} by default
 */
public record TopicNames(String prefix) {

  /** Labelled examples as feeds write them: JSON v1, FinLoRA rows or conversations. */
  public String examples() {
    return prefix + ".examples";
  }

  /** Validated examples in JSON v1, one partition an adapter: the log that adapters are made of. */
  public String train() {
    return prefix + ".train";
  }

  /** What could not be used: the original bytes, with the reason in the headers. */
  public String rejected() {
    return prefix + ".rejected";
  }

  /** A record for every step. */
  public String steps() {
    return prefix + ".steps";
  }

  /** Where linger cut a batch, written before that batch is trained. */
  public String boundaries() {
    return prefix + ".boundaries";
  }

  /** What someone should look at: a gradient norm far from its usual range. */
  public String alerts() {
    return prefix + ".alerts";
  }

  /** Manifests, one partition an adapter. */
  public String checkpoints() {
    return prefix + ".checkpoints";
  }

  /** The files of checkpoints in pieces, one partition an adapter. */
  public String chunks() {
    return prefix + ".chunks";
  }

  /** Which version of an adapter servers should load, one partition an adapter. */
  public String releases() {
    return prefix + ".releases";
  }

  /** Which versions have lost their files to retention, one partition an adapter. */
  public String trimmed() {
    return prefix + ".trimmed";
  }

  /** The registry of adapters: name to partition, only ever appended to. */
  public String adapters() {
    return prefix + ".adapters";
  }
}
