/** Who is measured: Rushlight, every Python with PyTorch, the peers that are installed. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { root } from "./root.js";

/** Something that offers workloads, see `worker.ts`. */
export interface Contender {
  readonly name: string;
  readonly kind: "ours" | "pytorch" | "peer";
  readonly version: string;
  /** Can it use more than one thread? */
  readonly threads: boolean;
  readonly names: readonly string[];
  readonly command: readonly string[];
}

/** The programs named in an environment variable, with commas between; or those that are tried without it. */
function programs(variable: string, tried: readonly string[]): readonly string[] {
  const given = process.env[variable];
  return given ? given.split(",") : tried;
}

/** Asks a program what it offers; `null` if it cannot run. */
function ask(kind: Contender["kind"], command: string[], name: (version: string) => string): Contender | null {
  try {
    const output = execFileSync(command[0], [...command.slice(1), "--list"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const offer = JSON.parse(output.trim().split("\n").at(-1)!) as Pick<Contender, "version" | "threads" | "names">;
    return { ...offer, kind, command, name: name(offer.version) };
  } catch {
    return null;
  }
}

async function ours(): Promise<Contender[]> {
  await bundle("bench/.build", { rushlight: "bench/workloads/main.ts", "breast-cancer": "examples/breast-cancer.ts" });
  return programs("NODES", [process.execPath]).map((node) => {
    const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
    const suffix = version === process.version ? "" : ` on Node ${version.slice(1).split(".")[0]}`;
    const contender = ask("ours", [node, "bench/.build/rushlight.js"], () => `Rushlight${suffix}`);
    if (!contender) throw new Error("Rushlight does not run: npm run build shows why");
    return contender;
  });
}

function pytorch(notes: string[]): Contender[] {
  const found = programs("PYTHON", ["python3", "/usr/bin/python3"]).flatMap((python) => {
    const name = (version: string) => `PyTorch ${version.replace(/(\.\d+)\..*/, "$1")}`;
    return ask("pytorch", [python, "bench/pytorch.py"], name) ?? [];
  });
  if (found.length === 0) notes.push("without PyTorch: PYTHON=path[,path] names a Python that has it");
  return found;
}

async function peers(notes: string[]): Promise<Contender[]> {
  const files = readdirSync(`${root}bench/peers`).flatMap((file) => /^(\w+)\.ts$/.exec(file)?.[1] ?? []);
  await bundle("bench/peers/.build", Object.fromEntries(files.map((file) => [file, `bench/peers/${file}.ts`])));
  const asked = files.map((file) => {
    const name = file.replaceAll("_", "-");
    return { name, contender: ask("peer", [process.execPath, `bench/peers/.build/${file}.js`], () => name) };
  });
  const missing = asked.filter(({ contender }) => contender === null).map(({ name }) => name);
  if (missing.length > 0) {
    notes.push(`not installed: ${missing.join(", ")}; npm --prefix bench/peers ci installs the peers`);
  }
  return asked.flatMap(({ contender }) => contender ?? []);
}

/** All contenders at hand, and what to tell about those that are not. */
export async function contenders(): Promise<{ found: Contender[]; notes: string[] }> {
  const notes: string[] = [];
  return { found: [...(await ours()), ...pytorch(notes), ...(await peers(notes))], notes };
}

/** Makes JavaScript of TypeScript; packages stay where they are installed. */
async function bundle(outdir: string, entryPoints: Record<string, string>): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    // the packages as they are built, not the sources that the paths of tsconfig.json name
    tsconfigRaw: {},
    logLevel: "warning",
  });
}

/** Who is not warm or done within as many seconds is left out. */
const PATIENCE = 40;

/** A contender at work on one workload. */
export class Session {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private complaint = "";

  constructor(
    readonly contender: Contender,
    readonly threads: number,
    workload: string,
    seconds: number,
    points: readonly number[] = [],
  ) {
    const [program, ...args] = contender.command;
    this.child = spawn(program, [...args, workload, ...[threads, seconds, ...points].map(String)], { cwd: root });
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.complaint += text;
    });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Waits until it is warm; returns why it cannot do this workload, or `null`. */
  async ready(): Promise<string | null> {
    const { failed } = await this.read();
    this.child.kill("SIGSTOP");
    return failed ?? null;
  }

  /** One measurement, or why there is none. Between its turns it stands still: some threads never rest. */
  async measure(): Promise<number[] | string> {
    this.child.kill("SIGCONT");
    this.child.stdin.write("\n");
    const { values, failed } = await this.read();
    this.child.kill("SIGSTOP");
    return values ?? failed ?? "it said nothing";
  }

  close(): void {
    this.child.kill("SIGKILL");
  }

  private async read(): Promise<{ values?: number[]; failed?: string }> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.close();
    }, PATIENCE * 1000);
    try {
      for (;;) {
        const { value, done } = await this.lines.next();
        if (late) return { failed: `it takes more than ${PATIENCE} seconds` };
        if (done) return { failed: this.complaint.trim().split("\n").at(-1) || "it ended without a word" };
        // a library may print as well
        if (value.startsWith("{")) return JSON.parse(value);
      }
    } finally {
      clearTimeout(timer);
    }
  }
}
