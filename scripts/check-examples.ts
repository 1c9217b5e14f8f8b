/** Runs every script in examples/ as README says to, with its own defaults, and fails with the first that fails. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";

for (const file of readdirSync("examples").filter((name) => name.endsWith(".ts"))) {
  const out = execFileSync("npx", ["tsx", `examples/${file}`], { encoding: "utf8" });
  console.log(`${file}: ${out.trimEnd().split("\n").at(-1)}`);
}
