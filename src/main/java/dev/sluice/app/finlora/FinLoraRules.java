package dev.sluice.app.finlora;

import static dev.sluice.app.finlora.Answer.alreadySo;
import static dev.sluice.app.finlora.Answer.byDefault;
import static dev.sluice.app.finlora.Answer.ignored;
import static dev.sluice.app.finlora.Answer.sets;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every key means that occurs in FinLoRA: in its documentation's YAML, in the named
 * configurations of its {@code finetune.py}, and in the Axolotl files that the script writes.
 */
final class FinLoraRules {

  /** What a key says, in a configuration where it has a value. */
  private interface Rule {
    Answer apply(String key, FinLoraRun run);
  }

  /** {@code batch_size} and {@code gradient_accumulation_steps} where a file leaves one out. */
  private static final int DEFAULT_BATCH = 2;

  private static final int DEFAULT_ACCUMULATION = 4;

  private static final String ALL_MODULES =
      "q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj";

  /** What {@code finetune.py} takes for a key that is not there, as far as Sluice has the like. */
  static final Map<String, Answer> DEFAULTS = defaults();

  private static final Map<String, Rule> RULES = rules();

  private FinLoraRules() {}

  static boolean isKnown(String key) {
    return RULES.containsKey(key);
  }

  static Answer apply(String key, FinLoraRun run) {
    @Nullable Rule rule = RULES.get(key);
    if (rule == null) {
      return Answer.unknown();
    }
    return run.has(key) ? rule.apply(key, run) : ignored("has no value");
  }

  private static Map<String, Answer> defaults() {
    Map<String, Answer> defaults = new LinkedHashMap<>();
    defaults.put("lora_r", byDefault("lora.rank", "8"));
    defaults.put("lora_alpha", byDefault("lora.alpha", "16"));
    defaults.put("peft_use_rslora", byDefault("lora.scaling", "classic"));
    defaults.put("lora_target_modules", byDefault("lora.target.modules", "q_proj,k_proj,v_proj"));
    defaults.put("learning_rate", byDefault("optimizer.learning.rate", "0.0002"));
    defaults.put("warmup_steps", byDefault("optimizer.warmup.updates", "10"));
    defaults.put("weight_decay", byDefault("optimizer.weight.decay", "0"));
    defaults.put(
        "batch_size",
        byDefault("batch.max.examples", String.valueOf(DEFAULT_BATCH * DEFAULT_ACCUMULATION)));
    return Collections.unmodifiableMap(defaults);
  }

  private static Map<String, Rule> rules() {
    Map<String, Rule> rules = new LinkedHashMap<>();
    put(rules, (key, run) -> sets("model.dir", run.text(key)), "base_model", "model_name");
    put(rules, FinLoraRules::examples, "dataset_path", "dataset", "datasets");
    put(rules, whole("lora.rank"), "lora_r", "lora_rank");
    put(rules, number("lora.alpha"), "lora_alpha");
    put(rules, FinLoraRules::scaling, "peft_use_rslora", "use_rsLoRA", "use_rslora");
    put(rules, FinLoraRules::targets, "lora_target_modules");
    put(
        rules,
        (key, run) ->
            run.flag(key) ? sets("lora.target.modules", ALL_MODULES) : ignored("it is false"),
        "lora_target_linear");
    put(rules, FinLoraRules::dropout, "lora_dropout");
    put(rules, FinLoraRules::dora, "peft_use_dora", "use_dora");
    put(rules, FinLoraRules::kind, "adapter");
    put(rules, FinLoraRules::quantization, "quant_bits", "load_in_8bit", "load_in_4bit");
    put(rules, FinLoraRules::fourBits, "bnb_4bit_quant_type");
    put(rules, number("optimizer.learning.rate"), "learning_rate");
    put(rules, whole("optimizer.warmup.updates"), "warmup_steps");
    put(rules, number("optimizer.weight.decay"), "weight_decay");
    put(
        rules,
        FinLoraRules::batch,
        "batch_size",
        "micro_batch_size",
        "gradient_accumulation_steps");
    put(rules, whole("tokens.max.length"), "sequence_len");
    put(rules, FinLoraRules::precision, "bf16");
    put(
        rules,
        (key, run) -> sets("compute.recompute", String.valueOf(run.flag(key))),
        "gradient_checkpointing");
    ignore(rules);
    return Collections.unmodifiableMap(rules);
  }

