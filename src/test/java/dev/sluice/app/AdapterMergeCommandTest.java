package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.checkpoint.AdapterDirectory;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.lora.AdapterInitializer;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.ModelConfig;
import dev.sluice.model.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterMergeCommandTest {

  private static final ModelConfig MODEL = ModelDirectory.open("builtin:sluice-tiny").config();
  private static final String PROMPT = "Sentiment: Acme falls\nAnswer: ";

  @TempDir Path directory;
  private Path adapter;
  private Path out;

  @BeforeEach
  void writeAdapter() throws IOException {
    adapter = directory.resolve("adapter");
    out = directory.resolve("merged");
    AdapterState state =
        AdapterInitializer.initialize(
            new LoraConfig(4, 16, LoraScaling.RSLORA, EnumSet.allOf(TargetModule.class)),
            MODEL.layers(),
            MODEL::shape,
            3);
    Random random = new Random(4);
    state
        .modules()
        .forEach(
            module -> {
              for (int i = 0; i < module.b().values().length; i++) {
                module.b().values()[i] = (float) (0.05 * random.nextGaussian());
              }
            });
    AdapterDirectory.write(adapter, PeftFiles.write(state, "sluice-tiny"), false);
  }

  @Test
  void theMergedModelAnswersAloneWhatTheAdapterAnswered() throws IOException {
    CommandRun merge = merge("--dtype", "fp32");

    assertEquals(0, merge.exitCode(), merge.err());
    assertEquals(
        "sluice-tiny with the adapter in 42 of its weights is in %s\n".formatted(out), merge.out());
    assertEquals(Set.of("adapter", "merged"), names(directory), "nothing is left beside it");
    CommandRun before =
        CommandRun.of("adapter", "try", "--dir", adapter.toString(), "--prompt", PROMPT);
    CommandRun base = CommandRun.of("adapter", "try", "--base", "--prompt", PROMPT);
    CommandRun after =
        CommandRun.of("adapter", "try", "--base", "--model", out.toString(), "--prompt", PROMPT);
    assertEquals(before.out(), after.out(), after.err());
    assertTrue(!base.out().equals(after.out()), "the adapter does something");
  }

  @Test
  void anExistingDirectoryIsRefused() throws IOException {
    Files.createDirectory(out);

    CommandRun run = merge();

    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("exists already"), run.err());
    assertEquals(Set.of(), names(out));
  }

  @Test
  void anUnknownDtypeIsWrongUsage() {
    CommandRun run = merge("--dtype", "fp8");
    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("--dtype must be fp32, fp16 or bf16 but was 'fp8'"), run.err());
  }

  private CommandRun merge(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("adapter", "merge", "--dir", adapter.toString(), "--out", out.toString()));
    args.addAll(List.of(more));
    return CommandRun.of(args.toArray(String[]::new));
  }

  private static Set<String> names(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
