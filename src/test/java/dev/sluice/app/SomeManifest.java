package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.serde.ManifestJson;
import org.jspecify.annotations.Nullable;

/** Manifests for tests that need no more than a chain of them. */
final class SomeManifest {
  private static final String HASH = "ab".repeat(32);

  private SomeManifest() {}

  /**
   * @param configuration members of a JSON object, each ended by a comma
   */
  static Manifest of(long version, @Nullable Long parent, String configuration) {
    return ManifestJson.read(
        """
        {"v":1,"adapter":"some","version":%d,"parent":%s,"attempt":10,
         "createdAt":"2026-01-01T00:00:00Z","step":1,"updates":1,"partition":0,"nextOffset":3,
         "steps":[{"step":1,"firstOffset":0,"lastOffset":2,"examples":3,"skipped":null}],
         "files":[],"baseModel":{"name":"m","sha256":"%s"},
         "environment":{"sluice":"1","libtorch":"2","flavor":"cpu","device":"cpu",
                        "precision":"fp32","quantization":"none","cpu":"c",
                        "threads":3,"seed":1},
         "configuration":{%s"lora.rank":"8"},
         "counts":{"examples":3,"rejected":0,"skippedSteps":0,"bySource":{}},
         "excluded":[],"scores":null,"knowledgeCutoff":null,"parentHash":%s,
         "seal":{"lineageHash":"%s","signature":null}}
        """
            .formatted(
                version,
                parent,
                HASH,
                configuration,
                parent == null ? "null" : "\"" + HASH + "\"",
                HASH)
            .getBytes(UTF_8));
  }
}
