/**
 * Runs every script in examples/ as README says to, and fails with the first that fails. A script whose defaults take long
 * says in its first line with what arguments to check it: `// check: --epochs 2`.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

for (const file of readdirSync("examples").filter((name) => name.endsWith(".ts"))) {
  const [, args = ""] = /^\/\/ check: (.*)/.exec(readFileSync(`examples/${file}`, "utf8")) ?? [];
  const out = execFileSync("npx", ["tsx", `examples/${file}`, ...args.split(" ").filter(Boolean)], {
    encoding: "utf8",
  });
  console.log(`${file}: ${out.trimEnd().split("\n").at(-1)}`);
}
