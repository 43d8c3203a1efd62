// The first promise, by the kernel's word: while a command runs, nothing in the server is written, created, removed,
// renamed, re-owned or touched, and its sessions start none but a few programs that read. Both are told by what watches
// the server, inotify and strace, and not by looking before and after. What a plain `ssh server true` does there
// already, a start-up file of fish for example, is sshd's and the login's own and is taken off.

import { afterEach, expect } from 'vitest';
import { CARRIERS, PROBE_PROGRAMS } from './support/allowed-programs.ts';
import { sshdrift } from './support/cli.ts';
import { isolation } from './support/isolation.ts';
import { needsOwnEtc } from './support/programs.ts';
import { createRepository, inventoryOf, serverEntry } from './support/repository.ts';
import { RPM_MACROS, shipByRpm } from './support/rpm-database.ts';
import { outcomeOf } from './support/run.ts';
import { type Sshd, type SshdOptions, startSshd } from './support/sshd.ts';
import { canTrace, TRACER, TRACES, takeTrace } from './support/trace.ts';
import { type TreeWatch, watchTree } from './support/tree-watch.ts';

const { test, describe: block } = needsOwnEtc('ssh', 'inotifywait', 'strace');
const asRoot =
  isolation() === 'root' ? needsOwnEtc('sudo', 'doas', 'rpm', 'rpmbuild', 'setpriv').test : test.skip;
const traced = canTrace();
if (!traced) console.warn('skipped: which programs run and what they open (strace may not trace here)');

const PASSWORD = 'correct horse';
/** `openssl passwd -6 -salt sshdrift 'correct horse'` */
const HASH =
  '$6$sshdrift$xDcRiN9td4dRUqG8ypl9ZZz4RWutNJe2ubj78736mBidqBKb9PlEMUEKD.uak0/KOimbVXbhV.cyuB4lSenhT0';

/** Every kind of entry there is; `80-shipped.conf` is what package databases know. */
const ETC: NonNullable<SshdOptions['etc']> = {
  'rsyslog.conf': 'main\n',
  'rsyslog.d/10-same.conf': 'same\n',
  'rsyslog.d/20-differs.conf': 'on the server\n',
  'rsyslog.d/40-locked.conf': { type: 'file', content: 'locked\n', mode: 0o600 },
  'rsyslog.d/41-fifo.conf': { type: 'fifo' },
  'rsyslog.d/42-link.conf': { type: 'symlink', target: '../rsyslog.conf' },
  'rsyslog.d/43-dangling.conf': { type: 'symlink', target: '/etc/nowhere' },
  'rsyslog.d/44-odd \\ \n.conf': 'odd\n',
  'rsyslog.d/80-shipped.conf': 'shipped\n',
};
const GIT = {
  'files/rsyslog.conf': 'main\n',
  'files/rsyslog.d/10-same.conf': 'same\n',
  'files/rsyslog.d/20-differs.conf': 'in Git\n',
  'files/rsyslog.d/30-missing.conf': 'missing\n',
};
const MANY = Object.fromEntries(
  Array.from({ length: 200 }, (_, i) => [`files/rsyslog.d/x${i}.conf`, `${i}\n`]),
);
const elevated = (rule: string): SshdOptions => ({
  user: 'deploy',
  etc: {
    ...ETC,
    sudoers: { type: 'file', content: `deploy ALL=(root) ${rule}\n`, mode: 0o440 },
    'doas.conf': { type: 'file', content: 'permit nopass deploy as root\n', mode: 0o600 },
    shadow: {
      type: 'file',
      content: `root:*:19000:0:99999:7:::\ndeploy:${HASH}:19000:0:99999:7:::\n`,
      mode: 0o640,
    },
  },
});

interface Command {
  readonly args: (server: Sshd) => readonly string[];
  readonly server?: SshdOptions;
  /** Done in the server before anybody watches. */
  readonly prepare?: (server: Sshd) => Promise<void>;
  readonly ssh?: object;
  readonly inventory?: object;
  readonly git?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Where nothing is started by the login shell, or nothing is asked at all. */
  readonly asks?: 'sftp' | 'nothing';
  /** What its output has to say, so that it is known to have done what it is tried for. */
  readonly says: RegExp;
}

