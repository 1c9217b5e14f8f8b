import { lr, lrHelp } from "./lr.js";
import type { Terminal } from "./terminal.js";
import { UsageError } from "./usage_error.js";

const help = `Usage: rushlight COMMAND [options]

Commands:
  lr SCHEDULE...   draw learning rate schedules

  rushlight COMMAND --help tells more of a command.
  rushlight --version prints the version.`;

/** Where a command's texts go. */
export interface Streams {
  out(text: string): void;
  error(text: string): void;
}

/**
 * Runs a command line.
 *
 * @returns the exit code: 0, or 1 after a mistake
 */
export function run(args: readonly string[], terminal: Terminal, streams: Streams, version: string): number {
  try {
    streams.out(output(args, terminal, version));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    streams.error(args.length === 0 ? error.message : `error: ${error.message}`);
    return 1;
  }
}

function output([command, ...rest]: readonly string[], terminal: Terminal, version: string): string {
  if (command === "lr") return lr(rest, terminal);
  if (command === "help") return rest[0] === "lr" ? lrHelp : help;
  if (command === "--help" || command === "-h") return help;
  if (command === "--version" || command === "-V") return version;
  throw new UsageError(command === undefined ? help : `there is no command '${command}'; rushlight --help lists them`);
}
