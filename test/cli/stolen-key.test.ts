// A restricted key in the hands of somebody else, with OpenSSH's own client and a client that asks for what that one
// would not: on a server whose sshd allows everything, it brings nothing but answers about the watched files. Every
// attack is tried with an ordinary key as well, where it has to work, or it would prove nothing.

import { once } from 'node:events';
import { createServer } from 'node:net';
import ssh2, { type ClientChannel } from 'ssh2';
import { afterAll, beforeAll, expect } from 'vitest';
import { probeCommand } from '../../src/domain/probe/command.ts';
import { type Agent, startAgent } from '../support/agent.ts';
import { needsOwnEtc } from '../support/programs.ts';
import { restrictedSite, type Site } from '../support/restricted-site.ts';
import { type Outcome, outcomeOf } from '../support/run.ts';
import { globOf, NONCE, pathOf, question } from '../support/run-probe.ts';
import { type Sshd, type SshdOptions, startSshd } from '../support/sshd.ts';
import { watchTree } from '../support/tree-watch.ts';

const { test, describe } = needsOwnEtc('ssh', 'ssh-agent', 'inotifywait');

/** Where the server shows what an attack has reached. */
const PWNED = '/tmp/pwned';

const GENEROUS: SshdOptions = {
  user: 'deploy',
  config: [
    ...[
      'PermitUserRC yes',
      'AllowTcpForwarding yes',
      'AllowStreamLocalForwarding yes',
      'AllowAgentForwarding yes',
    ],
    ...[
      'X11Forwarding yes',
      'XAuthLocation /bin/true',
      'GatewayPorts clientspecified',
      'PermitTTY yes',
      'AcceptEnv LANG LC_*',
    ],
    `Subsystem other touch ${PWNED}`,
  ],
  etc: {
    'rsyslog.conf': { type: 'file', content: 'main\n', mode: 0o600, owner: 'deploy' },
    'rsyslog.d/30-lab.conf': 'edited\n',
    secret: 'TOP SECRET\n',
    'rsyslog.d/secret': 'TOP SECRET\n',
  },
  files: { '/home/deploy/.ssh/rc': `touch ${PWNED}\n` },
};

let site: Site;
let open: Sshd;
let agent: Agent;
beforeAll(async () => {
  [site, open, agent] = await Promise.all([restrictedSite(GENEROUS, {}), startSshd(GENEROUS), startAgent()]);
});
afterAll(async () => {
  site.repo.remove();
  await Promise.all([site.server.stop(), open.stop(), agent.stop()]);
});

const ssh = (server: Sshd, ...args: readonly string[]): Promise<Outcome> =>
  outcomeOf(['ssh', '-F', server.clientConfig, ...args]);
const textOf = ({ stdout, stderr }: Outcome): string => `${stdout}${stderr}`;

/** Connects with ssh2, bare. */
async function client(server: Sshd): Promise<ssh2.Client> {
  const connection = new ssh2.Client();
  connection.connect({
    host: server.host,
    port: server.port,
    username: server.user,
    privateKey: server.clientKey.privateKey,
    agent: agent.path,
    authHandler: ['publickey'],
  });
  await once(connection, 'ready');
  return connection;
}

/** Whether a request of a client is granted. */
async function granted(
  server: Sshd,
  ask: (connection: ssh2.Client, done: (error: Error | undefined, channel?: ClientChannel) => void) => void,
): Promise<boolean> {
  const connection = await client(server);
  const answer = await new Promise<boolean>(resolve =>
    ask(connection, error => resolve(error === undefined)),
  );
  connection.end();
  return answer;
}

describe('tunnels', () => {
  test('to a port, as by -L, -D and -W', async () => {
    let reached = 0;
    const inside = createServer(socket => {
      reached++;
      socket.end('inside\n');
    });
    inside.listen(0, '127.0.0.1');
    await once(inside, 'listening');
    const { port } = inside.address() as { readonly port: number };
    expect(textOf(await ssh(open, '-W', `127.0.0.1:${port}`, 'server'))).toBe('inside\n');
    expect(textOf(await ssh(site.server, '-W', `127.0.0.1:${port}`, 'server'))).toContain(
      'administratively prohibited',
    );
    expect(reached).toBe(1);
    inside.close();
  });

  test.each(['127.0.0.1:0:127.0.0.1:9', '/tmp/socket:127.0.0.1:9'])(
    'back from the server, as by -R %s',
    async where => {
      const args = ['-o', 'ExitOnForwardFailure=yes', '-R', where, 'server', 'true'];
      expect((await ssh(open, ...args)).exitCode).toBe(0);
      expect(await ssh(site.server, ...args)).toMatchObject({
        exitCode: 255,
        stderr: expect.stringContaining('forwarding failed'),
      });
    },
  );

  test('to a socket file', async () => {
    const listen = `nc -lU /tmp/listening </dev/null >/dev/null 2>&1 & while ! [ -S /tmp/listening ]; do :; done`;
    await Promise.all([open.sh(listen), site.server.sh(listen)]);
    await Promise.all([open.sh('chmod 777 /tmp/listening'), site.server.sh('chmod 777 /tmp/listening')]);
    const reach = (server: Sshd) =>
      granted(server, (connection, done) => connection.openssh_forwardOutStreamLocal('/tmp/listening', done));
    expect([await reach(open), await reach(site.server)]).toEqual([true, false]);
  });
});

