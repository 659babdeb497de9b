package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.serde.ManifestJson;
import org.jspecify.annotations.Nullable;

/** Manifests for tests that need no more than a chain of them. */
final class SomeManifest {
  private SomeManifest() {}

  /**
   * @param configuration members of a JSON object, each ended by a comma
   */
  static Manifest of(long version, @Nullable Long parent, String configuration) {
    return ManifestJson.read(
        """
        {"v":1,"adapter":"some","version":%d,"parent":%s,"attempt":10,
         "createdAt":"2026-01-01T00:00:00Z","step":1,"updates":1,"partition":0,"nextOffset":3,
         "steps":[{"step":1,"firstOffset":0,"lastOffset":2,"examples":3,"skipped":false}],
         "files":[],"baseModel":{"name":"m","sha256":"1"},
         "environment":{"sluice":"1","engine":"libtorch 2","device":"cpu fp32 none","cpu":"c",
                        "threads":3,"seed":1},
         "configuration":{%s"lora.rank":"8"},
         "counts":{"examples":3,"rejected":0,"skippedSteps":0}}
        """
            .formatted(version, parent, configuration)
            .getBytes(UTF_8));
  }
}
