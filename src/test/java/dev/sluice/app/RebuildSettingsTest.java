package dev.sluice.app;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RebuildSettingsTest {

  private static final SluiceConfig OWN =
      SluiceConfig.load(
          Optional.empty(),
          Map.of(
              "kafka.bootstrap.servers", "here:1",
              "topics.prefix", "mine",
              "lora.rank", "64",
              "batch.max.tokens", "77",
              "compute.threads", "9",
              "checkpoint.trusted.keys", "/trusted.pem"));

  private static final RebuildSettings SETTINGS = new RebuildSettings(OWN, null, null, false);

  @TempDir Path directory;

  @Test
  void whatWasTrainedComesFromTheManifestAndWhereKafkaIsFromTheUser() {
    SluiceConfig config =
        SETTINGS.of(
            SomeManifest.of(
                1, null, "\"kafka.bootstrap.servers\":\"there:1\",\"model.dir\":\"/models/m\","));

    assertEquals("here:1", config.bootstrapServers());
    assertEquals("mine", config.topics().prefix());
    assertEquals("some", config.adapterName());
    assertEquals("/models/m", config.modelDir());
    assertEquals(8, config.lora().rank());
    assertEquals(3, config.computeThreads(), "of the machine then, whatever the key said");
    assertEquals("cpu", config.device());
    assertEquals("fp32", config.canonical().get("compute.precision"));
  }

  /** Whoever checks a version says whom they trust, and needs no private key. */
  @Test
  void keysAndTrustAreTheUsersAndNotTheManifests() {
    SluiceConfig config =
        SETTINGS.of(
            SomeManifest.of(
                1,
                null,
                "\"checkpoint.signing.key\":\"/gone.pem\",\"checkpoint.trusted.keys\":\"\","));

    assertEquals("", config.canonical().get("checkpoint.signing.key"));
    assertEquals("/trusted.pem", config.canonical().get("checkpoint.trusted.keys"));
  }

  @Test
  void aForcedRebuildTakesTheDeviceOfHere() {
    RebuildSettings forced = new RebuildSettings(OWN, null, null, true);
    assertEquals("auto", forced.of(SomeManifest.of(1, null, "")).device());
  }

  @Test
  void aKeyThatTheManifestLacksHasItsDefaultAndNotTheUsersValue() {
    SluiceConfig defaults = SluiceConfig.load(Optional.empty(), Map.of());

    assertEquals(
        defaults.batch().maxTokens(),
        SETTINGS.of(SomeManifest.of(1, null, "")).batch().maxTokens());
  }

  @Test
  void theUserMaySayWhereTheBaseModelLies() {
    RebuildSettings elsewhere = new RebuildSettings(OWN, "/elsewhere", null, false);

    assertEquals("/elsewhere", elsewhere.of(SomeManifest.of(1, null, "")).modelDir());
  }

  @Test
  void keysThatAreUnknownAreNotedAndPassedOver() {
    Manifest manifest = SomeManifest.of(1, null, "\"no.such.key\":\"1\",");

    assertEquals(8, SETTINGS.of(manifest).lora().rank());
    assertEquals(1, SETTINGS.notes(manifest).size());
    assertEquals(List.of(), SETTINGS.notes(SomeManifest.of(1, null, "")));
  }

  @Test
  void anAdapterThatTheFirstVersionBeganWithMustBeAtHand() {
    String start = "\"adapter.start\":\"/gone/away\",";

    assertSays(
        "--start DIR",
        assertThrows(
            CommandFailedException.class, () -> SETTINGS.of(SomeManifest.of(1, null, start))));
    assertEquals(
        Optional.of(directory),
        new RebuildSettings(OWN, null, directory, false)
            .of(SomeManifest.of(1, null, start))
            .adapterStart());
    assertEquals(
        Optional.empty(),
        SETTINGS.of(SomeManifest.of(2, 1L, start)).adapterStart(),
        "later ones begin with their parent");
  }
}
