package dev.sluice.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.data.Boundary;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundaryRecordTest {

  private static final BoundaryRecord RECORD =
      new BoundaryRecord("sentiment", 7, 1_772_366_400_000L, new Boundary(41, 43));

  @Test
  void isWrittenAsTheDocumentationSays() {
    assertEquals(
        "{\"v\":1,\"adapter\":\"sentiment\",\"step\":7,\"attempt\":1772366400000,"
            + "\"firstOffset\":41,\"lastOffset\":43}",
        new String(RECORD.write(), UTF_8));
  }

  @Test
  void isReadAsItWasWritten() {
    assertEquals(RECORD, BoundaryRecord.read(RECORD.write()));
  }

  @Test
  void whatIsNoBoundaryIsNotPassedOver() {
    for (String value :
        List.of(
            "",
            "no json",
            "[]",
            "{\"v\":2,\"firstOffset\":0,\"lastOffset\":1}",
            "{\"v\":1,\"firstOffset\":0}",
            "{\"v\":1,\"firstOffset\":2,\"lastOffset\":1}")) {
      assertThrows(PayloadException.class, () -> BoundaryRecord.read(value.getBytes(UTF_8)), value);
    }
  }
}
