import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The most memory this process has had, in bytes. What it inherited from the one that started it does not count. */
export function peakMemory(): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))![1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

/** How long a run of Node takes from start to end, in seconds. */
export function processSeconds(args: readonly string[], cwd: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} failed: ${stderr}`);
  return (performance.now() - start) / 1000;
}

/** What an import costs over a process that imports nothing, in seconds. */
export function importSeconds(names: readonly string[], cwd: string): number {
  const script = (text: string) => processSeconds(["--input-type=module", "-e", text], cwd);
  const empty = script("");
  return script(names.map((name) => `import "${name}";`).join("\n")) - empty;
}
