package dev.sluice.app.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubConnectionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://cdn.huggingface.co/x",
        "http://huggingface.co/x",
        "https://huggingface.co:8443/x",
        "https://huggingface.co.evil.org/x"
      })
  void anotherSchemeHostOrPortIsNotTheHub(String address) {
    assertFalse(connection("https://huggingface.co").isHub(URI.create(address)));
  }

  @Test
  void theHubsOtherAddressesAreTheHub() {
    assertTrue(
        connection("https://huggingface.co").isHub(URI.create("https://HuggingFace.co:443/api/x")));
  }

  @ParameterizedTest
  @CsvSource({
    "https://mirror.example, true",
    "http://mirror.example, false",
    "http://127.example.org, false",
    "http://localhost:8080, true",
    "http://127.0.0.1:8080, true",
    "http://[::1]:8080, true"
  })
  void aTokenIsSentOnlyWhereNobodyOnTheWayReadsIt(String endpoint, boolean sent) {
    assertEquals(sent, connection(endpoint).sendsToken());
  }

  private static HubConnection connection(String endpoint) {
    return new HubConnection(
        URI.create(endpoint),
        Optional.of(new AccessToken("hf_secret", "HF_TOKEN")),
        "test",
        Duration.ofSeconds(1));
  }
}
