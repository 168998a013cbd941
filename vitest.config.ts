import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/temporary-folder.ts"],
    // Where CI is set, commands colour what they print even into a pipe; tests compare plain text.
    env: { NO_COLOR: "1" },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Sandboxes and models want whole cores: more files at once than cores makes time limits fire for no fault of the code.
    maxWorkers: 2,
    reporters: ["default"],
  },
});