describe('what a session may have besides its command', () => {
  test.each([
    ['a terminal', { pty: true }],
    ['the windows of X11', { x11: true }],
  ])('%s', async (_, options) => {
    const ask = (server: Sshd) =>
      granted(server, (connection, done) => connection.exec('true', options, done));
    expect(await ask(open)).toBe(true);
    expect(await ask(site.server)).toBe(false);
  });

  test('an agent, a start-up file of its own', async () => {
    const seen = async (server: Sshd) => {
      await server.sh(`rm -f ${PWNED}`);
      const watch = await watchTree(server);
      await ssh(server, '-A', '-o', `IdentityAgent=${agent.path}`, 'server', 'true');
      await server.idle();
      const events = await watch.events();
      await watch.stop();
      const made = events.filter(event => event.startsWith('CREATE')).map(event => event.split(' ')[1] ?? '');
      return { agent: made.some(path => /^\/tmp\/ssh-\w+/.test(path)), rc: made.includes(PWNED), events };
    };
    expect(await seen(open)).toMatchObject({ agent: true, rc: true });
    expect(await seen(site.server)).toEqual({ agent: false, rc: false, events: [] });
  });

  test('an environment that the program would heed', async () => {
    const asked = question({ globs: [globOf('/etc/rsyslog.d', '*.conf')] });
    const set = ['LC_ALL=xx', 'LANG=$(touch /tmp/pwned)', 'LC_BASH=() { touch /tmp/pwned; }'].flatMap(
      value => ['-o', `SetEnv="${value}"`],
    );
    const plain = await ssh(site.server, 'server', probeCommand(asked, NONCE));
    const changed = await ssh(site.server, ...set, 'server', probeCommand(asked, NONCE));
    expect({ ...changed, stderr: '' }).toEqual(plain);
    expect(plain.stdout.toString()).toContain('edited');
    expect(await site.server.sh(`ls ${PWNED} 2>&1 || :`)).toContain('No such file');
  });
});

describe('other ways to a file or a program', () => {
  test.each([
    ['a shell', []],
    ['a terminal with a shell', ['-tt']],
    ['SFTP', ['-s', 'sftp']],
    ['another subsystem', ['-s', 'other']],
    ['scp', ['scp -f /etc/secret']],
    ['rsync', ['rsync --server --sender . /etc/']],
    ['a command', ['cat /etc/secret']],
    ['one behind the wrapper', ["sh -c 'eval \"$(printf %b \"$0\")\"' 'cat /etc/secret' 'x'"]],
    ['one behind a question', [`${probeCommand(question({}), NONCE)}; cat /etc/secret`]],
    ['one in front of a question', [`cat /etc/secret; ${probeCommand(question({}), NONCE)}`]],
    ['a substitution', [`$(touch ${PWNED})`]],
    ['backquotes', [`\`touch ${PWNED}\``]],
    ['the end of a quote', [`"; touch ${PWNED}; "`]],
    ['a second line', [`true\ntouch ${PWNED}`]],
    ['options of the program', ['/etc/sshdrift-probe --help']],
    ['a long command', ['x'.repeat(100_000)]],
  ])('%s', async (_, args) => {
    const flags = args.filter(arg => arg.startsWith('-'));
    const outcome = await ssh(site.server, ...flags, 'server', ...args.filter(arg => !flags.includes(arg)));
    expect(outcome.stdout.toString()).toBe('');
    // sshd passes nothing on of what a subsystem has to say.
    expect(outcome.stderr).toMatch(
      flags.includes('-s') ? /^$/ : /sshdrift-probe: refused: |^PTY allocation request failed/,
    );
    expect(outcome.exitCode).not.toBe(0);
    expect(await site.server.sh(`ls ${PWNED} 2>&1 || :`)).toContain('No such file');
  });

  test.each([
    '/etc/secret',
    '/etc/rsyslog.d/secret',
    '/etc/rsyslog.d/../secret',
    '/etc/rsyslog.d/x/../../secret',
    '/etc/rsyslog.d/./30-lab.conf/../../secret',
    '/etc/rsyslog.conf/../secret',
    '/etc/../etc/secret',
    '//etc/secret',
    '/etc/rsyslog.d/.secret.conf',
    '/etc/rsyslog.d/secret\n.conf/../../secret',
    '/proc/self/root/etc/secret',
    '/etc/rsyslog.d/a.conf /etc/secret',
  ])('a question about %j', async path => {
    const { stdout, stderr, exitCode } = await ssh(
      site.server,
      'server',
      probeCommand(question({ files: [{ path: pathOf(path), sha256: null }] }), NONCE),
    );
    expect([stdout.toString(), exitCode]).toEqual(['', 1]);
    expect(stderr).toMatch(/^sshdrift-probe: refused: .* is not watched\n$/);
  });

  test.each([
    ['/etc', '*'],
    ['/etc/rsyslog.d', '*'],
    ['/etc/rsyslog.d/..', '*.conf'],
    ['/', '*.conf'],
  ])('what %s/%s finds', async (directory, pattern) => {
    const { stdout, stderr } = await ssh(
      site.server,
      'server',
      probeCommand(question({ globs: [globOf(directory, pattern)] }), NONCE),
    );
    expect(stdout.toString()).toBe('');
    expect(stderr).toMatch(/^sshdrift-probe: refused: .* is not watched\n$/);
  });
});
