package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class OutputTest {

  @Test
  void numbersThatJsonDoesNotHaveAreNull() {
    ObjectNode node = Output.object();
    node.put("a", 0.5).put("b", Double.NaN);
    node.putArray("c").add(1).add(Float.POSITIVE_INFINITY).addObject().put("d", Double.NaN);

    String text = new String(Output.bytes(node), UTF_8).replaceAll("\\s", "");
    assertEquals("{\"a\":0.5,\"b\":null,\"c\":[1,null,{\"d\":null}]}", text);
  }
}
