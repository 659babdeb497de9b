package dev.sluice.app;

import picocli.CommandLine.Command;

/** What can be done with records that could not be used. */
@Command(
    name = "rejected",
    description = "Lists the records that could not be used, and sends them again.",
    subcommands = {RejectedListCommand.class, RejectedResendCommand.class},
    synopsisSubcommandLabel = "(list | resend)",
    footer = {
      "  sluice rejected list",
      "  sluice rejected resend --offset 0:17",
    })
final class RejectedCommand {}
