// A short soak: 150 rounds of a watch and its status server, with every fault at least once. Long ones: bench/README.md.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { needs } from './support/programs.ts';

const { test } = needs('sshd', 'ssh', 'ssh-keygen', 'git', 'nc');
const SOAK = join(import.meta.dirname, 'bench/soak.mjs');

test('after every fault all is in sync again and posted, and nothing is left open or kept alive', async () => {
  const child = spawn(process.execPath, [SOAK, '150'], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // It ends what it has started, and by itself.
  onTestFinished(() => void child.kill('SIGINT'));
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      said += chunk;
    });
  const [code] = await once(child, 'close');
  expect({ code, problems: said.match(/^PROBLEM: .*$/gm) ?? [] }, said).toEqual({ code: 0, problems: [] });
}, 300_000);
