package dev.sluice.app.hub;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Which of a model's files training needs: configuration, tokenizer, and the weights once. */
final class ModelFiles {

  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String WEIGHTS = ".safetensors";

  /** Names the file of each weight, where there are several. */
  static final String INDEX = "model.safetensors.index.json";

  private static final Set<String> OTHERS =
      Set.of(
          CONFIG,
          TOKENIZER,
          "generation_config.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja",
          INDEX);

  private ModelFiles() {}

  /**
   * Chooses among the files at the top of the repository; folders hold other formats.
   *
   * @throws HubException if a name leads out of the repository, or what training needs is not there
   */
  static List<String> choose(RepoId repo, List<String> names) {
    for (String name : names) {
      if (leadsOutside(name)) {
        throw new HubException(
            "%s has a file whose name leads out of its folder; nothing is fetched".formatted(repo));
      }
    }
    boolean named = names.stream().anyMatch(n -> isWeights(n) && n.startsWith("model"));
    List<String> chosen =
        names.stream()
            .filter(name -> OTHERS.contains(name) || isWeights(name))
            // Mistral's own format: the same weights again.
            .filter(name -> !named || !name.startsWith("consolidated"))
            .distinct()
            .sorted()
            .toList();
    for (String needed : List.of(CONFIG, TOKENIZER)) {
      if (!chosen.contains(needed)) {
        throw lacks(repo, needed);
      }
    }
    if (chosen.stream().noneMatch(ModelFiles::isWeights)) {
      throw lacks(repo, "*" + WEIGHTS);
    }
    return chosen;
  }

  /** Whether a folder holds what {@link #choose} insists on. */
  static boolean areIn(Set<String> present) {
    return present.containsAll(Set.of(CONFIG, TOKENIZER))
        && present.stream().anyMatch(ModelFiles::isWeights);
  }

  private static boolean isWeights(String name) {
    return name.endsWith(WEIGHTS) && !name.contains("/");
  }

  private static boolean leadsOutside(String name) {
    return name.contains("\\")
        || name.contains(":")
        || name.contains("\0")
        || Arrays.stream(name.split("/", -1)).anyMatch(s -> Set.of("", ".", "..").contains(s));
  }

  private static HubException lacks(RepoId repo, String file) {
    return new HubException(
        "%s has no %s; Sluice trains models with %s, %s and weights in safetensors: choose another model or --revision"
            .formatted(repo, file, CONFIG, TOKENIZER));
  }
}
