// The bundle under every line of Node that is supported. `.ci/run` fetches them; elsewhere it is the one that runs this.

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MAIN } from './support/cli.ts';

/** A directory with one executable for each version. */
const NODES = process.env.SSHDRIFT_TEST_NODES;
if (!NODES)
  console.warn('other versions of Node are not tried: SSHDRIFT_TEST_NODES names no directory with them');
const programs = NODES ? readdirSync(NODES).map(name => join(NODES, name)) : [process.execPath];

test.each(programs)('the demo runs under %s', program => {
  const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
  const output = execFileSync(program, [MAIN, 'demo'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  });
  expect(version).toMatch(/^v2\d\./);
  expect(output).toContain('SYNC_STATUS=OUT_OF_SYNC');
});
