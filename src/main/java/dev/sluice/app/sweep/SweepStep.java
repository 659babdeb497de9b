package dev.sluice.app.sweep;

/**
 * A step of one adapter.
 *
 * @param lossNats a target token, before the update
 * @param gradientNorm L2, over all A and B
 * @param gradientNormB L2, over all B: at the first step the same, because ∇A is then 0
 */
public record SweepStep(double lossNats, double gradientNorm, double gradientNormB) {}
