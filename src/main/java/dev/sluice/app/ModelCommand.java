package dev.sluice.app;

import picocli.CommandLine.Command;

/** What can be done with base models. */
@Command(
    name = "model",
    description = "Fetches base models.",
    subcommands = {ModelFetchCommand.class},
    synopsisSubcommandLabel = "(fetch)",
    footer = {
      "  sluice model fetch HuggingFaceTB/SmolLM2-135M",
    })
final class ModelCommand {}
