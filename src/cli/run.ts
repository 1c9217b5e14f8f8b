import { lr, lrHelp } from "./lr.js";
import type { Terminal } from "./terminal.js";
import { UsageError } from "./usage_error.js";

const help = `Usage: rushlight COMMAND [options]

Commands:
  lr SCHEDULE...   draw learning rate schedules

  rushlight COMMAND --help tells more of a command.
  rushlight --version prints the version.`;

/**
 * Runs a command line.
 *
 * @returns the exit code: 0, or 1 after a mistake, which `complain` was told
 */
export function run(
  args: readonly string[],
  terminal: Terminal,
  complain: (text: string) => void,
  version: string,
): number {
  const [command, ...rest] = args;
  try {
    if (command === "lr") lr(rest, terminal);
    else if (command === "help") terminal.out(rest[0] === "lr" ? lrHelp : help);
    else if (command === "--help" || command === "-h") terminal.out(help);
    else if (command === "--version" || command === "-V") terminal.out(version);
    else
      throw new UsageError(
        command === undefined ? help : `there is no command '${command}'; rushlight --help lists them`,
      );
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(command === undefined ? error.message : `error: ${error.message}`);
    return 1;
  }
}
