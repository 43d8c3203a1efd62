// What is loaded for what: the start of a program is most of the time that a check of one server takes.

import { afterAll, beforeAll, expect } from 'vitest';
import { loadedBy } from '../support/loaded.ts';
import { needs } from '../support/programs.ts';
import { createRepository, inventoryOf, type Repository } from '../support/repository.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const { test } = needs('sshd', 'ssh-keygen');
const START = ['main.js', 'sshdrift.js'];

let server: Sshd;
let repo: Repository;
beforeAll(async () => {
  server = await startSshd({ etc: { 'rsyslog.conf': 'same\n' } });
  repo = createRepository({ 'files/rsyslog.conf': 'same\n' });
});
afterAll(async () => {
  repo.remove();
  await server.stop();
});

test.each(['--version', '--help', 'check --help'])('%s: nothing but the command line', async line => {
  const args = line.split(' ');
  const { code, files, packages } = await loadedBy(args, { cwd: '/' });
  expect({ code, files, packages }).toEqual({ code: 0, files: START, packages: ['commander'] });
});

test('a mistake in the inventory: no SSH, no HTTP', async () => {
  repo.write({ 'inventory.yaml': 'servers: 7\n' });
  const { code, stderr, files, packages } = await loadedBy(['check', '--status-url', 'http://127.0.0.1:9'], {
    cwd: repo.dir,
  });
  expect({ code, files }).toEqual({ code: 1, files: START });
  expect(stderr).toContain('inventory.yaml:1:10: servers:');
  expect(packages).toEqual(['commander', 'diff', 'p-limit', 'yaml', 'yocto-queue', 'zod']);
});

test('a server in sync: SSH, and no HTTP', async () => {
  repo.write({ 'inventory.yaml': inventoryOf({ lab: server }, {}) });
  const { code, files } = await loadedBy(['check', '--no-post'], { cwd: repo.dir });
  expect({ code, files }).toEqual({ code: 0, files: ['main.js', 'ssh2.js', 'sshdrift.js'] });
});

test('a status URL: HTTP too', async () => {
  repo.write({ 'inventory.yaml': inventoryOf({ lab: server }, {}) });
  const { code, files } = await loadedBy(['check', '--status-url', 'http://127.0.0.1:1'], { cwd: repo.dir });
  expect({ code, files }).toEqual({ code: 1, files: ['main.js', 'ssh2.js', 'sshdrift.js', 'undici.js'] });
});
