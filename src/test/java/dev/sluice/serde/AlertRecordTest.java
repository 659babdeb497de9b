package dev.sluice.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.train.GradientAlert;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AlertRecordTest {

  @Test
  void saysWhatHappenedWhereAndHowFarOffItWas() throws IOException {
    byte[] value =
        AlertRecord.write(
            "sentiment",
            3,
            99,
            Instant.parse("2026-03-01T12:00:00Z"),
            new GradientAlert(GradientAlert.Kind.COLLAPSE, 7, 0.125, 2));

    JsonMapper json = new JsonMapper();
    assertEquals(
        json.readTree(
            """
            {"v": 1, "type": "gradient-collapse", "adapter": "sentiment", "step": 7, "attempt": 99,
             "time": "2026-03-01T12:00:00Z", "partition": 3, "gradientNormB": 0.125,
             "runningMedian": 2.0}
            """),
        json.readTree(value));
  }
}
