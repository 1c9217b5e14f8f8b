/**
 * The part of the build that tsc leaves: the code, which it has only checked and described. The engine becomes one file,
 * which loads several times as fast as the many of the source, and the entries of the package name parts of it; source
 * maps lead back to src, which the package holds. The libraries that the drawings and the command use go into the chunks
 * of those alone, their licences beside them, so that the installed package depends on none.
 */
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { leanTable } from "./lean-table.js";

const { exports, bin } = JSON.parse(readFileSync("package.json", "utf8"));
const files = [...Object.values<{ default?: string }>(exports).flatMap((e) => e.default ?? []), ...Object.values(bin)];
/** `nn/index` of `./dist/nn/index.js` */
const names = (files as string[]).map((file) => /^\.\/dist\/(.*)\.js$/.exec(file)![1]);

const bundle = await rolldown({
  input: Object.fromEntries(names.map((name) => [name, `src/${name}.ts`])),
  platform: "node",
  external: /^node:/,
  plugins: [leanTable],
  experimental: { nativeMagicString: true },
});
// names of chunks change with their text
rmSync("dist/chunks", { recursive: true, force: true });
const { output } = await bundle.write({
  dir: "dist",
  format: "esm",
  sourcemap: true,
  chunkFileNames: "chunks/[name]-[hash].js",
  codeSplitting: { groups: [{ name: "engine", test: /\/src\/(?!inspect\/|cli\/)/ }] },
  // the names of functions and classes stay: they are printed
  minify: { compress: false, mangle: { keepNames: true }, codegen: { removeWhitespace: true, asciiOnly: true } },
});
chmodSync(bin.rushlight, 0o755);

const bundled = output
  .flatMap((chunk) => (chunk.type === "chunk" ? Object.entries(chunk.modules) : []))
  .filter(([, { renderedLength }]) => renderedLength > 0)
  .flatMap(([path]) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
const notices = [...new Set(bundled)].sort().map((folder) => {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
});
const intro = "The chunks of inspect and of the command contain parts of these libraries.\n";
writeFileSync("dist/THIRD_PARTY_LICENSES.txt", [intro, ...notices].join(`\n${"-".repeat(80)}\n\n`));
