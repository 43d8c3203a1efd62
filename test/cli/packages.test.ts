// Files that packages ship, told apart from others by a real package database: this machine's own, with the odd cases
// added to it.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect } from 'vitest';
import { sshdrift } from '../support/cli.ts';
import { needsOwnEtc } from '../support/programs.ts';
import { createRepository, inventoryOf, type Repository } from '../support/repository.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import type { Tree } from '../support/tree.ts';

const STATUS = '/var/lib/dpkg/status';
const real = needsOwnEtc('dpkg-query', 'rsyslogd');

const SHIPPED = 'shipped\n';
const md5 = createHash('md5').update(SHIPPED).digest('hex');
const entry = (name: string, state: string, conffiles: readonly string[]): string =>
  [
    ...[`Package: ${name}`, `Status: ${state}`, 'Maintainer: x <x@example.net>', 'Architecture: all'],
    ...['Version: 1', 'Conffiles:', ...conffiles.map(line => ` ${line}`), 'Description: x', '', ''],
  ].join('\n');

const MADE_UP = [
  entry('one', 'install ok installed', [
    `/etc/watched/moved ${md5} obsolete`,
    `/etc/watched/obsolete ${md5} obsolete`,
    `/etc/watched/a space ${md5}`,
    `/etc/watched/diverted ${md5}`,
    `/etc/watched/back\\slash ${md5}`,
    `/etc/watched/known ${md5}`,
  ]),
  entry('two', 'install ok installed', [`/etc/watched/moved ${md5}`, '/etc/watched/new newconffile']),
  entry('gone', 'deinstall ok config-files', [`/etc/watched/gone ${md5}`]),
].join('');

const VAR: Tree = {
  [STATUS]: existsSync(STATUS) ? Buffer.concat([readFileSync(STATUS), Buffer.from(`\n${MADE_UP}`)]) : '',
  '/var/lib/dpkg/info': { type: 'directory' },
  '/var/lib/dpkg/updates': { type: 'directory' },
  '/var/lib/dpkg/diversions': '/etc/watched/diverted\n/etc/watched/diverted.distrib\nother\n',
  '/var/lib/ucf/hashfile': `${md5}  /etc/watched/ucf\n${md5}  /etc/watched/ucf-edited\n${md5}  /etc/watched/ucf-nameless\n`,
  '/var/lib/ucf/registry': 'ufw \t /etc/watched/ucf-edited\nufw \t /etc/watched/ucf\n',
};

const ETC: Tree = {
  'logrotate.d/own': 'own\n',
  ...Object.fromEntries(
    ['moved', 'obsolete', 'a space', 'diverted', 'diverted.distrib', 'back\\slash', 'new', 'gone', 'known']
      .concat(['ucf', 'ucf-nameless', 'nobody'])
      .map(name => [`watched/${name}`, SHIPPED]),
  ),
  'watched/ucf-edited': 'edited\n',
};

