import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/* docs/reading-the-source.md leads through files and names: they must be where it says. */

const text = readFileSync("docs/reading-the-source.md", "utf8");

/** Each file the text names, with the names it mentions just before: "`map2` in `src/tensor/kernels/map.ts`". */
const places = [...text.matchAll(/`([\w.]+)`(?:\s+of\s+`\w+`)?\s+(?:in\s+|\()`(src\/[\w/.]+)`/g)].map(
  (m) => [m[1], m[2]] as const,
);
const files = [...text.matchAll(/`((?:src|test)\/[\w/.]+\.ts)`/g)].map((m) => m[1]);

describe("the path through the source", () => {
  it("names files that exist", () => {
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  it("names what stands in them", () => {
    expect(places.length).toBeGreaterThan(7);
    for (const [name, file] of places)
      expect(readFileSync(file, "utf8"), `${name} in ${file}`).toMatch(new RegExp(`\\b${name}\\b`));
    expect(readFileSync("src/tensor/shape.ts", "utf8")).not.toMatch(/\bmap2\b/);
  });
});
