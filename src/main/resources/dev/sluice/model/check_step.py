#!/usr/bin/env python3
"""Runs an exported training step with this machine's libtorch, checks it and times it.

usage: check_step.py [--device cuda:0] [--repeats 10] [DIRECTORY]

Needs torch and safetensors. Prints the largest relative difference of loss and gradient norms to what
Sluice computed, then milliseconds a step. Exit code 1 if they differ by more than the tolerance: by
default 1e-3, and 5e-2 for a step in bf16, whose rounding differs from device to device.
"""
import argparse
import pathlib
import statistics
import sys
import time

import torch
from safetensors.torch import load_file

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("directory", nargs="?", default=pathlib.Path(__file__).parent, type=pathlib.Path)
parser.add_argument("--device", default="cuda:0" if torch.cuda.is_available() else "cpu")
parser.add_argument("--repeats", type=int, default=10)
parser.add_argument("--tolerance", type=float)
options = parser.parse_args()

device = torch.device(options.device)
torch._C._set_graph_executor_optimize(False)
step = torch.jit.load(str(options.directory / "step.pt"), map_location=device)
tensors = load_file(str(options.directory / "step.safetensors"), device=str(device))


def parts(name):
    return [tensors[f"{name}.{i}"] for i in range(sum(key.startswith(name + ".") for key in tensors))]


def run():
    inputs = [tensors[name] for name in ("batch", "scalars", "updates")]
    return step(*inputs, *(parts(name) for name in ("frozen", "adapter", "mean", "square"))).cpu()


expected = tensors.pop("result").cpu()
result = run()
difference = ((result - expected).abs() / expected.abs().clamp(min=1e-6))[: 3 + len(parts("adapter"))].max().item()
print(f"loss {result[0]:.6f}, expected {expected[0]:.6f}; largest relative difference {difference:.2e}")
times = []
for _ in range(options.repeats):
    start = time.perf_counter()
    run()
    times.append(1e3 * (time.perf_counter() - start))
if times:
    print(f"milliseconds a step on {device}: median {statistics.median(times):.1f}, least {min(times):.1f}")
if device.type == "cuda":
    print(f"peak GPU memory: {torch.cuda.max_memory_allocated(device) / 2**20:.0f} MiB")
tolerance = options.tolerance
if tolerance is None:
    tolerance = 5e-2 if tensors["frozen.0"].dtype == torch.bfloat16 else 1e-3
sys.exit(0 if difference <= tolerance else 1)
