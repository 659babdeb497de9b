package dev.sluice.app.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads a YAML file of nested mappings or dotted keys into settings as text.
 *
 * <p>It reads token by token and not into a tree, because a tree would turn {@code 1.10} into 1.1,
 * and stop at the first key that is set twice.
 */
final class YamlFile {

  private final YAMLParser parser;
  private final String name;
  private final List<String> problems;
  private final Map<String, String> settings = new LinkedHashMap<>();

  private YamlFile(YAMLParser parser, String name, List<String> problems) {
    this.parser = parser;
    this.name = name;
    this.problems = problems;
  }

  /**
   * @param problems receives a sentence for each thing that is wrong with the file
   */
  static Map<String, String> read(Path file, List<String> problems) {
    String name = String.valueOf(file.getFileName());
    try (YAMLParser parser = new YAMLFactory().createParser(Files.readString(file))) {
      return new YamlFile(parser, name, problems).document();
    } catch (JsonProcessingException e) {
      problems.add(notYaml(name, e));
    } catch (CharacterCodingException e) {
      problems.add("the configuration file '%s' is not UTF-8 text".formatted(file));
    } catch (NoSuchFileException e) {
      problems.add("the configuration file '%s' does not exist".formatted(file));
    } catch (AccessDeniedException e) {
      problems.add("no permission to read the configuration file '%s'".formatted(file));
    } catch (IOException e) {
      problems.add("cannot read the configuration file '%s': %s".formatted(file, e.getMessage()));
    }
    return Map.of();
  }

  /** Without the excerpt that the parser's own message has: it may hold a password. */
  private static String notYaml(String name, JsonProcessingException e) {
    String reason = e.getCause() instanceof MarkedYAMLException m ? ": " + m.getProblem() : "";
    return "%s is not valid YAML at line %d, column %d%s"
        .formatted(name, e.getLocation().getLineNr(), e.getLocation().getColumnNr(), reason);
  }

  private Map<String, String> document() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == JsonToken.START_OBJECT) {
      mapping("");
      first = parser.nextToken();
    }
    if (first != null) {
      problems.add(name + " must be one mapping of configuration keys to values");
    }
    return settings;
  }

  private void mapping(String prefix) throws IOException {
    Set<String> names = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = prefix + parser.currentName();
      boolean again = !names.add(key);
      int line = parser.currentTokenLocation().getLineNr();
      switch (parser.nextToken()) {
        case START_OBJECT -> {
          if (again) {
            setTwice(key, line);
          }
          mapping(key + ".");
        }
        case START_ARRAY -> set(key, list(key), line);
        case VALUE_NULL -> empty(key);
        default -> set(key, scalar(key), line);
      }
    }
  }

  private String list(String key) throws IOException {
    List<String> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken().isScalarValue()) {
        elements.add(scalar(key));
      } else {
        problems.add("%s must be a list of plain values (in %s)".formatted(key, name));
        parser.skipChildren();
      }
    }
    return String.join(",", elements);
  }

  private String scalar(String key) throws IOException {
    if (parser.isCurrentAlias()) {
      problems.add("%s must be a value, not a YAML alias (in %s)".formatted(key, name));
    }
    return parser.getText();
  }

  private void set(String key, String value, int line) {
    if (settings.put(key, value) != null) {
      setTwice(key, line);
    }
  }

  private void setTwice(String key, int line) {
    problems.add(
        "configuration key '%s' is set twice (in %s, the second time in line %d)"
            .formatted(key, name, line));
  }

  /** A group may be empty: all of its keys may be commented out. */
  private void empty(String key) {
    boolean isGroup =
        KafkaProperties.PREFIX.startsWith(key + ".")
            || Declarations.keys().stream().anyMatch(known -> known.name.startsWith(key + "."));
    if (!isGroup) {
      problems.add(
          "configuration key '%s' has no value (in %s): give it one, or \"\" for an empty text"
              .formatted(key, name));
    }
  }
}
