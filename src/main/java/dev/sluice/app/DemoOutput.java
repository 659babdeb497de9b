package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.DemoReport.Progress;
import dev.sluice.evaluate.TaskAccuracy;
import dev.sluice.lora.TargetModule;
import dev.sluice.train.GradientNorms;
import dev.sluice.train.GradientNorms.ModuleNorm;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A demo's figures as a table, or as JSON. */
final class DemoOutput {
  private DemoOutput() {}

  /**
   * @param bootstrap of the broker if it stays
   */
  static void print(DemoReport report, @Nullable String bootstrap, Output out) {
    out.line("");
    out.table(
        new Table("", ">")
            .row("steps", report.steps() + skipped(report))
            .row(
                "examples trained",
                "%,d of %,d sent".formatted(report.scores().size(), report.sent()))
            .row("rejected, duplicates", report.rejected() + ", " + report.duplicates())
            .row("examples a second", "%.1f".formatted(report.examplesPerSecond()))
            .row("last loss", "%.3f nats a token".formatted(report.lastLossNats()))
            .row("versions published", report.versions())
            .row("seconds in all", "%.0f".formatted(report.total().toMillis() / 1e3)));
    out.line("");
    Table accuracy =
        new Table("ACCURACY", ">FIRST 100", ">LAST 100", ">COMMONEST LABEL", ">EXAMPLES");
    report.byTask().forEach((task, progress) -> accuracy.row(row(task, progress)));
    accuracy.row(row("all tasks", report.overall()));
    out.table(accuracy);
    out.line("");
    Table norms = new Table("GRADIENT NORM", ">A", ">B");
    for (TargetModule target : targets(report.norms())) {
      norms.row(
          target.peftName(),
          "%.4f".formatted(report.norms().a(target)),
          "%.4f".formatted(report.norms().b(target)));
    }
    out.table(norms.row("global", "", "%.4f".formatted(report.norms().global())));
    out.line("");
    out.line("Adapter " + report.newest() + " lies in " + report.adapter());
    out.line("  SHA-256 of its weights, as its manifest says: " + report.sha256());
    out.line("");
    next(bootstrap, out);
  }

  private static void next(@Nullable String bootstrap, Output out) {
    if (bootstrap == null) {
      out.line("What to try next:");
      out.line("  ./sluice demo --keep                    keep the broker, and look around");
      out.line("  ./sluice demo --drift-after 1800        change the mix of tasks half-way");
      out.line("  ./sluice demo --rank 64 --examples 6000 a larger adapter, a longer feed");
      return;
    }
    String set = " --set kafka.bootstrap.servers=" + bootstrap;
    out.line("The broker stays at " + bootstrap + " until Ctrl-C. In another terminal:");
    out.line("  ./sluice adapter list" + set);
    out.line("  ./sluice rejected list" + set);
    out.line("  ./sluice topics check" + set);
    out.line("  ./sluice adapter pull --adapter demo --out ./demo-adapter" + set);
  }

  static ObjectNode json(DemoReport report) {
    ObjectNode node = Output.object();
    node.put("steps", report.steps()).put("skippedSteps", report.skippedSteps());
    node.put("sent", report.sent()).put("examples", report.scores().size());
    node.put("rejected", report.rejected()).put("duplicates", report.duplicates());
    node.put("examplesPerSecond", report.examplesPerSecond());
    node.put("trainingSeconds", report.training().toMillis() / 1e3);
    node.put("totalSeconds", report.total().toMillis() / 1e3);
    node.put("lastLossNats", report.lastLossNats());
    node.put("versions", report.versions()).put("newest", report.newest());
    put(node.putObject("accuracy"), report.overall());
    ObjectNode tasks = node.putObject("tasks");
    report.byTask().forEach((task, progress) -> put(tasks.putObject(task), progress));
    ObjectNode norms = node.putObject("gradientNorms");
    norms.put("global", report.norms().global());
    for (TargetModule target : targets(report.norms())) {
      norms
          .putObject(target.peftName())
          .put("A", report.norms().a(target))
          .put("B", report.norms().b(target));
    }
    node.put("adapter", report.adapter().toString()).put("sha256", report.sha256());
    return node;
  }

  private static void put(ObjectNode node, Progress progress) {
    node.put("examples", progress.all().examples());
    node.put("first", progress.first().accuracy()).put("last", progress.last().accuracy());
    node.put("commonestLabelShare", progress.all().commonestLabelShare());
  }

  private static Object[] row(String name, Progress progress) {
    return new Object[] {
      name,
      percent(progress.first()),
      percent(progress.last()),
      "%.0f %%".formatted(100 * progress.all().commonestLabelShare()),
      progress.all().examples()
    };
  }

  private static String percent(TaskAccuracy accuracy) {
    return "%.0f %%".formatted(100 * accuracy.accuracy());
  }

  private static String skipped(DemoReport report) {
    return report.skippedSteps() == 0 ? "" : " (" + report.skippedSteps() + " skipped)";
  }

  private static Set<TargetModule> targets(GradientNorms norms) {
    return norms.modules().stream()
        .map(ModuleNorm::target)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
