package dev.sluice.app;

import picocli.CommandLine.Command;

/** What can be measured. */
@Command(
    name = "bench",
    description = "Measures how fast this machine trains.",
    subcommands = {BenchStepCommand.class},
    synopsisSubcommandLabel = "(step)",
    footer = {
      "  sluice bench step --model ./SmolLM2-135M --file rows.jsonl --rank 64",
    })
final class BenchCommand {}
