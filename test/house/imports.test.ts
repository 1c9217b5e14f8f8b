import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

/* The map of the house: which folder may import which, and no file imports itself by any way round. */

const layers: Record<string, readonly string[]> = {
  python: [],
  autograd: ["python"],
  tensor: ["python", "autograd"],
  nn: ["python", "autograd", "tensor"],
  optim: ["python", "autograd", "tensor"],
  lr_scheduler: ["python", "autograd", "tensor", "optim"],
  data: ["python", "autograd", "tensor"],
  io: ["python", "autograd", "tensor"],
  profiler: ["python", "autograd", "tensor", "io"],
  func: ["python", "autograd", "tensor", "nn"],
  swa_utils: ["python", "autograd", "tensor", "nn", "optim", "lr_scheduler"],
  inspect: ["python", "autograd", "tensor", "nn", "optim", "lr_scheduler", "data", "io"],
  cli: ["python", "autograd", "tensor", "nn", "optim", "lr_scheduler", "data", "io", "inspect", "swa_utils"],
  ".": ["python", "autograd", "tensor", "nn", "optim", "lr_scheduler", "data", "io", "func", "profiler", "swa_utils"],
};

/** Where a package may be imported: the build bundles the one, the others run in Node. */
const packages: Record<string, RegExp> = {
  "inspect/libraries.ts": /^d3-/,
  "cli/main.ts": /^node:/,
  "cli/lr.ts": /^node:/,
};

type Graph = Map<string, readonly string[]>;

function readGraph(): Graph {
  // the source of the WebAssembly modules is another language, and imports nothing from outside
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter(
    (f) => f.endsWith(".ts") && !f.includes("/assembly/"),
  );
  return new Map(files.map((file) => [file, importsOf(file, readFileSync(join("src", file), "utf8"))]));
}

function importsOf(file: string, text: string): string[] {
  const specifiers = [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)"|^import "([^"]+)"/gms)].map(
    (m) => m[1] ?? m[2],
  );
  return specifiers.map((s) => (s.startsWith(".") ? normalize(join(dirname(file), s)).replace(/\.js$/, ".ts") : s));
}

const layerOf = (file: string): string => (file.includes("/") ? file.split("/")[0] : ".");

function strays(graph: Graph): string[] {
  return [...graph].flatMap(([file, imports]) =>
    imports
      .filter((to) => layerOf(to) !== layerOf(file) || !graph.has(to))
      .filter((to) => !packages[file]?.test(to))
      .filter((to) => !graph.has(to) || !layers[layerOf(file)]?.includes(layerOf(to)))
      .map((to) => `${file} -> ${to}`),
  );
}

/** A path from some file back to itself, if there is one. */
function cycle(graph: Graph): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    path.push(file);
    for (const to of graph.get(file) ?? []) {
      const found = visit(to);
      if (found) return found;
    }
    path.pop();
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const found = visit(file);
    if (found) return found;
  }
  return null;
}

describe("imports", () => {
  const graph = readGraph();

  it("are all read", () => {
    expect(graph.size).toBeGreaterThan(40);
    expect(graph.get("tensor/op.ts")).toContain("tensor/tensor.ts");
    expect(graph.get("tensor/index.ts")).toContain("tensor/methods.ts");
  });

  it("run one way between the folders, and never to a package", () => {
    expect(strays(graph)).toEqual([]);
  });

  it("make no cycle", () => {
    expect(cycle(graph)).toBeNull();
  });

  it("would be caught if they strayed", () => {
    const bad = (file: string, to: string): Graph => new Map([...graph, [file, [...(graph.get(file) ?? []), to]]]);
    expect(strays(bad("tensor/op.ts", "nn/module.ts"))).toEqual(["tensor/op.ts -> nn/module.ts"]);
    expect(strays(bad("autograd/node.ts", "tensor/tensor.ts"))).toHaveLength(1);
    expect(strays(bad("data/index.ts", "papaparse"))).toHaveLength(1);
    expect(strays(bad("inspect/index.ts", "d3-scale"))).toHaveLength(1);
    expect(strays(bad("io/files.ts", "node:fs"))).toHaveLength(1);
    expect(cycle(bad("tensor/shape.ts", "tensor/op.ts"))).not.toBeNull();
  });
});
