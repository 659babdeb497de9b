package dev.sluice.app;

import picocli.CommandLine.Command;

/** What can be done with base models. */
@Command(
    name = "model",
    description = "Fetches base models, tells what training them takes, exports a step.",
    subcommands = {
      ModelFetchCommand.class,
      ModelInspectCommand.class,
      ModelExportStepCommand.class
    },
    synopsisSubcommandLabel = "(fetch | inspect | export-step)",
    footer = {
      "  sluice model fetch HuggingFaceTB/SmolLM2-135M",
      "  sluice model inspect HuggingFaceTB/SmolLM2-135M",
    })
final class ModelCommand {}
