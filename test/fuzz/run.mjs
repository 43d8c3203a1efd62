// `npm run fuzz [TARGET|all [SECONDS [SEED]]]`: the long search, each target for so many seconds (10 by default).

import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const directory = mkdtempSync(join(tmpdir(), 'sshdrift-fuzz-'));
const outfile = join(directory, 'search.cjs');
await build({
  entryPoints: [fileURLToPath(new URL('search.ts', import.meta.url))],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.18',
  external: ['cpu-features', '*.node'],
  logLevel: 'warning',
});
const { status } = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
