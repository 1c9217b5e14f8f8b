import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { generate } from "../../../scripts/wasm.js";

it("the committed modules are what their source compiles to", async () => {
  const files = Object.entries(await generate());
  expect(files.length).toBeGreaterThan(1);
  // `npm run wasm` writes them
  for (const [file, text] of files) expect(readFileSync(file, "utf8") === text, file).toBe(true);
});
