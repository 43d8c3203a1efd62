// `sshdrift check` of accounts that may use SFTP and nothing else: the verdicts are those that the probe would bring.

import { afterEach, expect } from 'vitest';
import { sshdrift } from '../support/cli.ts';
import { needsOwnEtc } from '../support/programs.ts';
import { createRepository, inventoryOf } from '../support/repository.ts';
import { type Sshd, type SshdOptions, startSshd } from '../support/sshd.ts';

const real = needsOwnEtc();

const GIT = {
  'files/rsyslog.conf': 'main\n',
  'files/rsyslog.d/10-same.conf': 'same\n',
  'files/rsyslog.d/20-differs.conf': 'git\n',
  'files/rsyslog.d/30-missing.conf': 'missing\n',
  'files/rsyslog.d/40-mode.conf': 'mode\n',
  'files/rsyslog.d/41-owner.conf': 'owner\n',
  'files/rsyslog.d/50-locked.conf': 'locked\n',
  'files/rsyslog.d/51-fifo.conf': 'fifo\n',
  'files/rsyslog.d/52-link.conf': 'same\n',
  'files/rsyslog.d/60-old.conf': 'renamed\n',
};
const ETC: SshdOptions['etc'] = {
  'rsyslog.conf': 'main\n',
  'rsyslog.d/10-same.conf': 'same\n',
  'rsyslog.d/20-differs.conf': 'server\n',
  'rsyslog.d/40-mode.conf': { type: 'file', content: 'mode\n', mode: 0o664 },
  'rsyslog.d/41-owner.conf': { type: 'file', content: 'owner\n', owner: 'deploy:deploy' },
  'rsyslog.d/50-locked.conf': { type: 'file', content: 'locked\n', mode: 0o600 },
  'rsyslog.d/51-fifo.conf': { type: 'fifo' },
  'rsyslog.d/52-link.conf': { type: 'symlink', target: '10-same.conf' },
  'rsyslog.d/61-new.conf': 'renamed\n',
  'rsyslog.d/70-extra.conf': 'extra\n',
  'rsyslog.d/71-dangling.conf': { type: 'symlink', target: 'nowhere' },
};
const SFTP_ONLY = { config: ['ForceCommand internal-sftp'] };
const EXPECT = { owner: 'root', group: 'root', mode: '0644' };

let servers: Readonly<Record<string, Sshd>> = {};
afterEach(() => Promise.all(Object.values(servers).map(server => server.stop())));

interface JsonServer {
  readonly server: string;
  readonly sync_status: string;
  readonly failure: unknown;
  readonly warnings: readonly string[];
  readonly files: readonly {
    readonly name: string;
    readonly verdict: string;
    readonly cause: string | null;
    readonly server: { readonly owner: string; readonly group: string } | null;
  }[];
}

/** Checks servers like these with one repository; the exit code and the servers of the report. */
async function check(options: Readonly<Record<string, SshdOptions>>, more: object = {}) {
  const names = Object.keys(options);
  const started = await Promise.all(names.map(name => startSshd(options[name])));
  servers = Object.fromEntries(names.map((name, i) => [name, started[i] as Sshd]));
  const before = await Promise.all(started.map(server => server.treeListing()));
  const repo = createRepository({ ...GIT, 'inventory.yaml': inventoryOf(servers, more) });
  const { code, stdout } = await sshdrift(['check', '--diff', '--format', 'json'], { cwd: repo.dir });
  repo.remove();
  expect(await Promise.all(started.map(server => server.treeListing()))).toEqual(before);
  expect(started.map(server => server.connections())).toEqual(started.map(() => 1));
  return { code, servers: JSON.parse(stdout).servers as readonly JsonServer[] };
}

/** What must be the same whichever way a server was asked: all but who it is and when its files were made. */
const verdicts = (server: JsonServer | undefined): unknown =>
  JSON.parse(
    JSON.stringify(server?.files, (key, value) => (key === 'modified_at' ? null : value)).replaceAll(
      server?.server ?? '',
      'NAME',
    ),
  );

