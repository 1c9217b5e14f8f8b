// before the types of assemblyscript, which have a console of their own
/// <reference types="node" />

/**
 * Compiles the kernels of src/tensor/kernels/wasm/assembly, which are AssemblyScript, and writes them as base64 with the
 * types of their exports: `npm run wasm`. Each kernel module is a file there; all of them import one memory.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import asc from "assemblyscript/asc";

const folder = "src/tensor/kernels/wasm";

/**
 * The modules, each with its optimization level. `relaxed` ones are compiled a second time with relaxed SIMD, where
 * `ASC_FEATURE_RELAXED_SIMD` is true.
 */
const modules: Record<string, { optimize: 0 | 1 | 2 | 3; relaxed?: boolean }> = {
  products: { optimize: 0, relaxed: true },
  depthwise: { optimize: 3 },
  pooling: { optimize: 3 },
  resampling: { optimize: 3 },
  unary: { optimize: 3 },
  functions: { optimize: 3 },
  piecewise: { optimize: 3 },
  binary: { optimize: 3 },
  combined: { optimize: 3 },
  compare: { optimize: 3 },
  activations: { optimize: 3 },
  derivatives: { optimize: 3 },
  reduce: { optimize: 3 },
  extremes: { optimize: 3 },
  losses: { optimize: 3 },
  softmax: { optimize: 3 },
  recurrent: { optimize: 3 },
  optimizers: { optimize: 3 },
  layernorm: { optimize: 3 },
  batchnorm: { optimize: 3 },
  movement: { optimize: 3 },
  random: { optimize: 3 },
};

/** One compiled module: its bytes, and the declaration that the compiler writes of its exports. */
interface Compiled {
  bytes: Uint8Array;
  declaration: string;
}

/** Compiles one of the modules. */
export async function compile(name: string, relaxed: boolean): Promise<Compiled> {
  const written = new Map<string, Uint8Array | string>();
  const { optimize } = modules[name];
  const { error, stderr } = await asc.main(
    [
      `${folder}/assembly/${name}.ts`,
      ...["--outFile", "out.wasm", "--bindings", "raw", "--runtime", "stub", "--optimizeLevel", String(optimize)],
      ...["--importMemory", "--noExportMemory", "--initialMemory", "1", "--maximumMemory", "65536"],
      ...["--runPasses", "simplify-globals,remove-unused-module-elements"],
      ...["--enable", "simd", "--noAssert", ...(relaxed ? ["--enable", "relaxed-simd"] : [])],
    ],
    { writeFile: (file, contents) => void written.set(file, contents) },
  );
  if (error) throw new Error(`${name} does not compile:\n${stderr}`);
  const bytes = written.get("out.wasm") as Uint8Array;
  checkStateless(name, bytes);
  return { bytes, declaration: String(written.get("out.d.ts")) };
}

/** Kernels keep nothing between calls, so that a module may run in many threads over one memory. */
function checkStateless(name: string, bytes: Uint8Array): void {
  const sections = { 6: "a global", 8: "a start function", 11: "data" };
  // a section is its number, its length as a LEB128 and that many bytes; they begin behind the 8 bytes of the header
  for (let at = 8; at < bytes.length; ) {
    const section = bytes[at++];
    let length = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = bytes[at++];
      length |= (byte & 0x7f) << shift;
    }
    if (section in sections) throw new Error(`${name} has ${sections[section as keyof typeof sections]}`);
    at += length;
  }
}

/** All of the source. */
function sources(): string {
  const files = readdirSync(`${folder}/assembly`)
    .filter((file) => file.endsWith(".ts"))
    .sort();
  return files.map((file) => readFileSync(`${folder}/assembly/${file}`, "utf8")).join("");
}

/** Tells one state of the source and of the options from another. */
export function fingerprint(): string {
  return createHash("sha256").update(sources()).update(JSON.stringify(modules)).digest("hex").slice(0, 16);
}

/** The exports of a module as an interface, with the comments of the source. */
function interfaceOf(name: string, declaration: string): string {
  const comments = new Map(
    [...sources().matchAll(/(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\nexport function (\w+)/g)].map((m) => [m[2], m[1]]),
  );
  const members = [...declaration.matchAll(/export function (\w+)(\([^)]*\): \w+);/g)].map(([, f, rest]) => {
    const comment = comments.get(f);
    if (!comment) throw new Error(`${name}: ${f} has no comment`);
    return `${comment.replace(/^/gm, "  ")}\n  ${f}${rest};\n`;
  });
  const title = `${name[0].toUpperCase()}${name.slice(1)}Kernels`;
  return `/** The exports of assembly/${name}.ts. */\nexport interface ${title} {\n${members.join("")}}\n`;
}

/** The bytes as base64. A getter's text is skimmed when the package loads, and read when it is called. */
const field = (name: string, bytes: Uint8Array): string =>
  `    get ${name}() {\n      return "${Buffer.from(bytes).toString("base64")}";\n    },\n`;

/** The text of the generated files, by name. */
export async function generate(): Promise<Record<string, string>> {
  const head = `// Written by \`npm run wasm\` from the files of assembly/; of their state ${fingerprint()}.\n\n`;
  const binaries: string[] = [];
  const types: string[] = [];
  for (const [name, { relaxed }] of Object.entries(modules)) {
    const plain = await compile(name, false);
    types.push(interfaceOf(name, plain.declaration));
    const names = [...plain.declaration.matchAll(/export function (\w+)/g)].map((m) => m[1]);
    const fields = [`    exports: ${JSON.stringify(names.join(" "))},\n`, field("plain", plain.bytes)];
    if (relaxed) fields.push(field("relaxed", (await compile(name, true)).bytes));
    binaries.push(`  ${name}: {\n${fields.join("")}  },\n`);
  }
  const all = Object.keys(modules).map((name) => `${name[0].toUpperCase()}${name.slice(1)}Kernels`);
  return {
    [`${folder}/binary.ts`]:
      `${head}/** The compiled modules in base64; \`relaxed\` is there where relaxed SIMD changes anything. */\n` +
      "export const binaries: Record<string, { exports: string; plain: string; relaxed?: string }> = {\n" +
      `${binaries.join("")}};\n`,
    [`${folder}/exports.ts`]: `${head}${types.join("\n")}\n/** All kernels. */\nexport interface Kernels extends ${all.join(", ")} {}\n`,
  };
}

if (process.argv[1]?.endsWith("wasm.ts")) {
  for (const [file, text] of Object.entries(await generate())) writeFileSync(file, text);
}
