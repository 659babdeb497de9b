package dev.sluice.app.hub;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A model's name on the Hub, {@code owner/name}. Both parts are safe in a path: they begin and end
 * with a letter, a digit or an underscore, and have no slash and no two dots in a row.
 */
public record RepoId(String owner, String name) {

  private static final Pattern PART = Pattern.compile("\\w(?:[\\w.-]{0,94}\\w)?");

  /** Separates the parts in a folder's name: the Hub allows it in neither. */
  private static final String SEPARATOR = "--";

  private static final String PREFIX = "models" + SEPARATOR;

  public RepoId {
    if (!isPart(owner) || !isPart(name) || name.endsWith(".git")) {
      throw new HubException(
          ("'%s' is no name of a model: it must be org/name as the Hub shows it, in letters,"
                  + " digits, '-', '_' and '.', such as HuggingFaceTB/SmolLM2-135M")
              .formatted(owner.isEmpty() ? name : owner + "/" + name));
    }
  }

  /**
   * @throws HubException if it is no model's name
   */
  public static RepoId parse(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? new RepoId("", text)
        : new RepoId(text.substring(0, slash), text.substring(slash + 1));
  }

  /** The name, if it has the form of one. */
  public static Optional<RepoId> find(String text) {
    try {
      return Optional.of(parse(text));
    } catch (HubException e) {
      return Optional.empty();
    }
  }

  /** The model whose folder in the cache is called so. */
  static Optional<RepoId> ofFolder(String folder) {
    return folder.startsWith(PREFIX)
        ? find(folder.substring(PREFIX.length()).replaceFirst(SEPARATOR, "/"))
        : Optional.empty();
  }

  /** The name of its folder in the cache. */
  String folder() {
    return PREFIX + owner + SEPARATOR + name;
  }

  @Override
  public String toString() {
    return owner + "/" + name;
  }

  private static boolean isPart(String text) {
    return PART.matcher(text).matches() && !text.contains(SEPARATOR) && !text.contains("..");
  }
}
