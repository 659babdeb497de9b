package dev.sluice.app.finlora;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.app.config.InvalidConfigurationException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file in one of FinLoRA's two forms: the keys of one configuration, or configurations by name.
 */
final class FinLoraFile {

  private final String name;
  private final ObjectNode root;

  private FinLoraFile(String name, ObjectNode root) {
    this.name = name;
    this.root = root;
  }

  static FinLoraFile read(Path file) {
    String name = String.valueOf(file.getFileName());
    boolean json = name.toLowerCase(Locale.ROOT).endsWith(".json");
    try {
      JsonNode root = mapper(json).readTree(Files.readString(file));
      if (root instanceof ObjectNode object && !object.isEmpty()) {
        return new FinLoraFile(name, object);
      }
      throw invalid("'%s' must have the keys of a FinLoRA configuration".formatted(file));
    } catch (JsonProcessingException e) {
      throw invalid(
          "%s is not valid %s at line %d, column %d%s"
              .formatted(
                  name,
                  json ? "JSON" : "YAML",
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e.getOriginalMessage().startsWith("Duplicate field")
                      ? ": a key is there twice"
                      : ""));
    } catch (CharacterCodingException e) {
      throw invalid("the FinLoRA configuration '%s' is not UTF-8 text".formatted(file));
    } catch (NoSuchFileException e) {
      throw invalid("the FinLoRA configuration '%s' does not exist".formatted(file));
    } catch (AccessDeniedException e) {
      throw invalid("no permission to read the FinLoRA configuration '%s'".formatted(file));
    } catch (IOException e) {
      throw invalid(
          "cannot read the FinLoRA configuration '%s': %s".formatted(file, e.getMessage()));
    }
  }

  /**
   * The keys of one configuration.
   *
   * @param wanted its name; needed if the file has several
   */
  ObjectNode run(Optional<String> wanted) {
    List<String> names =
        root.properties().stream()
            .filter(field -> field.getValue().isObject())
            .map(Map.Entry::getKey)
            .toList();
    boolean named = !names.isEmpty() && root.properties().stream().noneMatch(this::isKnown);
    if (!named) {
      if (wanted.isPresent()) {
        throw invalid(
            "%s is one configuration, without a name; leave out --finlora-name".formatted(name));
      }
      return root;
    }
    if (wanted.isEmpty() && names.size() > 1) {
      throw invalid(
          "%s has several configurations; choose one with --finlora-name: %s"
              .formatted(name, String.join(", ", names)));
    }
    @Nullable JsonNode run = root.get(wanted.orElse(names.get(0)));
    if (run instanceof ObjectNode object) {
      return object;
    }
    throw invalid(
        "%s has no configuration '%s'; it has: %s"
            .formatted(name, wanted.orElse(""), String.join(", ", names)));
  }

  private boolean isKnown(Map.Entry<String, JsonNode> field) {
    return FinLoraRules.isKnown(field.getKey());
  }

  private static ObjectMapper mapper(boolean json) {
    return (json ? JsonMapper.builder() : YAMLMapper.builder())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }

  private static InvalidConfigurationException invalid(String problem) {
    return new InvalidConfigurationException(List.of(problem));
  }
}
