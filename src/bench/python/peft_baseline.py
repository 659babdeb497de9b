#!/usr/bin/env python3
"""Times training steps of Transformers and PEFT: what one would run instead of Sluice.

Rows are {"context", "target"}, one JSON object a line; prompt and completion are encoded apart, the completion
ends with end-of-text and alone carries loss. Tokenising is not timed, and the first two steps warm up. Prints one
line of JSON.
"""

import argparse
import json
import resource
import time
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoTokenizer

WARM_UP = 2
IGNORED = -100
GROUP = 4
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="directory of the base model")
    parser.add_argument("rows", type=Path, help="JSON Lines file")
    parser.add_argument("--dtype", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16, help="examples a step")
    parser.add_argument("--steps", type=int, default=12, help="steps, two of them to warm up")
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument(
        "--best",
        action="store_true",
        help=f"logits of target tokens only, and examples sorted by length into groups of {GROUP}",
    )
    parser.add_argument("--save-start", metavar="DIR", help="save the adapter as it is before the first step")
    options = parser.parse_args()
    if options.steps <= WARM_UP or options.batch < 1:
        parser.error(f"--steps must be above {WARM_UP} and --batch at least 1")
    return options


def load(options):
    dtype = torch.bfloat16 if options.dtype == "bf16" else torch.float32
    base = AutoModelForCausalLM.from_pretrained(options.model, dtype=dtype, attn_implementation="sdpa")
    torch.manual_seed(3)
    model = get_peft_model(
        base,
        LoraConfig(
            task_type="CAUSAL_LM",
            r=options.rank,
            lora_alpha=16,
            use_rslora=True,
            lora_dropout=0.0,
            target_modules=TARGETS,
        ),
    )
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
    return model.train()


def encode(tokenizer, row):
    """Token ids of an example, and its labels."""
    prompt = tokenizer(row["context"], add_special_tokens=False).input_ids
    completion = tokenizer(row["target"], add_special_tokens=False).input_ids + [tokenizer.eos_token_id]
    return prompt + completion, [IGNORED] * len(prompt) + completion


def batches(tokenizer, options):
    """A list of encoded examples for each step."""
    needed = options.steps * options.batch
    with options.rows.open(encoding="utf-8") as lines:
        examples = [encode(tokenizer, json.loads(line)) for line, _ in zip(lines, range(needed))]
    if len(examples) < needed:
        raise SystemExit(f"{options.rows} has {len(examples)} rows, but {needed} are needed")
    return [examples[i : i + options.batch] for i in range(0, needed, options.batch)]


def padded(rows, value):
    longest = max(map(len, rows))
    return torch.tensor([row + [value] * (longest - len(row)) for row in rows])


def summed_loss(model, group, best):
    """The sum of the cross-entropies of a group's target tokens."""
    ids = padded([ids for ids, _ in group], 0)
    mask = padded([[1] * len(ids) for ids, _ in group], 0)
    labels = padded([labels for _, labels in group], IGNORED)[:, 1:]
    if not best:
        logits = model(input_ids=ids, attention_mask=mask).logits[:, :-1]
        return cross_entropy(logits.flatten(0, 1).float(), labels.flatten(), ignore_index=IGNORED, reduction="sum")
    causal = model.get_base_model()
    hidden = causal.model(input_ids=ids, attention_mask=mask).last_hidden_state[:, :-1]
    wanted = labels != IGNORED
    return cross_entropy(causal.lm_head(hidden[wanted]).float(), labels[wanted], reduction="sum")


def groups_of(examples, best):
    if not best:
        return [examples]
    by_length = sorted(examples, key=lambda example: len(example[0]))
    return [by_length[i : i + GROUP] for i in range(0, len(by_length), GROUP)]


def step(model, optimizer, parameters, examples, options):
    """Trains on one batch and returns its mean loss."""
    targets = sum(label != IGNORED for _, labels in examples for label in labels)
    optimizer.zero_grad()
    total = 0.0
    for group in groups_of(examples, options.best):
        with torch.autocast("cpu", torch.bfloat16, enabled=options.dtype == "bf16"):
            loss = summed_loss(model, group, options.best) / targets
        loss.backward()
        total += loss.item()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    return total


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    model = load(options)
    if options.save_start:
        model.save_pretrained(options.save_start)
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=options.lr, weight_decay=0.01, fused=True)

    seconds, losses, tokens = [], [], []
    for examples in batches(tokenizer, options):
        start = time.perf_counter()
        losses.append(step(model, optimizer, parameters, examples, options))
        seconds.append(time.perf_counter() - start)
        tokens.append(sum(len(ids) for ids, _ in examples))

    timed = sorted(seconds[WARM_UP:])
    median = timed[len(timed) // 2]
    print(
        json.dumps(
            {
                "dtype": options.dtype,
                "best": options.best,
                "rank": options.rank,
                "batch": options.batch,
                "steps": len(timed),
                "threads": options.threads,
                "ms_step": round(median * 1e3),
                "examples_s": round(options.batch / median, 2),
                "tokens_s": round(sum(tokens[WARM_UP:]) / sum(timed), 1),
                "summed_s": round(sum(timed), 3),
                "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "losses": [round(loss, 6) for loss in losses],
            }
        )
    )


if __name__ == "__main__":
    main()
