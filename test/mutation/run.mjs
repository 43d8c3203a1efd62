// `npm run mutate [FILE…]`: changes the domain's code in every small way and says which changes no test notices. It works
// in a copy with packages of its own, because Stryker is far larger than all that the project needs otherwise.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
// The last one for Node 20.
const VERSION = '9.6.1';
const named = process.argv.slice(2);

const copy = mkdtempSync(join(tmpdir(), 'sshdrift-mutate-'));
for (const file of execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0'))
  if (file !== '') cpSync(join(ROOT, file), join(copy, file));
const npm = (...args) =>
  execFileSync('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: copy,
    stdio: 'inherit',
  });
npm('ci');
npm('install', '--no-save', ...['core', 'vitest-runner'].map(name => `@stryker-mutator/${name}@${VERSION}`));
writeFileSync(
  join(copy, 'stryker.config.json'),
  JSON.stringify({
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
    mutate:
      named.length > 0 ? named : ['src/domain/**/*.ts', '!src/domain/{kubernetes,grafana,completion}/**'],
    coverageAnalysis: 'perTest',
    // A text or a table that is read when a module loads would need a process of its own for every change.
    ignoreStatic: true,
    concurrency: 1,
    inPlace: true,
    timeoutMS: 8000,
    timeoutFactor: 3,
    reporters: ['clear-text', 'html', 'json'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  }),
);
console.log(`in ${copy}; the report will be in reports/mutation`);
process.exitCode = spawnSync('npx', ['stryker', 'run'], { cwd: copy, stdio: 'inherit' }).status ?? 1;
