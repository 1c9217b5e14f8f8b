import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The most memory this process has had, in bytes. What it inherited from the one that started it does not count. */
export function peakMemory(): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))![1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

/**
 * How long a run of Node takes from start to end, in seconds. It goes without the certificates of a network, which Node 20
 * reads at every start: 30 ms.
 */
export function processSeconds(args: readonly string[], cwd: string): number {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8", env });
  if (status !== 0) throw new Error(`node ${args.join(" ")} failed: ${stderr}`);
  return (performance.now() - start) / 1000;
}

/** What a file that imports something costs over an empty file, in seconds. */
export function importSeconds(names: readonly string[], cwd: string): number {
  const file = join(cwd, ".import.mjs");
  const script = (text: string) => {
    writeFileSync(file, text);
    return processSeconds([file], cwd);
  };
  try {
    const empty = script("");
    return script(names.map((name) => `import "${name}";`).join("\n")) - empty;
  } finally {
    rmSync(file);
  }
}
