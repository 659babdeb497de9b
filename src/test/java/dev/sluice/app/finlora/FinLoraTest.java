package dev.sluice.app.finlora;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.finlora.FinLoraKey.Outcome;
import dev.sluice.lora.LoraScaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FinLoraTest {

  private static final String DOCUMENTED =
      """
      # as the documentation writes it
      use_rsLoRA: true
      lora_rank: 64
      lora_alpha: 16
      quant_bits: 8
      dataset: "filings.jsonl"
      model_name: "org/model"
      """;

  private static final String RUN =
      """
      {
        "tags_8bits_r4_rslora": {
          "base_model": "org/model",
          "dataset_path": "../data/tags.jsonl",
          "lora_r": 4,
          "lora_alpha": 32,
          "quant_bits": 4,
          "learning_rate": 0.0001,
          "num_epochs": 3,
          "batch_size": 4,
          "gradient_accumulation_steps": 5,
          "peft_use_rslora": true
        }
      }
      """;

  private final Path directory;

  FinLoraTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void allLinearModulesAreTheSeven() {
    String seven = "q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj";
    for (String line : List.of("lora_target_linear: true", "lora_target_modules: all-linear")) {
      assertEquals(seven, yaml(DOCUMENTED + line).settings().get("lora.target.modules"), line);
    }
  }

  @Test
  void readsTheYamlOfTheDocumentation() {
    Map<String, String> settings = yaml(DOCUMENTED).settings();
    assertEquals("rslora", settings.get("lora.scaling"));
    assertEquals("64", settings.get("lora.rank"));
    assertEquals("16", settings.get("lora.alpha"));
    assertEquals("int8", settings.get("compute.quantization"));
    assertEquals("org/model", settings.get("model.dir"));
    assertEquals(2, config(yaml(DOCUMENTED)).lora().gamma(), "16 / sqrt(64)");
  }

  @Test
  void readsTheJsonOfTheScript() {
    Map<String, String> settings = json(RUN).settings();
    assertEquals("org/model", settings.get("model.dir"));
    assertEquals("4", settings.get("lora.rank"));
    assertEquals("32", settings.get("lora.alpha"));
    assertEquals("nf4", settings.get("compute.quantization"));
    assertEquals("0.0001", settings.get("optimizer.learning.rate"));
    assertEquals("20", settings.get("batch.max.examples"));
    assertEquals("rslora", settings.get("lora.scaling"));
  }

  @Test
  void readsTheAxolotlFileThatTheScriptWrites() {
    FinLora finLora =
        yaml(
            """
            base_model: org/model
            gradient_accumulation_steps: 3
            micro_batch_size: 2
            load_in_8bit: true
            load_in_4bit: false
            adapter: lora
            lora_model_dir:
            lora_dropout: 0.05
            lora_target_modules:
              - v_proj
              - o_proj
            datasets:
              - path: rows.jsonl
                type: {field_instruction: context}
            bf16: auto
            sequence_len: 2048
            gradient_checkpointing: true
            warmup_steps: 7
            weight_decay: 0.5
            special_tokens:
              pad_token: <|end_of_text|>
            """);
    assertEquals(
        Map.ofEntries(
            Map.entry("model.dir", "org/model"),
            Map.entry("batch.max.examples", "6"),
            Map.entry("compute.quantization", "int8"),
            Map.entry("lora.target.modules", "v_proj,o_proj"),
            Map.entry("compute.precision", "auto"),
            Map.entry("tokens.max.length", "2048"),
            Map.entry("compute.recompute", "true"),
            Map.entry("optimizer.warmup.updates", "7"),
            Map.entry("optimizer.weight.decay", "0.5"),
            Map.entry("lora.rank", "8"),
            Map.entry("lora.alpha", "16"),
            Map.entry("lora.scaling", "classic"),
            Map.entry("optimizer.learning.rate", "0.0002")),
        finLora.settings());
    assertEquals(List.of(), withOutcome(finLora, Outcome.UNKNOWN));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "base_model: org/m | model.dir | org/m",
        "model_name: org/m | model.dir | org/m",
        "lora_r: 3 | lora.rank | 3",
        "lora_rank: 3 | lora.rank | 3",
        "lora_alpha: 3.5 | lora.alpha | 3.5",
        "peft_use_rslora: true | lora.scaling | rslora",
        "peft_use_rslora: false | lora.scaling | classic",
        "use_rsLoRA: False | lora.scaling | classic",
        "lora_target_modules: [q_proj] | lora.target.modules | q_proj",
        "lora_dropout: 0.0 | lora.dropout | 0",
        "quant_bits: 8 | compute.quantization | int8",
        "quant_bits: 4 | compute.quantization | nf4",
        "load_in_8bit: true | compute.quantization | int8",
        "load_in_4bit: true | compute.quantization | nf4",
        "load_in_4bit: false | compute.quantization | none",
        "learning_rate: 2e-4 | optimizer.learning.rate | 0.0002",
        "warmup_steps: 0 | optimizer.warmup.updates | 0",
        "weight_decay: 0.1 | optimizer.weight.decay | 0.1",
        "batch_size: 3 | batch.max.examples | 12",
        "micro_batch_size: 3 | batch.max.examples | 12",
        "gradient_accumulation_steps: 3 | batch.max.examples | 6",
        "sequence_len: 512 | tokens.max.length | 512",
        "bf16: auto | compute.precision | auto",
        "bf16: true | compute.precision | bf16",
        "bf16: false | compute.precision | fp32",
        "gradient_checkpointing: false | compute.recompute | false",
      })
  void honoursAKey(String line, String setting, String value) {
    FinLora finLora = yaml(line + "\n");
    FinLoraKey key = finLora.keys().get(0);
    assertEquals(value, finLora.settings().get(setting));
    assertEquals(Outcome.HONOURED, key.outcome());
    assertEquals(setting, key.setting());
    assertTrue(key.says().startsWith(setting + "=" + value), key.says());
    assertEquals(value, config(finLora).canonical().get(setting), "Sluice takes it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "num_epochs: 4 | passed over once",
        "dataset_path: ../data/rows.jsonl | sluice produce --file ../data/rows.jsonl",
        "dataset: rows.jsonl | sluice produce --file rows.jsonl",
        "datasets: [{path: rows.jsonl}] | sluice produce --file FILE",
        "lora_dropout: 0.05 | dropout is not supported",
        "peft_use_dora: true | DoRA",
        "adapter: ia3 | LoRA adapters only",
        "bnb_4bit_quant_type: fp4 | NF4",
        "optimizer: paged_adamw_8bit | AdamW",
        "lr_scheduler: cosine | no last step",
        "val_set_size: 0.02 | prequential",
        "output_dir: out | sluice adapter pull",
        "wandb_project: p | /metrics",
        "saves_per_epoch: 1 | checkpoint.steps",
        "lora_r: | no value",
      })
  void namesTheReasonForIgnoringAKey(String line, String reason) {
    FinLora finLora = yaml("base_model: org/m\n" + line + "\n");
    FinLoraKey key = finLora.keys().get(1);
    assertEquals(Outcome.IGNORED, key.outcome());
    assertTrue(key.says().contains(reason), key.says());
    assertEquals("", key.setting());
  }

  @ParameterizedTest
  @ValueSource(strings = {"peft_use_dora: false", "adapter: qlora", "bnb_4bit_quant_type: nf4"})
  void whatIsSoAnywayIsHonouredWithoutASetting(String line) {
    FinLoraKey key = yaml(line + "\n").keys().get(0);
    assertEquals(Outcome.HONOURED, key.outcome());
    assertEquals("", key.setting());
  }

  @Test
  void whatIsNotInTheFileIsWhatFinLorasScriptTakes() {
    FinLora finLora = yaml("base_model: org/m\n");
    assertEquals(LoraScaling.CLASSIC, config(finLora).lora().scaling());
    assertEquals(2, config(finLora).lora().gamma(), "16 / 8");
    assertEquals("q_proj,k_proj,v_proj", finLora.settings().get("lora.target.modules"));
    assertEquals("0", finLora.settings().get("optimizer.weight.decay"));
    assertEquals("8", finLora.settings().get("batch.max.examples"));
    FinLoraKey scaling =
        finLora.keys().stream().filter(k -> k.key().equals("peft_use_rslora")).findFirst().get();
    assertEquals(Outcome.DEFAULT, scaling.outcome());
    assertEquals("lora.scaling=classic (FinLoRA's default)", scaling.says());
  }

  @Test
  void aKeyThatIsNotFinLorasIsNamedWithoutItsValue() {
    FinLora finLora = yaml("base_model: org/m\nhub_token: secret\n");
    assertEquals(List.of("hub_token"), withOutcome(finLora, Outcome.UNKNOWN));
    assertFalse(finLora.toString().contains("secret"), finLora.toString());
  }

  @Test
  void everyKeyOfAFileIsReportedOnceInItsOrder() {
    List<String> keys = json(RUN).keys().stream().map(FinLoraKey::key).toList();
    assertEquals(
        List.of(
            "base_model",
            "dataset_path",
            "lora_r",
            "lora_alpha",
            "quant_bits",
            "learning_rate",
            "num_epochs",
            "batch_size",
            "gradient_accumulation_steps",
            "peft_use_rslora"),
        keys.subList(0, 10));
    assertTrue(keys.subList(10, keys.size()).contains("lora_target_modules"), keys.toString());
  }

  @Test
  void theConfigurationAndTheCommandLineWinAndTheReportSaysSo() throws IOException {
    Path file = Files.writeString(directory.resolve("sluice.yaml"), "lora.rank: 16\n");
    FinLora finLora = yaml(DOCUMENTED);
    SluiceConfig config =
        SluiceConfig.load(finLora.settings(), Optional.of(file), Map.of("lora.alpha", "8"));

    assertEquals(16, config.lora().rank());
    assertEquals(8, config.lora().alpha());
    assertEquals(LoraScaling.RSLORA, config.lora().scaling());
    Map<String, FinLoraKey> keys =
        finLora.keysUnder(config).stream().collect(toMap(FinLoraKey::key, k -> k));
    assertEquals(Outcome.OVERRIDDEN, keys.get("lora_rank").outcome());
    assertTrue(keys.get("lora_rank").says().startsWith("lora.rank=16 "), keys.toString());
    assertEquals(Outcome.OVERRIDDEN, keys.get("lora_alpha").outcome());
    assertEquals(Outcome.HONOURED, keys.get("use_rsLoRA").outcome());
    assertEquals(Outcome.IGNORED, keys.get("dataset").outcome());
  }

  private FinLora yaml(String text) {
    return read("config.yaml", text);
  }

  private FinLora json(String text) {
    return read("config.json", text);
  }

  private FinLora read(String name, String text) {
    try {
      return FinLora.read(Files.writeString(directory.resolve(name), text), Optional.empty());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static SluiceConfig config(FinLora finLora) {
    return SluiceConfig.load(finLora.settings(), Optional.empty(), Map.of());
  }

  private static List<String> withOutcome(FinLora finLora, Outcome outcome) {
    return finLora.keys().stream()
        .filter(key -> key.outcome() == outcome)
        .map(FinLoraKey::key)
        .toList();
  }
}
