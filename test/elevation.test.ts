// Reading what the login may not read, with the real sudo and doas behind a real sshd.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Failure } from '../src/domain/failure.ts';
import { failureText } from '../src/domain/failure-text.ts';
import { probeCommand } from '../src/domain/probe/command.ts';
import { elevate } from '../src/domain/probe/elevate.ts';
import type { Snapshot } from '../src/domain/snapshot.ts';
import { isFailure } from '../src/engine/ports.ts';
import { sshdrift } from './support/cli.ts';
import { connectTo } from './support/connecting.ts';
import { isolation } from './support/isolation.ts';
import { needsOwnEtc } from './support/programs.ts';
import { onTerminal } from './support/pty.ts';
import { createRepository, serverEntry } from './support/repository.ts';
import { NONCE } from './support/run-probe.ts';
import { contentsOf, RSYSLOG, reachOf, snapshotOf } from './support/snapshot-of.ts';
import { type Sshd, startSshd } from './support/sshd.ts';
import type { Tree } from './support/tree.ts';

// In a user namespace sudo is not owned by root, and refuses to be sudo.
const real = isolation() === 'root' ? needsOwnEtc('sudo', 'doas', 'script') : { describe: describe.skip };

const PASSWORD = 'correct horse';
/** `openssl passwd -6 -salt sshdrift 'correct horse'` */
const HASH =
  '$6$sshdrift$xDcRiN9td4dRUqG8ypl9ZZz4RWutNJe2ubj78736mBidqBKb9PlEMUEKD.uak0/KOimbVXbhV.cyuB4lSenhT0';

const etc = (more: Tree): Tree => ({
  'rsyslog.conf': { type: 'file', content: 'secret', mode: 0o600 },
  shadow: {
    type: 'file',
    content: `root:*:19000:0:99999:7:::\ndeploy:${HASH}:19000:0:99999:7:::\n`,
    mode: 0o640,
  },
  ...more,
});
const sudoers = (...lines: readonly string[]): Tree =>
  etc({ sudoers: { type: 'file', content: `${lines.join('\n')}\n`, mode: 0o440 } });

const SECRET = { '/etc/rsyslog.conf': 'secret' };

interface Terms {
  readonly become?: 'sudo' | 'doas';
  readonly password?: string;
  readonly shell?: string;
  readonly files?: Tree;
}

/** Asks a server of its own as the login `deploy`; also how many execs and questions for a password it took. */
async function ask(tree: Tree, { become = 'sudo', password, shell = '/bin/bash', files = {} }: Terms = {}) {
  const server = await startSshd({ user: 'deploy', shell, etc: tree, files });
  let asked = 0;
  try {
    const answer = await snapshotOf({ ...reachOf(server), become }, RSYSLOG, {
      asked: () => asked++,
      ...(password === undefined ? {} : { password }),
    });
    await server.idle();
    return { answer, asked, execs: server.execs(), connections: server.connections() };
  } finally {
    await server.stop();
  }
}

const textOf = (answer: Snapshot | Failure): string => {
  if (!isFailure(answer)) throw new Error('there is an answer');
  const { message, hint } = failureText(answer);
  return `${message}\n${hint}`;
};

