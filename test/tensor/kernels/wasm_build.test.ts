import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { compile, fingerprint } from "../../../scripts/wasm.js";
import { binaries } from "../../../src/tensor/kernels/wasm/binary.js";

it("the committed modules are of the state that their source is in", () => {
  // `npm run wasm` writes them
  for (const file of ["binary.ts", "exports.ts"]) {
    expect(readFileSync(`src/tensor/kernels/wasm/${file}`, "utf8")).toContain(`of their state ${fingerprint()}.`);
  }
});

it("a module is what its source compiles to", async () => {
  // one of them; all would take too long
  const { bytes } = await compile("combined", false);
  expect(binaries.combined.plain).toBe(Buffer.from(bytes).toString("base64"));
});
