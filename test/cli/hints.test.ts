// What a check says besides drift, and that it is no drift.

import { afterAll, beforeAll, expect } from 'vitest';
import { sshdrift } from '../support/cli.ts';
import { needsOwnEtc } from '../support/programs.ts';
import { createRepository, inventoryOf, type Repository } from '../support/repository.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const real = needsOwnEtc();
const CONF = '$IncludeConfig /etc/rsyslog.d/*.conf\ninclude(file="/etc/more/*.conf")\n';
const old = (content: string) => ({ type: 'file', content, mtime: 1_000_000_000 }) as const;

real.describe('hints', () => {
  let server: Sshd;
  let repo: Repository;
  beforeAll(async () => {
    server = await startSshd({
      user: 'deploy',
      etc: { 'rsyslog.conf': old(CONF), 'rsyslog.d/a.conf': old('a\n') },
    });
    await server.sh('touch -d @1000000000 /etc/rsyslog.d; cp /bin/sleep /run/rsyslogd');
    repo = createRepository({ 'files/rsyslog.conf': CONF, 'files/rsyslog.d/a.conf': 'a\n' });
    repo.write({ 'inventory.yaml': inventoryOf({ lab: server }) });
  });
  afterAll(async () => {
    repo.remove();
    await server.stop();
  });
  const check = (...args: string[]) => sshdrift(['check', ...args], { cwd: repo.dir });
  const reloadNeeded = async () =>
    JSON.parse((await check('--format', 'json')).stdout).servers[0].reload_needed;

  real.test('an include that nobody watches', async () => {
    const { code, stdout } = await check();
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('/etc/rsyslog.conf includes /etc/more/*.conf, which nobody watches\n'),
    ]);
    expect(stdout.match(/which nobody watches/g)?.length).toBe(1);
  });

  real.test('a process that has run since before the files changed', async () => {
    expect(await reloadNeeded()).toBeNull();
    await server.sh('/run/rsyslogd 600 </dev/null >/dev/null 2>&1 & echo $! >/run/rsyslogd.pid');
    expect(await reloadNeeded()).toBe(false);
    expect((await check()).stdout).not.toContain('hint:');
    await server.sh('touch -d @$(($(date +%s) + 60)) /etc/rsyslog.d');
    expect(await reloadNeeded()).toBe(true);
    const { code, stdout } = await check();
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^ {2}hint: rsyslogd has run since \d{4}-\S+Z, files changed later: reload needed\?$/m,
      ),
    ]);
  });
});
