package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.sluice.app.finlora.FinLoraKey;
import dev.sluice.app.finlora.FinLoraKey.Outcome;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what became of each key of a FinLoRA configuration: nothing is dropped in silence. */
record FinLoraReport(List<FinLoraKey> keys) {

  private static final Logger LOG = LoggerFactory.getLogger(FinLoraReport.class);

  void log() {
    for (FinLoraKey key : keys) {
      (key.outcome() == Outcome.UNKNOWN ? LOG.atWarn() : LOG.atInfo())
          .addKeyValue("key", key.key())
          .addKeyValue("value", key.value())
          .addKeyValue("outcome", word(key))
          .addKeyValue("meaning", key.says())
          .log("FinLoRA key");
    }
  }

  Table table() {
    Table table = new Table("FINLORA KEY", "VALUE", "OUTCOME", "MEANING");
    keys.forEach(key -> table.row(key.key(), key.value(), word(key), key.says()));
    return table;
  }

  ArrayNode json() {
    ArrayNode array = Output.array();
    for (FinLoraKey key : keys) {
      array
          .addObject()
          .put("key", key.key())
          .put("value", key.value())
          .put("outcome", word(key))
          .put("setting", key.setting())
          .put("meaning", key.says());
    }
    return array;
  }

  private static String word(FinLoraKey key) {
    return Words.of(key.outcome());
  }
}
