package dev.sluice.app;

import picocli.CommandLine.Command;

/** What can be done with the adapters on the topics. */
@Command(
    name = "adapter",
    description = "Lists, fetches, checks and rebuilds the adapters that trainers published.",
    subcommands = {
      AdapterListCommand.class,
      AdapterPullCommand.class,
      AdapterVerifyCommand.class,
      AdapterRebuildCommand.class,
    },
    synopsisSubcommandLabel = "(list | pull | verify | rebuild)",
    footer = {
      "  sluice adapter list",
      "  sluice adapter pull --adapter sentiment --out ./sentiment",
    })
final class AdapterCommand {}
