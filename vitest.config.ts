import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("./src", import.meta.url));

export default defineConfig({
  test: { include: ["test/**/*.test.ts"], setupFiles: ["test/setup.ts"], testTimeout: 60_000 },
  resolve: {
    alias: [
      { find: /^rushlight$/, replacement: `${src}/index.ts` },
      { find: /^rushlight\/(functional|init)$/, replacement: `${src}/nn/$1.ts` },
      { find: /^rushlight\/(\w+)$/, replacement: `${src}/$1/index.ts` },
    ],
  },
});
