package dev.sluice;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.app.Main;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which package may know what. Each rule says why, and how to mend what breaks it. */
class ArchitectureTest {

  private static final String ROOT = "dev.sluice.";
  private static final String[] CORE = packages("data", "lora", "train", "evaluate");

  /** Those that have a layer below. */
  private static final Set<String> PACKAGES =
      Set.of(
          "data",
          "lora",
          "train",
          "evaluate",
          "checkpoint",
          "model",
          "serde",
          "kafka",
          "streams",
          "metrics",
          "app");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice");

  @Test
  void everyPackageHasAPlaceInTheseRules() {
    Set<String> found =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(ROOT))
            .map(name -> name.substring(ROOT.length()).split("\\.", 2)[0])
            .collect(Collectors.toSet());
    assertEquals(PACKAGES, found, "give a new package a layer in this test");
  }

  @Test
  void theCoreKnowsOnlyTheJdkAndSlf4j() {
    classes()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java..", "org.slf4j..", "org.jspecify..")
                .or(resideInAnyPackage(CORE)))
        .because(
            "training must be readable and testable without Kafka, DJL or JSON; put a port"
                + " (an interface) into the core and its implementation into an outer package")
        .check(CLASSES);
  }

  @Test
  void packagesUseOnlyThoseThatTheTableAllows() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("data")
        .definedBy(ROOT + "data..")
        .layer("lora")
        .definedBy(ROOT + "lora..")
        .layer("train")
        .definedBy(ROOT + "train..")
        .layer("evaluate")
        .definedBy(ROOT + "evaluate..")
        .layer("checkpoint")
        .definedBy(ROOT + "checkpoint..")
        .layer("model")
        .definedBy(ROOT + "model..")
        .layer("serde")
        .definedBy(ROOT + "serde..")
        .layer("kafka")
        .definedBy(ROOT + "kafka..")
        .layer("streams")
        .definedBy(ROOT + "streams..")
        .layer("metrics")
        .definedBy(ROOT + "metrics..")
        .layer("app")
        .definedBy(ROOT + "app..")
        .whereLayer("data")
        .mayNotAccessAnyLayer()
        .whereLayer("lora")
        .mayOnlyAccessLayers("data")
        .whereLayer("train")
        .mayOnlyAccessLayers("data", "lora")
        .whereLayer("evaluate")
        .mayOnlyAccessLayers("data", "lora", "train")
        .whereLayer("checkpoint")
        .mayOnlyAccessLayers("data", "lora", "train")
        .whereLayer("model")
        .mayOnlyAccessLayers("data", "lora", "train", "checkpoint")
        .whereLayer("serde")
        .mayOnlyAccessLayers("data", "lora", "train", "evaluate", "checkpoint")
        .whereLayer("kafka")
        .mayOnlyAccessLayers("data", "lora", "train", "evaluate", "checkpoint", "serde")
        .whereLayer("streams")
        .mayOnlyAccessLayers("data", "train", "evaluate", "serde")
        .whereLayer("metrics")
        .mayOnlyAccessLayers("data", "lora", "train", "evaluate")
        .whereLayer("app")
        .mayNotBeAccessedByAnyLayer()
        .because(
            "each package-info says what its package may import; move the class to where what it"
                + " needs is allowed, or pass in what it needs")
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycle() {
    slices()
        .matching(ROOT + "(*)..")
        .should()
        .beFreeOfCycles()
        .because(
            "packages are read one after another; move what both sides need into the inner one")
        .check(CLASSES);
  }

  @Test
  void onlyModelKnowsDjl() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "model..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .because(
            "native memory has its own rules; go through dev.sluice.train.TrainableModel or"
                + " dev.sluice.data.Tokenizer")
        .check(CLASSES);
  }

  @Test
  void nothingUsesDjlsTrainer() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl.training..")
        .because(
            "its clipping and its optimizers clamp only one side and hide their moments; the step"
                + " belongs into the TorchScript program")
        .check(CLASSES);
  }

  @Test
  void onlyTheShellKnowsKafka() {
    noClasses()
        .that(not(resideInAnyPackage(packages("kafka", "streams", "serde", "metrics", "app"))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .because("training does not know where examples come from; pass in data, not records")
        .check(CLASSES);
  }

  @Test
  void onlyTheBrokersPackageKnowsTheBroker() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "app.broker..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("kafka..", "org.apache.kafka.server..", "org.apache.kafka.metadata..")
        .because(
            "the broker's jars are not on the product's class path; talk to it through"
                + " dev.sluice.app.broker.BrokerProcess and a client")
        .check(CLASSES);
  }

  @Test
  void onlyMetricsKnowsTheMeters() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "metrics..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.micrometer..", "io.prometheus..")
        .because(
            "names, units and descriptions of meters are declared in one place; implement"
                + " dev.sluice.train.TrainingListener or add a method to dev.sluice.metrics")
        .check(CLASSES);
  }

  @Test
  void jsonStaysAtTheEdges() {
    noClasses()
        .that()
        .resideInAnyPackage(
            packages("data", "lora", "train", "evaluate", "kafka", "streams", "metrics"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml.jackson..")
        .because("payloads become bytes in dev.sluice.serde; add a class there")
        .check(CLASSES);
  }

  @Test
  void onlyMainAndTheProgressBarTouchTheStandardStreams() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Main.class)
        .and()
        .doNotHaveFullyQualifiedName(ROOT + "app.Progress")
        .should(ACCESS_STANDARD_STREAMS)
        .because(
            "stdout carries results, stderr the log and progress; commands print through"
                + " dev.sluice.app.Output, everything else logs through SLF4J")
        .check(CLASSES);
  }

  @Test
  void onlyAppReadsTheClock() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "app..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .because("tests must be able to set the time; take a java.time.Clock in the constructor")
        .check(CLASSES);
  }

  private static String[] packages(String... names) {
    return Arrays.stream(names).map(name -> ROOT + name + "..").toArray(String[]::new);
  }
}
