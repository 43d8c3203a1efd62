// The programs that the probe starts on a server in sync: what a server pays for a check, apart from the connection.

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../../src/domain/git-copies.ts';
import { probeCommand } from '../../../src/domain/probe/command.ts';
import { SCRIPT } from '../../../src/domain/probe/script.ts';
import { globOf, NONCE, pathOf, question, runCommand } from '../../support/run-probe.ts';

/** Every program that a word of the script may name. */
const PROGRAMS = [...new Set(SCRIPT.match(/[a-z][a-z0-9-]+/g))].flatMap(name => {
  const file = ['/usr/bin', '/bin'].map(dir => join(dir, name)).find(existsSync);
  return file === undefined ? [] : [{ name, file }];
});
const FILES = 40;

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'sshdrift-processes-'));
  mkdirSync(join(place, 'bin'));
  mkdirSync(join(place, 'etc'));
  for (const { name, file } of PROGRAMS) {
    writeFileSync(join(place, 'bin', name), `#!/bin/sh\necho ${name} >>'${place}/log'\nexec ${file} "$@"\n`);
    chmodSync(join(place, 'bin', name), 0o755);
  }
  for (let i = 0; i < FILES; i++) writeFileSync(join(place, 'etc', `${i}.conf`), `${i}\n`);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

test('one for all hashes, one for all owners and times', () => {
  const path = (name: string): string => join(place, 'etc', name);
  const files = Array.from({ length: FILES }, (_, i) => ({
    path: pathOf(path(`${i}.conf`)),
    sha256: sha256(Buffer.from(`${i}\n`)),
  }));
  const asked = question({ files, globs: [globOf(join(place, 'etc'), '*.conf')], service: 'rsyslogd' });
  const answer = runCommand(probeCommand(asked, NONCE), {
    shell: ['/bin/sh'],
    path: `${join(place, 'bin')}:/usr/bin:/bin`,
  });
  expect(answer.toString()).toContain(`${NONCE} F ${FILES} file `);
  expect(readFileSync(join(place, 'log'), 'utf8').trim().split('\n').sort()).toEqual(['sha256sum', 'stat']);
});
