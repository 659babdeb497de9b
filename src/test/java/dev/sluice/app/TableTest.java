package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void columnsAreAsWideAsTheirWidestCellAndNumbersStandRight() {
    assertEquals(
        List.of("NAME       STEPS  NOTE", "a              7", "sentiment     12  new"),
        new Table("NAME", ">STEPS", "NOTE").row("a", 7, "").row("sentiment", 12L, "new").lines());
  }

  @Test
  void withoutRowsThereAreTheHeadings() {
    assertEquals(List.of("A  B"), new Table("A", ">B").lines());
  }
}