real.describe('sudo', () => {
  const NOPASSWD = sudoers('deploy ALL=(root) NOPASSWD: /bin/sh');

  test('the published line is enough, and costs no exec more', async () => {
    const { answer, execs, asked } = await ask(NOPASSWD);
    expect([contentsOf(answer), execs, asked]).toEqual([SECRET, 1, 0]);
  });

  test('without it, the file is unreadable to the login', async () => {
    const server = await startSshd({ user: 'deploy', etc: NOPASSWD });
    expect(contentsOf(await snapshotOf(reachOf(server)))).toEqual({ '/etc/rsyslog.conf': 'unreadable' });
    await server.stop();
  });

  test.each([
    '/bin/dash',
    '/usr/bin/zsh',
    '/usr/bin/ksh',
    '/usr/bin/tcsh',
    '/usr/bin/fish',
    '/usr/bin/rbash',
  ])('behind %s, with and without a password', async shell => {
    expect(contentsOf((await ask(NOPASSWD, { shell })).answer)).toEqual(SECRET);
    const asking = await ask(sudoers('deploy ALL=(root) /bin/sh'), { shell, password: PASSWORD });
    expect(contentsOf(asking.answer)).toEqual(SECRET);
  });

  test('a password is given once sudo has asked for one, by one exec more over the same connection', async () => {
    const { answer, ...counts } = await ask(sudoers('deploy ALL=(root) ALL'), { password: PASSWORD });
    expect(contentsOf(answer)).toEqual(SECRET);
    expect(counts).toEqual({ execs: 2, asked: 1, connections: 1 });
  });

  test.each<[string, Tree, Terms, string, RegExp]>([
    [
      'no password at hand',
      sudoers('deploy ALL=(root) ALL'),
      {},
      'password-required',
      /deploy@127\.0\.0\.1: sudo did not run the probe: a password is required.*\n.*SSHDRIFT_BECOME_PASSWORD.*deploy ALL=\(root\) NOPASSWD: \/bin\/sh/,
    ],
    [
      'a wrong password',
      sudoers('deploy ALL=(root) ALL'),
      { password: 'not this one' },
      'wrong-password',
      /password is wrong/,
    ],
    [
      'a login that sudoers does not know',
      sudoers('root ALL=(ALL) ALL'),
      { password: PASSWORD },
      'denied',
      /it refuses.*not in the sudoers file/,
    ],
    [
      'another command allowed',
      sudoers('deploy ALL=(root) NOPASSWD: /bin/ls'),
      {},
      'password-required',
      /password is required/,
    ],
    [
      'another command allowed, with a password',
      sudoers('deploy ALL=(root) /bin/ls'),
      { password: PASSWORD },
      'denied',
      /not allowed to execute/,
    ],
    [
      'requiretty',
      sudoers('Defaults requiretty', 'deploy ALL=(root) NOPASSWD: ALL'),
      {},
      'tty-required',
      /Defaults:deploy !requiretty/,
    ],
    ['broken sudoers', sudoers('deploy ALL=('), {}, 'password-required', /password is required/],
  ])('%s', async (_, tree, terms, kind, text) => {
    const { answer } = await ask(tree, terms);
    expect(answer).toMatchObject({ code: 'probe/elevation-failed', kind });
    expect(textOf(answer)).toMatch(text);
    expect(JSON.stringify(answer) + textOf(answer)).not.toContain(terms.password ?? PASSWORD);
  });

  test('messages are read in English, whatever the language of the login', async () => {
    const { answer } = await ask(sudoers('deploy ALL=(root) ALL'), {
      files: { '/home/deploy/.bashrc': 'export LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 LANGUAGE=de\n' },
    });
    expect(answer).toMatchObject({ kind: 'password-required' });
  });

  test('no sudo at all', async () => {
    const { answer } = await ask(NOPASSWD, {
      files: {
        '/run/tools/env': { type: 'symlink', target: '/usr/bin/env' },
        '/home/deploy/.bashrc': 'PATH=/run/tools\n',
      },
    });
    expect(textOf(answer)).toMatch(/there is no sudo on the PATH of deploy.*\nInstall sudo/);
  });

  describe('the password', () => {
    let server: Sshd;
    beforeAll(async () => {
      server = await startSshd({
        user: 'deploy',
        etc: sudoers('Defaults secure_path=/run/tools:/usr/bin:/bin', 'deploy ALL=(root) NOPASSWD: /bin/sh'),
        files: {
          '/run/tools/sha256sum': {
            type: 'file',
            content: '#!/bin/sh\ncat >/run/stdin\nexec /usr/bin/sha256sum "$@"\n',
            mode: 0o755,
          },
        },
      });
    });
    afterAll(() => server.stop());

    test('is not left for the script where sudo wants none', async () => {
      const connection = await connectTo(reachOf(server));
      if (isFailure(connection)) throw new Error(connection.code);
      const command = elevate(probeCommand(RSYSLOG, NONCE), 'sudo', true);
      const execution = await connection.exec(command, 1_000_000, `${PASSWORD}\n`);
      connection.close();
      expect(isFailure(execution) || execution.stdout.toString()).toContain(`\n${NONCE} END sha256sum`);
      expect(await server.sh('ls /run/stdin; cat /run/stdin')).toBe('/run/stdin\n');
    });

    test('comes from the environment, or is asked for on a terminal', async () => {
      const asking = await startSshd({ user: 'deploy', etc: sudoers('deploy ALL=(root) ALL') });
      const entry = serverEntry(asking) as { readonly ssh: object };
      const servers = { lab: { ...entry, ssh: { ...entry.ssh, become: 'sudo' } } };
      const repo = createRepository({
        'inventory.yaml': JSON.stringify({ servers }),
        'files/rsyslog.conf': 'secret',
      });
      try {
        const env = { SSHDRIFT_BECOME_PASSWORD: PASSWORD };
        const given = await sshdrift(['check'], { cwd: repo.dir, env });
        expect([given.code, given.stderr]).toEqual([0, '']);
        const run = onTerminal(['check'], { cwd: repo.dir });
        await run.shows('[sudo] password for deploy@127.0.0.1: ');
        run.type(`${PASSWORD}\r`);
        expect(await run.ended).toBe(0);
        expect(run.shown()).toContain('SYNCED lab');
        expect(run.shown()).not.toContain('horse');
      } finally {
        repo.remove();
        await asking.stop();
      }
    });

    test('is asked for by init, too', async () => {
      const asking = await startSshd({ user: 'deploy', etc: sudoers('deploy ALL=(root) ALL') });
      const repo = createRepository({});
      try {
        const env = {
          SSHDRIFT_BECOME_PASSWORD: PASSWORD,
          SSH_PRIVATE_KEY: asking.clientKey.privateKey,
          SSH_KNOWN_HOSTS: asking.knownHosts,
        };
        const args = ['init', `deploy@127.0.0.1:${asking.port}`, '--become', 'sudo'];
        expect((await sshdrift(args, { cwd: repo.dir, env })).code).toBe(0);
        expect((await sshdrift(['check'], { cwd: repo.dir, env })).code).toBe(0);
      } finally {
        repo.remove();
        await asking.stop();
      }
    });

    test('is shown to nobody when a start-up file reads and prints it', async () => {
      const { answer } = await ask(sudoers('deploy ALL=(root) ALL'), {
        password: PASSWORD,
        files: { '/home/deploy/.bashrc': 'cat; cat >&2\n' },
      });
      expect(answer).toMatchObject({ code: 'probe/elevation-failed', kind: 'wrong-password' });
      expect(JSON.stringify(answer)).not.toContain('horse');
    });
  });
});

real.describe('doas', () => {
  const doas = (line: string): Tree =>
    etc({ 'doas.conf': { type: 'file', content: `${line}\n`, mode: 0o600 } });

  test('the published line is enough', async () => {
    const { answer, execs } = await ask(doas('permit nopass deploy as root cmd sh'), { become: 'doas' });
    expect([contentsOf(answer), execs]).toEqual([SECRET, 1]);
  });

  test.each([
    [
      'permit deploy as root',
      'password-required',
      /doas takes no password from sshdrift.*permit nopass deploy as root cmd sh/,
    ],
    ['permit nopass root', 'denied', /it refuses.*Operation not permitted/],
  ])('%s', async (line, kind, text) => {
    const { answer, asked, execs } = await ask(doas(line), { become: 'doas', password: PASSWORD });
    expect(answer).toMatchObject({ code: 'probe/elevation-failed', kind });
    expect(textOf(answer)).toMatch(text);
    expect([asked, execs]).toEqual([0, 1]);
  });
});
