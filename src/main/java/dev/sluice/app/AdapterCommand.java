package dev.sluice.app;

import picocli.CommandLine.Command;

/** What can be done with the adapters on the topics. */
@Command(
    name = "adapter",
    description = "Lists and fetches the adapters that trainers published, tries and merges them.",
    subcommands = {
      AdapterListCommand.class,
      AdapterPullCommand.class,
      AdapterTryCommand.class,
      AdapterMergeCommand.class,
    },
    synopsisSubcommandLabel = "(list | pull | try | merge)",
    footer = {
      "  sluice adapter list",
      "  sluice adapter pull --adapter sentiment --out ./sentiment",
      "  sluice adapter try --dir ./sentiment --prompt \"Is it good news? ...\"",
      "  sluice adapter merge --dir ./sentiment --out ./merged",
    })
final class AdapterCommand {}
