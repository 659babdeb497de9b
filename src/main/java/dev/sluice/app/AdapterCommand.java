package dev.sluice.app;

import picocli.CommandLine.Command;

/** What can be done with the adapters on the topics. */
@Command(
    name = "adapter",
    description =
        "Lists, fetches, checks, rebuilds, releases and trims the adapters that trainers"
            + " published.",
    // One line a command, in the order of --help.
    subcommands = {
      AdapterListCommand.class,
      AdapterPullCommand.class,
      AdapterVerifyCommand.class,
      AdapterRebuildCommand.class,
      AdapterReleaseCommand.class,
      AdapterRollbackCommand.class,
      AdapterTrimCommand.class,
    },
    synopsisSubcommandLabel = "(list | pull | verify | rebuild | release | rollback | trim)",
    footer = {
      "  sluice adapter list",
      "  sluice adapter pull --adapter sentiment --out ./sentiment",
      "  sluice adapter release --adapter sentiment --adapter-version 12",
    })
final class AdapterCommand {}