real.test.each(['root', 'deploy'] as const)('the same verdicts as by the probe, as %s', async user => {
  const { code, servers: reports } = await check(
    { probed: { etc: ETC, user }, reached: { etc: ETC, user, ...SFTP_ONLY } },
    { expect: EXPECT },
  );
  const [probed, reached] = reports;
  expect(verdicts(reached)).toEqual(verdicts(probed));
  expect(reached?.files.map(file => file.verdict)).toEqual([
    ...['in-sync', 'in-sync', 'modified', 'missing', 'metadata', 'metadata'],
    ...[user === 'root' ? 'metadata' : 'not-compared', 'not-compared', 'in-sync', 'missing'],
    ...['unmanaged', 'unmanaged', 'unmanaged'],
  ]);
  expect([code, probed?.sync_status, reached?.sync_status]).toEqual([1, 'OUT_OF_SYNC', 'OUT_OF_SYNC']);
  expect([probed?.warnings, reached?.warnings]).toEqual([
    [],
    [
      'the account may not run commands: its files were read over SFTP',
      'packages cannot be asked over SFTP: files that they ship count as drift too',
    ],
  ]);
});

const SAME = Object.fromEntries(
  Object.entries(GIT).map(([name, content]) => [name.replace('files/', ''), content]),
);

real.test('owners that the server tells as numbers only are compared as numbers', async () => {
  const config = ['ForceCommand internal-sftp -P users-groups-by-id'];
  const options = { server: { etc: SAME, user: 'deploy', config } } as const;
  const byNumber = await check(options, { expect: { owner: 'root', group: '0', mode: '0644' } });
  expect([byNumber.code, byNumber.servers[0]?.sync_status]).toEqual([0, 'SYNCED']);
  expect(byNumber.servers[0]?.files[0]?.server).toMatchObject({ owner: '0', group: '0' });
  await servers.server?.stop();

  const byName = await check(options, { expect: EXPECT });
  expect([byName.code, byName.servers[0]?.sync_status]).toEqual([1, 'UNKNOWN']);
  expect(new Set(byName.servers[0]?.files.map(file => file.cause))).toEqual(new Set(['no-metadata']));
});

real.test('inside a chroot the paths are those of the chroot', async () => {
  const files = Object.fromEntries(
    Object.entries(SAME).map(([name, content]) => [`/var/jail/${name}`, content]),
  );
  const config = ['ChrootDirectory /var/jail', 'ForceCommand internal-sftp'];
  const { code, servers: reports } = await check(
    { server: { files, user: 'deploy', config } },
    { root: '/', watch: ['/rsyslog.conf', '/rsyslog.d/*.conf'] },
  );
  expect([code, reports[0]?.sync_status, reports[0]?.failure]).toEqual([0, 'SYNCED', null]);
});

real.test('a directory that may be listed and not entered is not empty', async () => {
  const etc = { ...SAME, 'rsyslog.d': { type: 'directory', mode: 0o744 } } as const;
  const { code, servers: reports } = await check({ server: { etc, user: 'deploy', ...SFTP_ONLY } });
  expect(code).toBe(1);
  expect(reports[0]?.files.filter(file => file.verdict !== 'not-compared').map(file => file.name)).toEqual([
    'rsyslog.conf',
  ]);
});

real.test('the doctor says that it is not the shell that answers', async () => {
  const server = await startSshd({ etc: SAME, user: 'deploy', ...SFTP_ONLY });
  servers = { server };
  const repo = createRepository({ ...GIT, 'inventory.yaml': inventoryOf({ server }) });
  const { stdout } = await sshdrift(['doctor'], { cwd: repo.dir });
  repo.remove();
  expect(stdout).toMatch(/^ {2}! shell +the account may not run commands: its files were read over SFTP$/m);
});
