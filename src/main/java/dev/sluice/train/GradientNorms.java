package dev.sluice.train;

import dev.sluice.lora.TargetModule;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * L2 norms of the gradients of one step, before clipping and after token weighting.
 *
 * <p>At the first step ∇A is exactly 0, because B is 0.
 *
 * @param global over all adapter parameters
 * @param modules by layer, then by projection
 */
public record GradientNorms(double global, List<ModuleNorm> modules) {

  /** The norms of one projection's A and B. */
  public record ModuleNorm(int layer, TargetModule target, double a, double b) {}

  public GradientNorms {
    modules = List.copyOf(modules);
  }

  /** Over the A of this projection in all layers. */
  public double a(TargetModule target) {
    return norm(of(target), ModuleNorm::a);
  }

  /** Over the B of this projection in all layers. */
  public double b(TargetModule target) {
    return norm(of(target), ModuleNorm::b);
  }

  /** Over every B. */
  public double b() {
    return norm(modules.stream(), ModuleNorm::b);
  }

  private Stream<ModuleNorm> of(TargetModule target) {
    return modules.stream().filter(m -> m.target() == target);
  }

  private static double norm(Stream<ModuleNorm> modules, ToDoubleFunction<ModuleNorm> part) {
    return Math.sqrt(modules.mapToDouble(part).map(norm -> norm * norm).sum());
  }
}