real.describe('files that packages ship', () => {
  let server: Sshd;
  let repo: Repository;
  beforeAll(async () => {
    server = await startSshd({ user: 'deploy', etc: ETC, files: VAR });
    await server.sh(
      'cd /etc/logrotate.d && for f in *; do case $f in own|rsyslog) ;; *) rm "$f";; esac; done',
    );
    repo = createRepository({ 'files/logrotate.d/own': 'own\n', 'files/watched/known': 'other\n' });
  });
  afterAll(async () => {
    repo.remove();
    await server.stop();
  });

  async function check(more: object, args: readonly string[] = []) {
    repo.write({ 'inventory.yaml': inventoryOf({ lab: server }, more) });
    return sshdrift(['check', ...args], { cwd: repo.dir });
  }
  async function verdicts(more: object) {
    const { stdout } = await check(more, ['--format', 'json']);
    const [{ files, drift_count }] = JSON.parse(stdout).servers;
    const shown = files.map((file: { name: string; verdict: string; counted: boolean; package: unknown }) => [
      file.name,
      file.verdict,
      file.counted,
      file.package,
    ]);
    return { files: shown, drift_count };
  }
  const LOGROTATE = ['/etc/logrotate.d/*'];
  const own = ['logrotate.d/own', 'in-sync', false, null];

  real.test('unmodified, they are listed with their package, and do not count', async () => {
    repo.write({ 'files/watched/known': 'other\n' });
    const rsyslog = ['logrotate.d/rsyslog', 'unmanaged', false, { name: 'rsyslog', unmodified: true }];
    const ignore = [{ path: '/etc/watched/*', reason: 'another test' }];
    const watch = [...LOGROTATE, '/etc/watched/known'];
    expect(await verdicts({ watch, ignore })).toEqual({ files: [own, rsyslog], drift_count: 0 });
    const { code, stdout } = await check({ watch, ignore });
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^ {2}unmanaged {5}logrotate\.d\/rsyslog: not counted as drift; shipped by rsyslog; /m,
      ),
    ]);
    await server.idle();
    const before = server.execs();
    const strict = await verdicts({ watch, ignore, unmanaged: 'strict' });
    expect(strict).toEqual({ files: [own, rsyslog.with(2, true)], drift_count: 1 });
    const listed = await verdicts({ watch, ignore, unmanaged: 'report' });
    expect(listed).toEqual({ files: [own, rsyslog], drift_count: 0 });
    await server.idle();
    expect(server.execs() - before).toBe(2);
  });

  real.test('modified, they count, and are said to be modified', async () => {
    await server.sh('cp /etc/logrotate.d/rsyslog /tmp/kept; echo >>/etc/logrotate.d/rsyslog');
    const more = {
      watch: [...LOGROTATE, '/etc/watched/known'],
      ignore: [{ path: '/etc/watched/*', reason: 'another test' }],
    };
    const rsyslog = ['logrotate.d/rsyslog', 'unmanaged', true, { name: 'rsyslog', unmodified: false }];
    expect(await verdicts(more)).toEqual({ files: [own, rsyslog], drift_count: 1 });
    const { code, stdout } = await check(more);
    expect([code, stdout]).toEqual([
      2,
      expect.stringContaining('logrotate.d/rsyslog: shipped by rsyslog, modified'),
    ]);
    await server.sh('cp /tmp/kept /etc/logrotate.d/rsyslog');
  });

  real.test('what no installed package ships for certain counts', async () => {
    const { files } = await verdicts({ watch: ['/etc/watched/*', ...LOGROTATE] });
    const by = (name: string, unmodified = true) => ({ name, unmodified });
    expect(files.filter(([name]: [string]) => name.startsWith('watched/'))).toEqual([
      ['watched/a space', 'unmanaged', false, by('one')],
      ['watched/back\\slash', 'unmanaged', true, null],
      ['watched/diverted', 'unmanaged', true, null],
      ['watched/diverted.distrib', 'unmanaged', true, null],
      ['watched/gone', 'unmanaged', true, null],
      ['watched/known', 'modified', true, null],
      ['watched/moved', 'unmanaged', false, by('two')],
      ['watched/new', 'unmanaged', true, null],
      ['watched/nobody', 'unmanaged', true, null],
      ['watched/obsolete', 'unmanaged', true, null],
      ['watched/ucf', 'unmanaged', false, by('ufw')],
      ['watched/ucf-edited', 'unmanaged', true, by('ufw', false)],
      ['watched/ucf-nameless', 'unmanaged', false, by('ucf')],
    ]);
  });

  real.test('a file too large to be sent is nobody’s', async () => {
    await server.write({ 'watched/a space': Buffer.alloc(2048) });
    const { files } = await verdicts({ watch: ['/etc/watched/*', ...LOGROTATE], max_file_size: 1024 });
    expect(files).toContainEqual(['watched/a space', 'unmanaged', true, null]);
    await server.write({ 'watched/a space': SHIPPED });
  });

  real.test('over SFTP nobody can be asked, so all count, and a warning says so', async () => {
    const sftp = await startSshd({
      user: 'deploy',
      etc: ETC,
      files: VAR,
      config: ['ForceCommand internal-sftp'],
    });
    repo.write({ 'inventory.yaml': inventoryOf({ lab: sftp }, { watch: ['/etc/watched/*', ...LOGROTATE] }) });
    const { stdout } = await sshdrift(['check', '--format', 'json'], { cwd: repo.dir });
    await sftp.stop();
    const [{ files, warnings }] = JSON.parse(stdout).servers;
    expect(files.find((file: { name: string }) => file.name === 'watched/ucf')).toMatchObject({
      counted: true,
      package: null,
    });
    expect(warnings).toContainEqual(expect.stringMatching(/^packages cannot be asked over SFTP/));
  });
});
