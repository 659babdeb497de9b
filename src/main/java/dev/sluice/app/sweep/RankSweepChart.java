package dev.sluice.app.sweep;

import dev.sluice.app.sweep.Pen.Anchor;
import dev.sluice.app.sweep.Pen.Fill;
import dev.sluice.app.sweep.Pen.Font;
import dev.sluice.app.sweep.Pen.Point;
import dev.sluice.app.sweep.Pen.Stroke;
import dev.sluice.lora.LoraScaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * The picture of a sweep: gradient norm over steps under each scaling, a line a rank, and the last
 * loss by rank (after figure 1 of arXiv:2312.03732).
 */
public final class RankSweepChart {

  public static final int WIDTH = 960;
  public static final int HEIGHT = 380;

  private static final double LEFT = 62;
  private static final double LOSS_LEFT = 684;
  private static final double TOP = 96;
  private static final double LEGEND = 54;
  private static final double PANEL_WIDTH = 256;
  private static final double PANEL_HEIGHT = 226;

  private static final Font LEGEND_FONT = new Font(Panel.INK, 12, Anchor.START);

  private static final String CLASSIC_NAME = "α/r";
  private static final String RSLORA_NAME = "α/√r";

  /** Vermilion and blue of Okabe and Ito's palette. */
  private static final Stroke CLASSIC_STROKE = new Stroke(0xd55e00, 2, true);

  private static final Stroke RSLORA_STROKE = new Stroke(0x0072b2, 2);

  private final SweepReport report;
  private final Pen pen;

  private RankSweepChart(SweepReport report, Pen pen) {
    this.report = report;
    this.pen = pen;
  }

  public static void draw(SweepReport report, Pen pen) {
    RankSweepChart chart = new RankSweepChart(report, pen);
    chart.head();
    Axis norms = chart.norms();
    chart.normPanel(LEFT, "α/r, classic", "gradient norm (L2)", norms, LoraScaling.CLASSIC);
    chart.normPanel(LEFT + 294, "α/√r, rsLoRA", "", norms, LoraScaling.RSLORA);
    chart.lossPanel(LOSS_LEFT);
  }

  private void head() {
    SweepSetting setting = report.setting();
    String text =
        String.format(
            Locale.ROOT,
            "%s on %s, α = %s, AdamW at learning rate %s, %d examples a step, seed %d",
            setting.model(),
            setting.rows(),
            Axis.text(setting.alpha()),
            Axis.text(setting.learningRate()),
            setting.batch(),
            setting.seed());
    pen.text(new Point(LEFT, 26), text, new Font(Panel.INK, 13, Anchor.START));
    List<Integer> ranks = report.ranks();
    pen.text(new Point(LEFT, LEGEND), "rank r", LEGEND_FONT);
    double apart = Math.min(72, (LOSS_LEFT - LEFT - 90) / ranks.size());
    for (int i = 0; i < ranks.size(); i++) {
      Stroke stroke = new Stroke(RankColors.of(i, ranks.size()), 3);
      legend(LEFT + 54 + apart * i, String.valueOf(ranks.get(i)), stroke);
    }
    legend(LOSS_LEFT, CLASSIC_NAME, CLASSIC_STROKE);
    pen.dot(new Point(LOSS_LEFT + 11, LEGEND - 4), dot(CLASSIC_STROKE));
    legend(LOSS_LEFT + 72, RSLORA_NAME, RSLORA_STROKE);
    pen.dot(new Point(LOSS_LEFT + 83, LEGEND - 4), dot(RSLORA_STROKE));
  }

  /** Told apart without colour, too. */
  private static Fill dot(Stroke stroke) {
    return new Fill(stroke.rgb(), 3.5, stroke.dashed());
  }

  private void legend(double x, String name, Stroke stroke) {
    pen.line(new Point(x, LEGEND - 4), new Point(x + 22, LEGEND - 4), stroke);
    pen.text(new Point(x + 28, LEGEND), name, LEGEND_FONT);
  }

  /** One axis for both scalings, so that they can be compared. */
  private Axis norms() {
    double[] all = figures(SweepStep::gradientNorm).filter(norm -> norm > 0).toArray();
    double min = DoubleStream.of(all).min().orElse(1);
    double max = DoubleStream.of(all).max().orElse(1);
    return Axis.log(min / 1.15, max * 1.15);
  }

  private DoubleStream figures(ToDoubleFunction<SweepStep> figure) {
    return report.runs().stream().flatMap(run -> run.steps().stream()).mapToDouble(figure);
  }

  private void normPanel(
      double left, String title, String yTitle, Axis norms, LoraScaling scaling) {
    Panel panel =
        new Panel(
            left, TOP, PANEL_WIDTH, PANEL_HEIGHT, Axis.steps(report.setting().steps()), norms);
    panel.draw(pen, title, "step", yTitle);
    List<SweepRun> runs = report.runs(scaling);
    for (int i = 0; i < runs.size(); i++) {
      SweepRun run = runs.get(i);
      List<Point> points = new ArrayList<>();
      for (int step = 1; step <= run.steps().size(); step++) {
        double norm = run.steps().get(step - 1).gradientNorm();
        points.add(panel.at(step, Math.max(norm, norms.min())));
      }
      pen.line(
          title + ", rank " + run.rank(), points, new Stroke(RankColors.of(i, runs.size()), 1.8));
    }
  }

  private void lossPanel(double left) {
    List<Double> ranks = report.ranks().stream().map(Integer::doubleValue).toList();
    double[] losses = report.runs().stream().mapToDouble(SweepRun::heldOutLossNats).toArray();
    double min = DoubleStream.of(losses).min().orElse(0);
    double max = DoubleStream.of(losses).max().orElse(1);
    double margin = Math.max((max - min) * 0.12, 1e-3);
    Panel panel =
        new Panel(
            left,
            TOP,
            PANEL_WIDTH,
            PANEL_HEIGHT,
            Axis.log(ranks.get(0) / 1.3, ranks.get(ranks.size() - 1) * 1.3, ranks),
            Axis.linear(Math.max(0, min - margin), max + margin));
    panel.draw(
        pen,
        "held-out loss after " + report.setting().steps() + " steps",
        "rank r",
        "loss (nats a token)");
    losses(panel, CLASSIC_NAME, LoraScaling.CLASSIC, CLASSIC_STROKE);
    losses(panel, RSLORA_NAME, LoraScaling.RSLORA, RSLORA_STROKE);
  }

  private void losses(Panel panel, String name, LoraScaling scaling, Stroke stroke) {
    List<Point> points =
        report.runs(scaling).stream()
            .map(run -> panel.at(run.rank(), run.heldOutLossNats()))
            .toList();
    pen.line(name + ", loss by rank", points, stroke);
    points.forEach(point -> pen.dot(point, dot(stroke)));
  }
}
