import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the peers are installed; the process starts in the root of the repository. */
export const folder = join(process.cwd(), "bench", "peers");

/** The installed version of a package. */
export function versionOf(name: string): string {
  return JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")).version;
}
