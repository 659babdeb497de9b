package dev.sluice.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLinesTest {

  @Test
  void skipsBlankLinesButCountsThem() throws IOException {
    assertEquals(List.of("2:{}", "5:[]"), read("\n{}\n \t\r\n\n[]\n\n"));
  }

  @Test
  void theLastLineNeedsNoNewline() throws IOException {
    assertEquals(List.of("1:a", "2:b"), read("a\nb"));
  }

  @Test
  void nothingHasNoLines() throws IOException {
    assertEquals(List.of(), read(""));
    assertEquals(List.of(), read("\n\n  "));
  }

  @Test
  void givesTheBytesAsTheyAreUtf8OrNot() throws IOException {
    byte[] bytes = {(byte) 0xff, 0, 'a'};
    JsonLines lines = new JsonLines(new ByteArrayInputStream(bytes));
    assertArrayEquals(bytes, lines.next());
    assertNull(lines.next());
  }

  @Test
  void countsBytesForTheProgressBar() throws IOException {
    JsonLines lines = new JsonLines(new ByteArrayInputStream("ab\n\ncd".getBytes(ISO_8859_1)));
    lines.next();
    assertEquals(3, lines.bytesRead());
    lines.next();
    assertEquals(6, lines.bytesRead());
  }

  private static List<String> read(String text) throws IOException {
    JsonLines lines = new JsonLines(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
    List<String> read = new ArrayList<>();
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      read.add(lines.lineNumber() + ":" + new String(line, ISO_8859_1));
    }
    return read;
  }
}
