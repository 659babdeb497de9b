package dev.sluice.app.sweep;

import java.util.List;

/**
 * What a picture is drawn with. Pixels, x to the right and y down.
 *
 * <p>A few lines of our own in place of a chart library: those measure text, so that on a Java
 * without fonts they draw nothing, not even an SVG.
 */
interface Pen {

  /** A line through points, with a name for whoever asks what it is. */
  void line(String name, List<Point> points, Stroke stroke);

  void dot(Point centre, Fill fill);

  void text(Point at, String text, Font font);

  /** A line that needs no name. */
  default void line(Point from, Point to, Stroke stroke) {
    line("", List.of(from, to), stroke);
  }

  record Point(double x, double y) {}

  /**
   * @param rgb as 0xRRGGBB
   */
  record Stroke(int rgb, double width, boolean dashed) {
    Stroke(int rgb, double width) {
      this(rgb, width, false);
    }
  }

  /**
   * @param hollow a ring of the colour around white
   */
  record Fill(int rgb, double radius, boolean hollow) {}

  /**
   * @param anchor which end of the text stands at its point
   * @param upwards turned to read from bottom to top
   */
  record Font(int rgb, double size, boolean bold, Anchor anchor, boolean upwards) {
    Font(int rgb, double size, Anchor anchor) {
      this(rgb, size, false, anchor, false);
    }

    Font inBold() {
      return new Font(rgb, size, true, anchor, upwards);
    }

    Font turnedUpwards() {
      return new Font(rgb, size, bold, anchor, true);
    }
  }

  /** The end of a text that stands at its point; its baseline does in any case. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }
}
