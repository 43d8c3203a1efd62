// Which lines of a known_hosts speak for a name, asked of ssh-keygen too, for host fields put together at random.

import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect } from 'vitest';
import { matchesHostNames } from '../../src/domain/host-pattern.ts';
import { parseKnownHosts } from '../../src/domain/known-hosts.ts';
import { createKeyDir, type KeyDir } from '../support/key-dir.ts';
import { hashed } from '../support/known-hosts-cases.ts';
import { needs } from '../support/programs.ts';
import { run } from '../support/run.ts';
import { keyText, wireKey } from '../support/wire-key.ts';
import { createRandom } from './mutate.ts';

const { test } = needs('ssh-keygen');

let keys: KeyDir;
beforeAll(() => {
  keys = createKeyDir();
});
afterAll(() => keys.remove());

const NAMES = ['web', '[web]:2222', 'a.example.net', '192.0.2.10', '2001:db8::1'];
const PIECES = [
  ...[
    'web',
    'w',
    'b',
    'W',
    'a.example.net',
    '.example',
    '192.0.2.',
    '10',
    '2001:db8::1',
    '[web]:2222',
    '[web]:*',
  ],
  ...['*', '*', '?', '?', '!', ',', ',', '.', '[', ']', ':', '-', '\\', 'ü'],
  ...NAMES.map(name => hashed(name)),
];

const hostField = (random: (below: number) => number): string =>
  Array.from({ length: 1 + random(7) }, () => PIECES[random(PIECES.length)]).join('');

test.each([1, 2, 3])('ssh-keygen -F finds the same lines of sample %i', async seed => {
  const random = createRandom(seed);
  const fields = Array.from({ length: 1000 }, () => hostField(random)).filter(field => !/^[@#]/.test(field));
  const text = fields.map(field => `${field} ${keyText(wireKey('ssh-ed25519', 1))}\n`).join('');
  writeFileSync(keys.path('known'), text);
  const lines = parseKnownHosts('known', text);
  let found = 0;
  for (const name of NAMES) {
    const ours = lines.filter(line => matchesHostNames(line.names, name)).map(({ line }) => line);
    const said = await run([
      'sh',
      '-c',
      'ssh-keygen -F "$0" -f "$1" || [ $? = 1 ]',
      name,
      keys.path('known'),
    ]);
    const theirs = [...said.toString().matchAll(/^# Host .* found: line (\d+)/gm)].map(([, line]) =>
      Number(line),
    );
    expect({ name, lines: ours.map(line => fields[line - 1]) }).toEqual({
      name,
      lines: theirs.map(line => fields[line - 1]),
    });
    found += ours.length;
  }
  expect(found).toBeGreaterThan(100);
});
