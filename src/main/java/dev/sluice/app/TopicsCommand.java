package dev.sluice.app;

import picocli.CommandLine.Command;

/** Sets up Kafka for Sluice. */
@Command(
    name = "topics",
    description = "Creates and checks the topics.",
    subcommands = {TopicsCreateCommand.class, TopicsCheckCommand.class},
    synopsisSubcommandLabel = "(create | check)",
    footer = {
      "  sluice topics create --adapter sentiment",
      "  sluice topics check --config sluice.yaml",
    })
final class TopicsCommand {}
