package dev.sluice.app.sweep;

import dev.sluice.data.SluiceException;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;

/** Draws a PNG at twice its nominal size, for dense screens. Needs fonts, but no window system. */
public final class RasterPen implements Pen {

  private static final int SCALE = 2;

  private final BufferedImage image;
  private final Graphics2D graphics;

  private RasterPen(int width, int height) {
    image = new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    graphics.scale(SCALE, SCALE);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.getFontMetrics(); // fails here rather than half-way
  }

  /** A JDK without what letters are drawn with, as in a small container image. */
  public static final class NoFontsException extends SluiceException {
    private NoFontsException(Throwable cause) {
      super(
          "no PNG, because this Java has no fonts (install fontconfig and a font); the SVG is"
              + " complete",
          cause);
    }
  }

  /**
   * A white sheet.
   *
   * @throws NoFontsException if this Java cannot draw letters
   */
  public static RasterPen of(int width, int height) {
    System.setProperty("java.awt.headless", "true");
    try {
      return new RasterPen(width, height);
    } catch (LinkageError | InternalError | RuntimeException e) {
      // A native library that is missing, or a font configuration that names no font.
      throw new NoFontsException(e);
    }
  }

  @Override
  public void line(String name, List<Point> points, Stroke stroke) {
    Path2D path = new Path2D.Double();
    path.moveTo(points.get(0).x(), points.get(0).y());
    points.stream().skip(1).forEach(point -> path.lineTo(point.x(), point.y()));
    graphics.setColor(new Color(stroke.rgb()));
    graphics.setStroke(
        new BasicStroke(
            (float) stroke.width(),
            BasicStroke.CAP_BUTT,
            BasicStroke.JOIN_ROUND,
            1,
            stroke.dashed() ? new float[] {6, 4} : null,
            0));
    graphics.draw(path);
  }

  @Override
  public void dot(Point centre, Fill fill) {
    double r = fill.radius();
    Ellipse2D circle = new Ellipse2D.Double(centre.x() - r, centre.y() - r, 2 * r, 2 * r);
    graphics.setColor(fill.hollow() ? Color.WHITE : new Color(fill.rgb()));
    graphics.fill(circle);
    graphics.setColor(new Color(fill.rgb()));
    graphics.setStroke(new BasicStroke(1.5f));
    graphics.draw(circle);
  }

  @Override
  public void text(Point at, String text, Font font) {
    int style = font.bold() ? java.awt.Font.BOLD : java.awt.Font.PLAIN;
    graphics.setFont(
        new java.awt.Font(java.awt.Font.SANS_SERIF, style, 1).deriveFont((float) font.size()));
    graphics.setColor(new Color(font.rgb()));
    double width = graphics.getFontMetrics().getStringBounds(text, graphics).getWidth();
    double shift =
        switch (font.anchor()) {
          case START -> 0;
          case MIDDLE -> -width / 2;
          case END -> -width;
        };
    AffineTransform upright = graphics.getTransform();
    graphics.translate(at.x(), at.y());
    if (font.upwards()) {
      graphics.rotate(-Math.PI / 2);
    }
    graphics.drawString(text, (float) shift, 0);
    graphics.setTransform(upright);
  }

  /** The picture. */
  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.setUseCache(false); // else it writes a temporary file
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing a PNG into memory", e);
    }
    return out.toByteArray();
  }
}
