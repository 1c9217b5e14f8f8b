/**
 * The part of the build that tsc leaves: puts the libraries that the drawings use into dist/inspect/libraries.js, so that
 * the installed package depends on none, their licences beside them, and makes the command of src/cli one file.
 */
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const shared = { bundle: true, format: "esm", target: "es2022", legalComments: "none", logLevel: "warning" } as const;

const { metafile } = await build({
  ...shared,
  entryPoints: ["src/inspect/libraries.ts"],
  outfile: "dist/inspect/libraries.js",
  metafile: true,
});
// these speak of packages that are not there; no other declaration refers to them
for (const left of ["libraries.d.ts", "libraries.d.ts.map", "libraries.js.map"]) {
  rmSync(join("dist/inspect", left), { force: true });
}
const bundled = Object.entries(metafile.outputs["dist/inspect/libraries.js"].inputs)
  .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  .flatMap(([path]) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
const notices = [...new Set(bundled)].sort().map((folder) => {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
});
const intro = "dist/inspect/libraries.js contains parts of these libraries.\n";
writeFileSync("dist/THIRD_PARTY_LICENSES.txt", [intro, ...notices].join(`\n${"-".repeat(80)}\n\n`));

const command = "dist/cli/main.js";
await build({
  ...shared,
  entryPoints: ["src/cli/main.ts"],
  outfile: command,
  platform: "node",
  plugins: [
    {
      name: "the rest of the package stays where it is",
      setup({ onResolve }) {
        onResolve({ filter: /^\.\.\// }, ({ path, resolveDir }) => {
          if (!resolveDir.endsWith(dirname("src/cli/main.ts"))) throw new Error(`src/cli is one folder: ${resolveDir}`);
          return { path, external: true };
        });
      },
    },
  ],
});
chmodSync(command, 0o755);
