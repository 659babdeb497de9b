package dev.sluice.app.sweep;

import dev.sluice.app.sweep.Pen.Anchor;
import dev.sluice.app.sweep.Pen.Font;
import dev.sluice.app.sweep.Pen.Point;
import dev.sluice.app.sweep.Pen.Stroke;

/**
 * A rectangle with two axes.
 *
 * @param left of the rectangle itself: titles and numbers stand outside
 */
record Panel(double left, double top, double width, double height, Axis x, Axis y) {

  static final int INK = 0x24292f;
  private static final int SOFT_INK = 0x57606a;
  private static final int GRID = 0xe6e8eb;

  /** Where a value stands. */
  Point at(double xValue, double yValue) {
    return new Point(left + x.share(xValue) * width, top + (1 - y.share(yValue)) * height);
  }

  /**
   * Axes, numbers and titles.
   *
   * @param yTitle empty if the panel to the left has it
   */
  void draw(Pen pen, String title, String xTitle, String yTitle) {
    double bottom = top + height;
    double right = left + width;
    Font number = new Font(SOFT_INK, 11, Anchor.MIDDLE);
    for (double tick : y.ticks()) {
      double height = at(x.min(), tick).y();
      pen.line(new Point(left, height), new Point(right, height), new Stroke(GRID, 1));
      pen.text(
          new Point(left - 7, height + 4), Axis.text(tick), new Font(SOFT_INK, 11, Anchor.END));
    }
    for (double tick : x.ticks()) {
      double across = at(tick, y.min()).x();
      pen.line(new Point(across, bottom), new Point(across, bottom + 4), new Stroke(SOFT_INK, 1));
      pen.text(new Point(across, bottom + 17), Axis.text(tick), number);
    }
    pen.line(new Point(left, bottom), new Point(right, bottom), new Stroke(SOFT_INK, 1));
    pen.line(new Point(left, top), new Point(left, bottom), new Stroke(SOFT_INK, 1));
    Font axis = new Font(INK, 12, Anchor.MIDDLE);
    pen.text(new Point(left + width / 2, bottom + 37), xTitle, axis);
    if (!yTitle.isEmpty()) {
      pen.text(new Point(left - 42, top + height / 2), yTitle, axis.turnedUpwards());
    }
    pen.text(new Point(left, top - 12), title, new Font(INK, 13, Anchor.START).inBold());
  }
}
