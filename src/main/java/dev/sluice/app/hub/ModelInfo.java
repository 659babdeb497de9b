package dev.sluice.app.hub;

import java.util.List;

/** What the Hub says about a revision: its commit, and the names of its files. */
record ModelInfo(String commit, List<String> files) {
  ModelInfo {
    files = List.copyOf(files);
  }
}
