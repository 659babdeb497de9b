package dev.sluice.app.sweep;

import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class RankSweepChartTest {

  @Test
  void theSvgIsXmlWithANamedLineForEverySeries() throws Exception {
    Document svg = svg(SweepReports.of("m", 24, 4, 32, 512));

    assertEquals("svg", svg.getDocumentElement().getTagName());
    List<String> names = elements(svg, "title").map(Element::getTextContent).collect(toList());
    assertEquals(
        List.of(
            "α/r, classic, rank 4",
            "α/r, classic, rank 32",
            "α/r, classic, rank 512",
            "α/√r, rsLoRA, rank 4",
            "α/√r, rsLoRA, rank 32",
            "α/√r, rsLoRA, rank 512",
            "α/r, loss by rank",
            "α/√r, loss by rank"),
        names);
    Element first = (Element) elements(svg, "title").findFirst().orElseThrow().getParentNode();
    assertEquals(24, first.getAttribute("points").split(" ", -1).length);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 24, 31, 1000})
  void everythingIsInsideThePictureForAnyNumberOfSteps(int steps) throws Exception {
    Document svg = svg(SweepReports.of("m", steps, 1, 2, 3, 4, 5, 6, 7, 8192));
    Pattern point = Pattern.compile("[0-9.]+,[0-9.]+");
    elements(svg, "polyline")
        .flatMap(line -> List.of(line.getAttribute("points").split(" ", -1)).stream())
        .forEach(
            text -> {
              assertTrue(point.matcher(text).matches(), text);
              String[] xy = text.split(",", -1);
              assertTrue(Double.parseDouble(xy[0]) <= RankSweepChart.WIDTH, text);
              assertTrue(Double.parseDouble(xy[1]) <= RankSweepChart.HEIGHT, text);
            });
  }

  @Test
  void namesAreEscaped() throws Exception {
    Document svg = svg(SweepReports.of("<b>&\"", 2, 4, 8));
    String text = elements(svg, "text").findFirst().orElseThrow().getTextContent();
    assertTrue(text.startsWith("<b>&\" on rows"), text);
  }

  @Test
  void thePngIsTwiceTheSize() throws Exception {
    RasterPen pen = RasterPen.of(RankSweepChart.WIDTH, RankSweepChart.HEIGHT);
    RankSweepChart.draw(SweepReports.of("m", 24, 4, 512), pen);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(pen.bytes()));
    assertNotNull(image);
    assertEquals(2 * RankSweepChart.WIDTH, image.getWidth());
    assertEquals(2 * RankSweepChart.HEIGHT, image.getHeight());
  }

  private static Document svg(SweepReport report) throws Exception {
    SvgPen pen = new SvgPen(RankSweepChart.WIDTH, RankSweepChart.HEIGHT);
    RankSweepChart.draw(report, pen);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(pen.bytes()));
  }

  private static Stream<Element> elements(Document svg, String name) {
    NodeList nodes = svg.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i));
  }
}
