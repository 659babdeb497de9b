package dev.sluice.app.sweep;

/**
 * From light green to dark violet, as in the palette viridis: read in order, also by the
 * colour-blind.
 */
final class RankColors {

  private static final int[] STOPS = {0x7ad151, 0x22a884, 0x2a788e, 0x414487, 0x440154};

  private RankColors() {}

  /** The colour of a rank, by its place among {@code count}. */
  static int of(int place, int count) {
    double at = count == 1 ? 0 : (double) place / (count - 1) * (STOPS.length - 1);
    int stop = Math.min((int) at, STOPS.length - 2);
    return between(STOPS[stop], STOPS[stop + 1], at - stop);
  }

  private static int between(int from, int to, double share) {
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = from >> shift & 0xff;
      int b = to >> shift & 0xff;
      rgb |= (int) Math.round(a + (b - a) * share) << shift;
    }
    return rgb;
  }
}
