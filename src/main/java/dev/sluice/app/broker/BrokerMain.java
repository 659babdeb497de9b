package dev.sluice.app.broker;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one Kafka node for as long as the parent lives; started by {@link BrokerProcess}.
 *
 * <p>Standard output is the parent's: it gets {@link #READY} once clients are served. The log goes
 * to standard error. The end of standard input means that the parent closed the broker or is gone.
 */
public final class BrokerMain {

  static final String READY = "READY";

  private static final Logger LOG = LoggerFactory.getLogger(BrokerMain.class);

  private BrokerMain() {}

  /**
   * @param args the path of {@code server.properties}
   */
  public static void main(String[] args) throws IOException {
    exitWithTheParent();
    // Kafka's threads would keep this process up after a failed start.
    Thread.currentThread()
        .setUncaughtExceptionHandler(
            (thread, failure) -> {
              LOG.atError().setCause(failure).log("The broker did not start");
              Runtime.getRuntime().halt(1);
            });

    var properties = new Properties();
    try (var reader = Files.newBufferedReader(Path.of(args[0]))) {
      properties.load(reader);
    }
    format(properties);
    var server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
    server.startup();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.shutdown();
                  server.awaitShutdown();
                },
                "broker-shutdown"));
    tellTheParent();
    server.awaitShutdown();
  }

  /** Before anything else, so that a parent that dies during the start leaves nothing behind. */
  private static void exitWithTheParent() {
    var watcher =
        new Thread(
            () -> {
              try {
                System.in.transferTo(OutputStream.nullOutputStream());
              } catch (IOException brokenPipe) {
                LOG.atWarn().setCause(brokenPipe).log("The parent's pipe broke");
              }
              System.exit(0);
            },
            "broker-parent");
    watcher.setDaemon(true);
    watcher.start();
  }

  /** Prepares an empty data directory; leaves one with data as it is. */
  private static void format(Properties properties) throws IOException {
    String data = properties.getProperty("log.dirs");
    Files.createDirectories(Path.of(data));
    var formatter =
        new Formatter()
            .setPrintStream(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
            .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
            .setClusterId(BrokerSpec.CLUSTER_ID)
            .addDirectory(data)
            .setMetadataLogDirectory(Optional.of(data))
            .setControllerListenerName(properties.getProperty("controller.listener.names"))
            .setReleaseVersion(MetadataVersion.latestProduction())
            .setIgnoreFormatted(true);
    try {
      formatter.run();
    } catch (Exception e) { // what it declares
      throw new IllegalStateException("the broker's directory " + data + " cannot be used", e);
    }
  }

  private static void tellTheParent() throws IOException {
    try (var out = new FileOutputStream(FileDescriptor.out)) {
      out.write((READY + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }
}
