import { defineConfig } from 'vitest/config';

export const config = defineConfig({
  test: {
    // Tests that start neither servers nor the built program: every mutant runs those that reach it.
    include: ['test/{domain,render,engine}/**/*.test.ts', 'test/io/git-log.test.ts'],
    exclude: [
      '**/*.browser.test.ts',
      '**/*.openssh.test.ts',
      'test/domain/{kubernetes,grafana,completion}/**',
      'test/domain/probe/{probe,processes,command,forced-command}.test.ts',
      'test/engine/check.test.ts',
      'test/render/{text-safety,terminal,patch}.test.ts',
    ],
    testTimeout: 30_000,
    maxWorkers: 1,
  },
});

// biome-ignore lint/style/noDefaultExport: vitest asks for one
export default config;