  /** What has no effect whatever its value. */
  private static void ignore(Map<String, Rule> rules) {
    put(
        rules,
        because("a stream is passed over once; a file as often as --epochs says"),
        "num_epochs");
    put(rules, because("Sluice's is AdamW with moments in fp32"), "optimizer");
    put(
        rules,
        because("the rate stays constant after the warm-up: a stream has no last step"),
        "lr_scheduler");
    put(
        rules,
        because("every example is a test before it is trained on (prequential accuracy)"),
        "val_set_size",
        "evals_per_epoch");
    put(rules, because("see checkpoint.steps and checkpoint.interval"), "saves_per_epoch");
    put(
        rules,
        because("training goes on from the adapter's newest checkpoint"),
        "resume_from_checkpoint",
        "lora_model_dir");
    put(
        rules,
        because("versions go to topics; fetch one with: sluice adapter pull (of --file: --out)"),
        "output_dir");
    put(
        rules,
        because("a record of every step goes to the steps topic, and /metrics has the sums"),
        "logging_steps",
        "wandb_project",
        "wandb_entity",
        "wandb_watch",
        "wandb_name",
        "wandb_log_model");
    put(
        rules,
        because("the model's directory says"),
        "model_type",
        "tokenizer_type",
        "chat_template");
    put(
        rules,
        because("rows are packed without padding"),
        "sample_packing",
        "pad_to_sequence_len",
        "special_tokens");
    put(rules, because("examples are tokenised as they arrive"), "dataset_prepared_path");
    put(rules, because("the scales of NF4 are always quantised too"), "bnb_4bit_use_double_quant");
    put(rules, because("compute.precision says it"), "bnb_4bit_compute_dtype", "tf32");
    put(rules, because("libtorch chooses the kernel"), "flash_attention");
    put(rules, because("one process trains an adapter"), "deepspeed");
  }

  private static void put(Map<String, Rule> rules, Rule rule, String... keys) {
    for (String key : keys) {
      rules.put(key, rule);
    }
  }

  private static Rule because(String reason) {
    return (key, run) -> ignored(reason);
  }

  private static Rule whole(String setting) {
    return (key, run) -> sets(setting, String.valueOf(run.whole(key)));
  }

  private static Rule number(String setting) {
    return (key, run) -> sets(setting, FinLoraRun.shown(run.number(key)));
  }

  private static Answer examples(String key, FinLoraRun run) {
    return ignored(
        "examples come from the train topic; send a file with: sluice produce --file "
            + (key.equals("datasets") ? "FILE" : run.text(key))
            + ", or train on it alone with --file");
  }

  private static Answer scaling(String key, FinLoraRun run) {
    return sets("lora.scaling", run.flag(key) ? "rslora" : "classic");
  }

  private static Answer targets(String key, FinLoraRun run) {
    String modules = String.join(",", run.texts(key));
    return sets("lora.target.modules", modules.equals("all-linear") ? ALL_MODULES : modules);
  }

  private static Answer dropout(String key, FinLoraRun run) {
    return run.number(key) == 0
        ? sets("lora.dropout", "0")
        : ignored(
            "dropout is not supported: a stream is passed over once, and examples share the"
                + " computation of their prefix");
  }

  private static Answer dora(String key, FinLoraRun run) {
    return run.flag(key)
        ? ignored("Sluice trains LoRA without DoRA's magnitudes: expect another adapter")
        : alreadySo("Sluice trains LoRA without DoRA's magnitudes");
  }

  private static Answer kind(String key, FinLoraRun run) {
    String kind = run.text(key);
    return kind.equals("lora") || kind.equals("qlora")
        ? alreadySo("Sluice trains LoRA adapters")
        : ignored("Sluice trains LoRA adapters only");
  }

  /** All three keys say one thing together. */
  private static Answer quantization(String key, FinLoraRun run) {
    if (key.equals("quant_bits")) {
      return sets("compute.quantization", bits(run.text(key), run));
    }
    boolean eight = run.has("load_in_8bit") && run.flag("load_in_8bit");
    boolean four = run.has("load_in_4bit") && run.flag("load_in_4bit");
    if (eight && four && key.equals("load_in_4bit")) {
      run.problem("load_in_8bit and load_in_4bit are both true; keep one");
    }
    return sets("compute.quantization", eight ? "int8" : four ? "nf4" : "none");
  }

  private static String bits(String bits, FinLoraRun run) {
    return switch (bits) {
      case "8" -> "int8";
      case "4" -> "nf4";
      default -> {
        run.problem(
            "quant_bits must be 8 or 4, or left out for no quantization, but was '%s'"
                .formatted(bits));
        yield "none";
      }
    };
  }

  private static Answer fourBits(String key, FinLoraRun run) {
    return run.text(key).equals("nf4")
        ? alreadySo("Sluice's four bits are NF4")
        : ignored("Sluice's four bits are NF4");
  }

  /** A step of FinLoRA's is an update after some passes; Sluice takes its examples at once. */
  private static Answer batch(String key, FinLoraRun run) {
    if (run.has("batch_size") && run.has("micro_batch_size")) {
      run.problem("batch_size and micro_batch_size mean the same; keep one");
    }
    String size = run.has("batch_size") ? "batch_size" : "micro_batch_size";
    String accumulation = "gradient_accumulation_steps";
    long examples =
        (long) (run.has(size) ? run.positive(size) : DEFAULT_BATCH)
            * (run.has(accumulation) ? run.positive(accumulation) : DEFAULT_ACCUMULATION);
    return sets(
        "batch.max.examples", String.valueOf(examples), "batch size times accumulation steps");
  }

  private static Answer precision(String key, FinLoraRun run) {
    return run.text(key).equals("auto")
        ? sets("compute.precision", "auto")
        : sets("compute.precision", run.flag(key) ? "bf16" : "fp32");
  }
}
