package dev.sluice.app.sweep;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Draws an SVG with its text as text: needs no fonts, and no window system. */
public final class SvgPen implements Pen {

  private static final String NAMESPACE = "http://www.w3.org/2000/svg";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final XMLStreamWriter xml;

  /** A white sheet. */
  public SvgPen(int width, int height) {
    try {
      xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out, UTF_8.name());
    } catch (XMLStreamException e) {
      throw broken(e);
    }
    write(
        () -> {
          xml.writeStartElement("svg");
          xml.writeDefaultNamespace(NAMESPACE);
          attribute("width", width);
          attribute("height", height);
          xml.writeAttribute("viewBox", "0 0 " + width + " " + height);
          xml.writeAttribute("font-family", "Helvetica, Arial, sans-serif");
          xml.writeEmptyElement("rect");
          attribute("width", width);
          attribute("height", height);
          xml.writeAttribute("fill", "#ffffff");
        });
  }

  @Override
  public void line(String name, List<Point> points, Stroke stroke) {
    write(
        () -> {
          start("polyline");
          xml.writeAttribute(
              "points",
              points.stream()
                  .map(p -> number(p.x()) + "," + number(p.y()))
                  .collect(Collectors.joining(" ")));
          xml.writeAttribute("fill", "none");
          xml.writeAttribute("stroke", color(stroke.rgb()));
          attribute("stroke-width", stroke.width());
          xml.writeAttribute("stroke-linejoin", "round");
          if (stroke.dashed()) {
            xml.writeAttribute("stroke-dasharray", "6 4");
          }
          if (!name.isEmpty()) {
            xml.writeStartElement("title"); // browsers show it on hovering
            xml.writeCharacters(name);
            xml.writeEndElement();
          }
          xml.writeEndElement();
        });
  }

  @Override
  public void dot(Point centre, Fill fill) {
    write(
        () -> {
          start("circle");
          attribute("cx", centre.x());
          attribute("cy", centre.y());
          attribute("r", fill.radius());
          xml.writeAttribute("fill", fill.hollow() ? "#ffffff" : color(fill.rgb()));
          xml.writeAttribute("stroke", color(fill.rgb()));
          attribute("stroke-width", 1.5);
          xml.writeEndElement();
        });
  }

  @Override
  public void text(Point at, String text, Font font) {
    write(
        () -> {
          start("text");
          attribute("x", at.x());
          attribute("y", at.y());
          attribute("font-size", font.size());
          xml.writeAttribute("fill", color(font.rgb()));
          xml.writeAttribute("text-anchor", font.anchor().name().toLowerCase(Locale.ROOT));
          if (font.bold()) {
            xml.writeAttribute("font-weight", "bold");
          }
          if (font.upwards()) {
            xml.writeAttribute(
                "transform", "rotate(-90 " + number(at.x()) + " " + number(at.y()) + ")");
          }
          xml.writeCharacters(text);
          xml.writeEndElement();
        });
  }

  /** The picture; nothing can be drawn afterwards. */
  public byte[] bytes() {
    write(
        () -> {
          xml.writeCharacters("\n");
          xml.writeEndElement();
          xml.writeCharacters("\n");
          xml.close();
        });
    return out.toByteArray();
  }

  /** On a line of its own. */
  private void start(String element) throws XMLStreamException {
    xml.writeCharacters("\n");
    xml.writeStartElement(element);
  }

  private void attribute(String name, double value) throws XMLStreamException {
    xml.writeAttribute(name, number(value));
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
  }

  private static String color(int rgb) {
    return String.format(Locale.ROOT, "#%06x", rgb);
  }

  private interface Writing {
    void run() throws XMLStreamException;
  }

  private static void write(Writing writing) {
    try {
      writing.run();
    } catch (XMLStreamException e) {
      throw broken(e);
    }
  }

  private static IllegalStateException broken(XMLStreamException e) {
    return new IllegalStateException("writing XML into memory does not fail", e);
  }
}
