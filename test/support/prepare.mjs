// Runs before the tests: looks for the programs that they need and, as root on Debian and its kin, installs the
// missing ones. Elsewhere it names what is missing and which tests are skipped for it; with CI set that is an error,
// so that a pipeline cannot turn green by testing nothing.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAMS = JSON.parse(readFileSync(new URL('./programs.json', import.meta.url), 'utf8'));
const PATH = `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`;
/** Asked by Debian's packages before they start a service; 101 means "do not". */
const POLICY = '/usr/sbin/policy-rc.d';

const isExecutable = file => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const isThere = name => PATH.split(':').some(dir => dir !== '' && isExecutable(join(dir, name)));

const missing = () => PROGRAMS.filter(program => !isThere(program.name));

const packagesOf = programs => [...new Set(programs.map(program => program.package))].join(' ');

function aptGet(...args) {
  const { status, error } = spawnSync('apt-get', args, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) console.error(`prepare: apt-get ${args[0]} failed${error ? `: ${error.message}` : ''}`);
}

function install(packages) {
  console.error(`prepare: installing ${packages}`);
  const ownPolicy = !existsSync(POLICY);
  if (ownPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    aptGet('update', '-qq');
    aptGet('install', '-qq', '-y', '--no-install-recommends', ...packages.split(' '));
  } finally {
    if (ownPolicy) rmSync(POLICY, { force: true });
  }
}

if (missing().length > 0 && process.getuid?.() === 0 && isThere('apt-get')) install(packagesOf(missing()));

const stillMissing = missing();
for (const { name, package: pkg, tests } of stillMissing)
  console.error(`prepare: no ${name} here, skipped: ${tests} (Debian, Ubuntu: apt-get install ${pkg})`);
if (stillMissing.length > 0 && process.env.CI) {
  console.error('prepare: CI is set, and nothing may be skipped there');
  process.exitCode = 1;
}
