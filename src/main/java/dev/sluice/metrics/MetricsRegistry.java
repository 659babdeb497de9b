package dev.sluice.metrics;

import com.sun.net.httpserver.HttpHandler;
import dev.sluice.train.TrainingListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaStreams;

/** All meters of a process, scraped in Prometheus's format. */
public final class MetricsRegistry implements AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Deque<AutoCloseable> bound = new ArrayDeque<>();

  /** With the JVM's own meters. */
  public MetricsRegistry() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    JvmGcMetrics gc = new JvmGcMetrics();
    gc.bindTo(registry);
    bound.push(gc);
  }

  /** A listener that feeds the trainer's meters. */
  public TrainingListener training() {
    return new TrainingMetrics(registry);
  }

  /**
   * The memory in use on a GPU, by anybody.
   *
   * @param device for example {@code cuda:0}
   */
  public void gpuMemory(String device, LongSupplier usedBytes) {
    Gauge.builder("sluice.gpu.memory.used", usedBytes, LongSupplier::getAsLong)
        .baseUnit("bytes")
        .description("Memory in use on the GPU, by all processes")
        .tag("device", device)
        .strongReference(true)
        .register(registry);
  }

  /** The meters of ingest. */
  public IngestMetrics ingest() {
    return new IngestMetrics(registry);
  }

  /** Binds a client's own meters, until this registry is closed. */
  public void bind(Consumer<?, ?> consumer) {
    KafkaClientMetrics metrics = new KafkaClientMetrics(consumer);
    metrics.bindTo(registry);
    bound.push(metrics);
  }

  /** Binds a client's own meters, until this registry is closed. */
  public void bind(Producer<?, ?> producer) {
    KafkaClientMetrics metrics = new KafkaClientMetrics(producer);
    metrics.bindTo(registry);
    bound.push(metrics);
  }

  /** Binds the meters of a Streams application and its clients, until this registry is closed. */
  public void bind(KafkaStreams streams) {
    KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams);
    metrics.bindTo(registry);
    bound.push(metrics);
  }

  /** Answers a scrape. */
  public HttpHandler scrapeHandler() {
    return new MetricsHandler(registry.getPrometheusRegistry());
  }

  @Override
  public void close() {
    while (!bound.isEmpty()) {
      try {
        bound.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("closing a meter binder", e);
      }
    }
    registry.close();
  }
}
