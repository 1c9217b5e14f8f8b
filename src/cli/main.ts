#!/usr/bin/env node
import { readFileSync, writeFileSync } from "node:fs";
import { run } from "./run.js";
import { UsageError } from "./usage_error.js";

/* The command `rushlight`; in the repository `npx tsx src/cli/main.ts`. */

const { stdout, stderr, env } = process;
// who reads the output may stop reading: `rushlight lr ... | head`
stdout.on("error", () => process.exit(0));

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const wantsColor = (stdout.isTTY && env.TERM !== "dumb") || Boolean(env.FORCE_COLOR);

process.exitCode = run(
  process.argv.slice(2),
  {
    writeFile: (path, text) => {
      try {
        writeFileSync(path, text);
      } catch (error) {
        throw new UsageError(`cannot write ${path}: ${(error as Error).message.replace(/, open .*$/, "")}`);
      }
    },
    columns: stdout.columns ?? 80,
    rows: stdout.rows ?? 25,
    color: wantsColor && !env.NO_COLOR,
  },
  { out: (text) => void stdout.write(`${text}\n`), error: (text) => void stderr.write(`${text}\n`) },
  version,
);
