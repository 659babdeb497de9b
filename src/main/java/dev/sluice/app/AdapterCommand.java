package dev.sluice.app;

import picocli.CommandLine.Command;

/** What can be done with the adapters on the topics. */
@Command(
    name = "adapter",
    description = "Lists and fetches the adapters that trainers published.",
    subcommands = {AdapterListCommand.class, AdapterPullCommand.class},
    synopsisSubcommandLabel = "(list | pull)",
    footer = {
      "  sluice adapter list",
      "  sluice adapter pull --adapter sentiment --out ./sentiment",
    })
final class AdapterCommand {}
