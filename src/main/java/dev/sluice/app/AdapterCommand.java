package dev.sluice.app;

import picocli.CommandLine.Command;

/** What can be done with the adapters on the topics. */
@Command(
    name = "adapter",
    description =
        "Lists, fetches, tries, merges, checks, rebuilds, releases and trims the adapters that"
            + " trainers published.",
    // One line a command, in the order of --help.
    subcommands = {
      AdapterListCommand.class,
      AdapterPullCommand.class,
      AdapterTryCommand.class,
      AdapterMergeCommand.class,
      AdapterVerifyCommand.class,
      AdapterRebuildCommand.class,
      AdapterReleaseCommand.class,
      AdapterRollbackCommand.class,
      AdapterTrimCommand.class,
    },
    synopsisSubcommandLabel =
        "(list | pull | try | merge | verify | rebuild | release | rollback | trim)",
    footer = {
      "  sluice adapter list",
      "  sluice adapter pull --adapter sentiment --out ./sentiment",
      "  sluice adapter release --adapter sentiment --adapter-version 12",
      "  sluice adapter try --dir ./sentiment --prompt \"Is it good news? ...\"",
      "  sluice adapter merge --dir ./sentiment --out ./merged",
    })
final class AdapterCommand {}