const DRIFT = /DRIFTED_FILES=\S*20-differs\.conf/;

const COMMANDS: Readonly<Record<string, Command>> = {
  check: { args: () => ['check'], says: DRIFT },
  'check of a service and of packages': {
    args: () => ['check'],
    inventory: { service: 'sshd', unmanaged: 'drift' },
    says: /unmanaged {5}rsyslog\.d\/80-shipped/,
  },
  'check of packages, where nothing knows any': {
    args: () => ['check'],
    server: { user: 'deploy' },
    says: /unmanaged {5}rsyslog\.d\/80-shipped/,
  },
  'check of a question in several parts': {
    args: () => ['check'],
    git: MANY,
    says: /missing {7}rsyslog\.d\/x199/,
  },
  'check over SFTP': {
    args: () => ['check'],
    // As `internal-sftp` would, but as a program, which can be traced.
    server: {
      config: [
        "ForceCommand case $SSH_ORIGINAL_COMMAND in internal-sftp) exec /usr/lib/openssh/sftp-server;; true) ;; *) echo 'This service allows sftp connections only.'; exit 1;; esac",
      ],
    },
    asks: 'sftp',
    says: DRIFT,
  },
  'check behind fish': { args: () => ['check'], server: { shell: '/usr/bin/fish' }, says: DRIFT },
  'check of a server without tools': {
    args: () => ['check'],
    // Nothing to hash or date files with: contents are sent and counted.
    server: { tools: ['sh'], files: noTools('sha256sum', 'shasum', 'openssl', 'busybox', 'cksum', 'stat') },
    says: DRIFT,
  },
  'pre-deploy': { args: () => ['pre-deploy'], says: /20-differs/ },
  doctor: { args: () => ['doctor'], says: /✓/ },
  init: {
    args: ({ user, host, port }) => ['init', `${user}@${host}:${port}`, '-C', 'made', '--accept-host-keys'],
    says: /inventory\.yaml/,
  },
  probe: { args: () => ['probe'], asks: 'nothing', says: /^set -- / },
};

/** Stand-ins that do nothing and fail, found before the real ones. */
function noTools(...names: readonly string[]): NonNullable<SshdOptions['files']> {
  const content = '#!/bin/sh\nexit 1\n';
  return Object.fromEntries(
    names.map(name => [`/run/tools/${name}`, { type: 'file', content, mode: 0o755 } as const]),
  );
}

const AS_ROOT: Readonly<Record<string, Command>> = {
  'check by sudo': {
    args: () => ['check'],
    server: elevated('NOPASSWD: /bin/sh'),
    ssh: { become: 'sudo' },
    says: DRIFT,
  },
  'check by sudo with a password': {
    args: () => ['check'],
    server: elevated('ALL'),
    ssh: { become: 'sudo' },
    env: { SSHDRIFT_BECOME_PASSWORD: PASSWORD },
    says: DRIFT,
  },
  'check by doas': { args: () => ['check'], server: elevated('ALL'), ssh: { become: 'doas' }, says: DRIFT },
  'check of rpm’s packages as root': {
    args: () => ['check'],
    server: { etc: { ...ETC, ...RPM_MACROS } },
    prepare: shipByRpm,
    says: /80-shipped\.conf: not counted as drift; shipped by tiny/,
  },
  'check of rpm’s packages': {
    args: () => ['check'],
    server: { user: 'deploy', etc: { ...ETC, ...RPM_MACROS } },
    prepare: shipByRpm,
    says: /80-shipped\.conf: not counted as drift; shipped by tiny/,
  },
};

const stops: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function watched(options: SshdOptions, prepare: (server: Sshd) => Promise<void> = async () => {}) {
  const { shell = '/bin/bash', files = {} } = options;
  const server = await startSshd({
    etc: ETC,
    ...options,
    files: {
      [TRACES]: { type: 'directory', mode: 0o777 },
      // What sshd keeps of logins, if it keeps anything.
      ...{ '/var/log/wtmp': '', '/var/log/btmp': '', '/var/log/lastlog': '', '/run/utmp': '' },
      ...files,
    },
    ...(traced ? { tracer: TRACER } : {}),
  });
  stops.push(server.stop);
  await prepare(server);
  const watch = await watchTree(server);
  stops.push(watch.stop);
  return { server, watch, shell };
}

