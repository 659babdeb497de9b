package dev.sluice.app.hub;

import java.util.regex.Pattern;

/** A branch, a tag or a commit of a model; safe as a path below {@code refs}. */
public record Revision(String name) {

  private static final Pattern SEGMENTS =
      Pattern.compile("[\\w+@-][\\w.+@-]*(?:/[\\w+@-][\\w.+@-]*)*");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /** After the patterns that its name must match. */
  public static final Revision MAIN = new Revision("main");

  public Revision {
    if (!SEGMENTS.matcher(name).matches() || name.contains("..")) {
      throw new HubException(
          "'%s' is no revision: it must be a branch, a tag or a commit, such as main"
              .formatted(name));
    }
  }

  boolean isCommit() {
    return isCommit(name);
  }

  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  @Override
  public String toString() {
    return name;
  }
}
