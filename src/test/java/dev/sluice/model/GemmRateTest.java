package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.lora.AdapterInitializer;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.RsLoraModel.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GemmRateTest {

  private static final double FLOPS = 2 * Math.pow(GemmRate.SIZE, 3);

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void theFastestProductOfASecondCounts(Precision precision) throws IOException {
    Iterator<Long> millis = LongStream.of(0, 400, 600, 1100, 1150).iterator();
    RandomModel random = RandomModel.tied(1);
    LoraConfig lora = new LoraConfig(2, 4, LoraScaling.RSLORA, Set.of(TargetModule.Q_PROJ));
    try (RsLoraModel model =
        RsLoraModel.load(
            random.write(directory),
            AdapterInitializer.initialize(
                lora, random.config().layers(), random.config()::shape, 1),
            new RsLoraModel.Options(0, 1, 16, 2))) {
      double rate = model.gemmFlopsPerSecond(precision, () -> millis.next() * 1_000_000);
      assertEquals(FLOPS / 0.2, rate, 1);
      assertEquals(1150, millis.next(), "none is begun after a second");
    }
  }
}
