package dev.sluice.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The built-in model's configuration and tokenizer in a directory of its own, to change them. */
record TinyModel(Path directory) {

  private static final JsonMapper JSON = new JsonMapper();

  /** Without weights: its file of weights is sound and empty. */
  static TinyModel in(Path directory) throws IOException {
    Path original = BuiltinModel.directory();
    for (String file : new String[] {"config.json", "tokenizer.json", "tokenizer_config.json"}) {
      Files.copy(original.resolve(file), directory.resolve(file));
    }
    byte[] empty = {2, 0, 0, 0, 0, 0, 0, 0, '{', '}'};
    Files.write(directory.resolve("model.safetensors"), empty);
    return new TinyModel(directory);
  }

  TinyModel withChatTemplate(String jinja) throws IOException {
    Files.writeString(directory.resolve("chat_template.jinja"), jinja);
    return this;
  }

  /** Sets a key of a JSON file. */
  TinyModel with(String file, String key, JsonNode value) throws IOException {
    Path path = directory.resolve(file);
    ObjectNode json = (ObjectNode) JSON.readTree(path.toFile());
    Files.writeString(path, json.set(key, value).toString());
    return this;
  }

  ModelDirectory open() {
    return ModelDirectory.open(directory.toString());
  }
}