/** What a plain login does and then what the command does, which is all that may be asked for. */
async function seen(
  { server, watch, shell }: { server: Sshd; watch: TreeWatch; shell: string },
  act: () => Promise<unknown>,
) {
  const look = async () => {
    await server.idle();
    return { events: await watch.events(), trace: traced ? await takeTrace(server, shell) : null };
  };
  await outcomeOf(['ssh', '-F', server.clientConfig, 'server', 'true']);
  const login = await look();
  await act();
  const after = await look();
  return {
    events: after.events.filter(event => !login.events.includes(event)),
    writes: [...(after.trace?.writes ?? [])].filter(write => !login.trace?.writes.has(write)),
    programs: [...(after.trace?.programs ?? [])].filter(program => !login.trace?.programs.has(program)),
  };
}

async function holds({ args, server: options = {}, prepare, ...command }: Command): Promise<void> {
  const place = await watched(options, prepare);
  const { server } = place;
  const repo = createRepository({ ...GIT, ...command.git });
  stops.push(repo.remove);
  const entry = serverEntry(server) as { readonly ssh: object };
  const servers = { lab: { ...entry, ssh: { ...entry.ssh, ...command.ssh } } };
  repo.write({ 'inventory.yaml': inventoryOf({ lab: server }, { servers, ...command.inventory }) });
  const before = server.connections() + 1;
  const { events, writes, programs } = await seen(place, async () => {
    const env = { SSH_PRIVATE_KEY: server.clientKey.privateKey, ...command.env };
    const { stdout, stderr } = await sshdrift(args(server), { cwd: repo.dir, env });
    expect(`${stdout}${stderr}`).toMatch(command.says);
  });
  expect(server.connections() > before).toBe(command.asks !== 'nothing');
  expect({ events, writes }).toEqual({ events: [], writes: [] });
  const allowed = command.asks === 'sftp' ? ['sftp-server'] : [...CARRIERS, ...PROBE_PROGRAMS];
  expect(programs.filter(program => !allowed.includes(program))).toEqual([]);
  // A trace that was lost would prove nothing.
  if (traced && command.asks === undefined) expect(programs).toContain('sh');
  if (traced && command.asks === 'sftp') expect(programs).toContain('sftp-server');
}

block('nothing is written by', () => {
  for (const [name, command] of Object.entries(COMMANDS)) test(name, () => holds(command));
  for (const [name, command] of Object.entries(AS_ROOT)) asRoot(name, () => holds(command));
});

block('it would be seen', () => {
  test.each([
    [': >/etc/rsyslog.d/new.conf; rm /etc/rsyslog.d/new.conf', 'CREATE', 'open'],
    ['printf main >/etc/rsyslog.conf', 'CLOSE_WRITE,CLOSE', 'open'],
    ['chmod 644 /etc/rsyslog.conf', 'ATTRIB', 'fchmodat'],
    ['touch -r /etc /etc/rsyslog.conf', 'ATTRIB', 'open'],
    ['mv /etc/rsyslog.conf /etc/x; mv /etc/x /etc/rsyslog.conf', 'MOVED_TO', 'renameat2'],
    ['mkdir /var/tmp/x; rmdir /var/tmp/x', 'CREATE,ISDIR', 'mkdir'],
    ['ln -s x /root/x', 'CREATE', 'symlinkat'],
    [': >/tmp/x', 'CREATE', 'open'],
    [': >/dev/shm/x', 'CREATE', 'open'],
    ['cat /etc/rsyslog.conf >>/run/x', 'CREATE', 'open'],
  ])('%s', async (command, event, write) => {
    const place = await watched({});
    const ssh = ['ssh', '-F', place.server.clientConfig, 'server', command];
    const { events, writes } = await seen(place, () => outcomeOf(ssh));
    expect(events.map(line => line.split(' ')[0])).toContain(event);
    if (traced) expect(writes.map(line => line.split(' ')[0])).toContain(write);
  });
});
