package dev.sluice.serde;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads one JSON object from UTF-8 and writes it back with every number as precise as it came. */
final class StrictJson {

  static final String LONE_SURROGATE = "has an escape that is half of a surrogate pair";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final JsonMapper SORTED =
      JSON.rebuild().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  private StrictJson() {}

  static ObjectNode newObject() {
    return JSON.createObjectNode();
  }

  /** Reads an object; the reasons of its rejections give positions only. */
  static ObjectNode readObject(byte[] value) throws RejectedExampleException {
    JsonNode node = readTree(decode(value));
    if (node.isMissingNode()) {
      throw new RejectedExampleException("is empty");
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    String type = node.getNodeType().name().toLowerCase(Locale.ROOT);
    throw new RejectedExampleException("must be a JSON object but is of type " + type);
  }

  /**
   * @throws CharacterCodingException if a text has half of a surrogate pair, which UTF-8 cannot
   *     carry
   */
  static byte[] write(JsonNode node) throws CharacterCodingException {
    return encode(node, JSON);
  }

  /** The same bytes for objects that differ only in the order of their fields. */
  static byte[] writeSorted(JsonNode node) throws CharacterCodingException {
    return encode(node, SORTED);
  }

  private static String decode(byte[] value) throws RejectedExampleException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw new RejectedExampleException("is not UTF-8");
    }
  }

  // Jackson's own messages quote the input, so only the position is taken from its exceptions.
  private static JsonNode readTree(String json) throws RejectedExampleException {
    try {
      return JSON.readTree(json);
    } catch (StreamConstraintsException e) {
      throw new RejectedExampleException(
          "is nested too deeply, or has a number or a field name that is too long" + at(e));
    } catch (MismatchedInputException e) {
      throw new RejectedExampleException(
          "must be a single JSON object that names each field once" + at(e));
    } catch (JsonProcessingException e) {
      throw new RejectedExampleException("is not JSON" + at(e));
    } catch (NumberFormatException e) { // of BigDecimal, which Jackson lets through
      throw new RejectedExampleException("has a number whose exponent is too large");
    }
  }

  private static String at(JsonProcessingException e) {
    @Nullable JsonLocation location = e.getLocation();
    return location == null
        ? ""
        : ": see line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  // By way of a String, because Jackson's own UTF-8 writer fails halfway on a lone surrogate.
  private static byte[] encode(JsonNode node, JsonMapper mapper) throws CharacterCodingException {
    String json;
    try {
      json = mapper.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a tree that was read or built here must be writable", e);
    }
    ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
    byte[] bytes = new byte[utf8.remaining()];
    utf8.get(bytes);
    return bytes;
  }
}
