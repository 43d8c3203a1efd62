import { defineConfig } from 'vitest/config';

export const config = defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The machine's servers and the tests share its processors.
    maxWorkers: 2,
  },
});

// biome-ignore lint/style/noDefaultExport: vitest asks for one
export default config;
