package dev.sluice.app;

import dev.sluice.app.feed.FeedSettings;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a demo does.
 *
 * @param records how many the feed sends, bad ones and duplicates included
 * @param feed what it sends
 * @param overrides of the configuration
 * @param out where the adapter goes
 */
record DemoSettings(int records, FeedSettings feed, Map<String, String> overrides, Path out) {

  public DemoSettings {
    if (records < 1) {
      throw new IllegalArgumentException("--examples must be at least 1 but was " + records);
    }
    overrides = Map.copyOf(overrides);
  }
}
