package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CpuCapabilityTest {

  private static final Set<String> AVX512 =
      Set.of("sse2", "fma", "avx2", "avx512f", "avx512bw", "avx512dq", "avx512vl");

  @Test
  void isTheWidestThatTheFlagsAllow() {
    assertEquals("AVX512", CpuCapability.fromFlags(AVX512));
    assertEquals("AVX2", CpuCapability.fromFlags(Set.of("sse2", "fma", "avx2")));
    assertEquals("DEFAULT", CpuCapability.fromFlags(Set.of("sse2")));
    assertEquals("DEFAULT", CpuCapability.fromFlags(Set.of()));
  }

  @Test
  void avx512NeedsAllOfItsParts() {
    for (String part : Set.of("avx512f", "avx512bw", "avx512dq", "avx512vl")) {
      Set<String> flags = new HashSet<>(AVX512);
      flags.remove(part);
      assertEquals("AVX2", CpuCapability.fromFlags(flags), "without " + part);
    }
  }

  @Test
  void nothingVectorisedGoesWithoutFusedMultiplyAdd() {
    Set<String> flags = new HashSet<>(AVX512);
    flags.remove("fma");
    assertEquals("DEFAULT", CpuCapability.fromFlags(flags));
  }

  @Test
  void aManifestSaysTheArchitectureToo() {
    String detected = CpuCapability.detect();
    assertTrue(
        detected.matches(System.getProperty("os.arch") + " (AVX512|AVX2|DEFAULT)"), detected);
  }
}
