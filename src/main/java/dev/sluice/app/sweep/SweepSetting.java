package dev.sluice.app.sweep;

/**
 * What all adapters of a sweep have in common.
 *
 * @param model the base model's name
 * @param rows where the examples came from
 * @param warmupUpdates over which the learning rate rises
 * @param seed of A, and of the feed if the rows are its
 * @param batch examples a step
 * @param heldOut examples that only the last loss is taken on
 */
public record SweepSetting(
    String model,
    String rows,
    double alpha,
    double learningRate,
    int warmupUpdates,
    long seed,
    int steps,
    int batch,
    int heldOut) {}
