import { fileURLToPath } from "node:url";

/** The folder of the repository, where every contender starts. */
export const root = fileURLToPath(new URL("..", import.meta.url));
