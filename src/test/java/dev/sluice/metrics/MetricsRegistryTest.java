package dev.sluice.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.train.ExampleScore;
import dev.sluice.train.GradientAlert;
import dev.sluice.train.GradientNorms;
import dev.sluice.train.StepOutcome.Applied;
import dev.sluice.train.StepOutcome.Skipped;
import dev.sluice.train.StepReports;
import dev.sluice.train.TrainingListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scrapes as Prometheus does, so that the names are the ones that dashboards use. */
class MetricsRegistryTest {

  private final MetricsRegistry registry = new MetricsRegistry();

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void aGpusMemoryShowsUnderItsDevice() throws Exception {
    registry.gpuMemory("cuda:0", () -> 1 << 20);
    String line = "sluice_gpu_memory_used_bytes{device=\"cuda:0\"} 1048576.0";
    assertTrue(scrape().contains(line));
  }

  @Test
  void aStepAndACheckpointShowUnderTheDocumentedNames() throws Exception {
    TrainingListener training = registry.training();
    training.stepped(new Applied(StepReports.of(7, 1.25)));
    training.stepped(new Skipped(StepReports.of(8, 1.5), "not finite"));
    training.alerted(new GradientAlert(GradientAlert.Kind.COLLAPSE, 8, 0.1, 2));
    training.rejected();
    training.snapshotTaken(3, Duration.ofMillis(20));
    training.checkpointed(3, 4096, Duration.ofMillis(500));

    String scrape = scrape();
    for (String line :
        List.of(
            "sluice_steps_total{outcome=\"applied\"} 1.0",
            "sluice_steps_total{outcome=\"skipped\"} 1.0",
            "sluice_alerts_total{type=\"gradient-collapse\"} 1.0",
            "sluice_alerts_total{type=\"gradient-explosion\"} 0.0",
            "sluice_examples_trained_total 4.0",
            "sluice_tokens_total 140.0",
            "sluice_target_tokens_total 12.0",
            "sluice_examples_rejected_total 1.0",
            "sluice_checkpoints_total 1.0",
            "sluice_checkpoint_size_bytes_total 4096.0",
            "sluice_checkpoint_time_seconds_sum 0.5",
            "sluice_checkpoint_stall_seconds_count 1",
            "sluice_checkpoint_stall_seconds_sum 0.02",
            "sluice_step_time_seconds_count 2",
            "sluice_step_time_seconds_sum 0.5",
            "sluice_step_time_seconds_bucket{le=\"+Inf\"} 2",
            "sluice_step_loss_nats 1.5",
            "sluice_gradient_norm 1.5",
            "sluice_learning_rate 2.0E-4",
            "sluice_step_number 8.0",
            "sluice_adapter_version 3.0",
            "sluice_module_gradient_norm{matrix=\"A\",module=\"q_proj\"} 0.0",
            "sluice_module_gradient_norm{matrix=\"B\",module=\"q_proj\"} 5.0",
            "sluice_task_accuracy{task=\"tfns\"} 0.5")) {
      assertLine(line, scrape);
    }
  }

  @Test
  void everyMeterOfOursHasADescription() throws Exception {
    registry.training().stepped(new Applied(StepReports.of(1, 1)));
    registry.ingest();
    List<String> undescribed =
        scrape()
            .lines()
            .filter(line -> line.startsWith("# HELP sluice_"))
            .filter(line -> line.split(" ", 4).length < 4 || line.split(" ", 4)[3].isBlank())
            .toList();
    assertEquals(List.of(), undescribed);
  }

  @Test
  void aRestoredTrainerShowsItsStepBeforeItTakesOne() throws Exception {
    registry.training().ready(41);
    assertLine("sluice_step_number 41.0", scrape());
    assertLine("sluice_step_loss_nats NaN", scrape());
  }

  @Test
  void ingestIsCountedByVerdict() throws Exception {
    IngestMetrics ingest = registry.ingest();
    ingest.accepted();
    ingest.accepted();
    ingest.rejected();
    ingest.duplicate();
    String scrape = scrape();
    assertLine("sluice_ingest_records_total{verdict=\"accepted\"} 2.0", scrape);
    assertLine("sluice_ingest_records_total{verdict=\"rejected\"} 1.0", scrape);
    assertLine("sluice_ingest_records_total{verdict=\"duplicate\"} 1.0", scrape);
  }

  @Test
  void theJvmShowsToo() throws Exception {
    String scrape = scrape();
    assertTrue(scrape.contains("jvm_memory_used_bytes{"), scrape);
    assertTrue(scrape.contains("jvm_gc_"), scrape);
  }

  @Test
  void aFeedThatMakesUpTasksDoesNotFillTheMetricsStore() throws Exception {
    TrainingListener training = registry.training();
    for (int i = 0; i < 1000; i++) {
      training.stepped(
          new Applied(
              StepReports.of(
                  i,
                  1,
                  new GradientNorms(1, List.of()),
                  List.of(new ExampleScore("task-" + i, true, 1)))));
    }
    String scrape = scrape();
    assertEquals(
        50, scrape.lines().filter(line -> line.startsWith("sluice_task_accuracy{")).count());
    assertTrue(scrape.contains("task=\"task-49\""));
    assertFalse(scrape.contains("task=\"task-50\""));
  }

  private String scrape() throws IOException, InterruptedException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    server.createContext("/metrics", registry.scrapeHandler());
    server.start();
    try {
      URI uri =
          URI.create(
              "http://%s:%d/metrics"
                  .formatted(loopback.getHostAddress(), server.getAddress().getPort()));
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
          .body();
    } finally {
      server.stop(0);
    }
  }

  private static void assertLine(String line, String scrape) {
    assertTrue(
        scrape.lines().anyMatch(line::equals),
        () ->
            "no line '%s' among:%n%s"
                .formatted(
                    line,
                    String.join(
                        "\n", scrape.lines().filter(l -> l.startsWith("sluice_")).toList())));
  }
}
