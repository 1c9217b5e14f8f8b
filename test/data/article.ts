import { readFileSync } from "node:fs";

/** The data set of examples/data, read without any library: its diagnoses and its 569 x 30 numbers. */
export function articleMatrix(): { diagnosis: string[]; X: number[][] } {
  const path = new URL("../../examples/data/breast-cancer.csv", import.meta.url);
  const rows = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  return { diagnosis: rows.map((row) => row[0]), X: rows.map((row) => row.slice(1).map(Number)) };
}
