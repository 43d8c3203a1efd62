// The ways to a server that are no TCP connection of our own: jump hosts and proxy commands, real ones, working and not.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Destination } from '../../../src/domain/destination.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { failureText } from '../../../src/domain/failure-text.ts';
import { isFailure } from '../../../src/engine/ports.ts';
import { createKnownHosts } from '../../../src/io/known-hosts-files.ts';
import { type Connect, createConnect } from '../../../src/io/ssh/connect.ts';
import { createIdentities } from '../../../src/io/ssh/identities.ts';
import { destinationOf, fileText, type Reach } from '../../support/connecting.ts';
import { closedPort, startTcpFault } from '../../support/fault-tcp.ts';
import { needs } from '../../support/programs.ts';
import { CLEAN_ENV } from '../../support/run.ts';
import { type Sshd, type SshdOptions, startSshd } from '../../support/sshd.ts';

const real = needs('sshd', 'ssh-keygen', 'nc');

const never = new AbortController().signal;

const newConnect = (): Connect =>
  createConnect({
    knownHosts: createKnownHosts(null),
    identities: createIdentities({ privateKey: null, passphrase: null, terminal: null }),
    terminal: null,
    env: CLEAN_ENV,
  });

const to = (server: Sshd, more: Partial<Reach> = {}): Destination =>
  destinationOf({
    host: server.host,
    port: server.port,
    user: server.user,
    hostKeys: [server.fingerprint],
    identityFile: server.identityFile,
    ...more,
  });

/** What `true` came to, the code of the failure or the exit code. */
async function tryWith(connect: Connect, destination: Destination): Promise<Failure | number> {
  const connection = await connect(destination, never);
  if (isFailure(connection)) return connection;
  const execution = await connection.exec('true', 100);
  connection.close();
  return isFailure(execution) ? execution : execution.exitCode;
}

real.describe('on the way', () => {
  let web: Sshd;
  let inner: Sshd;
  beforeAll(async () => {
    [web, inner] = await Promise.all([startSshd(), startSshd()]);
  });
  afterAll(() => Promise.all([web.stop(), inner.stop()]));

  const withBastion = async (
    use: (bastion: Sshd) => Promise<void>,
    options: SshdOptions = {},
  ): Promise<void> => {
    const bastion = await startSshd(options);
    try {
      await use(bastion);
    } finally {
      await bastion.stop();
    }
  };

  describe('a jump host', () => {
    const behind = (hop: Destination, server = web, more: Partial<Reach> = {}): Destination =>
      to(server, { via: { kind: 'jump', hop }, ...more });

    test('serves many servers over one connection, at the same time and later, until the run is over', () =>
      withBastion(async bastion => {
        const connect = newConnect();
        const targets = [web, inner, web].map(server => behind(to(bastion), server));
        expect(await Promise.all(targets.map(target => tryWith(connect, target)))).toEqual([0, 0, 0]);
        expect(await tryWith(connect, behind(to(bastion)))).toBe(0);
        expect(bastion.connections()).toBe(1);
        await connect.close();
        await bastion.idle();
      }));

    test('may lie behind another one', () =>
      withBastion(async bastion => {
        const connect = newConnect();
        expect(await tryWith(connect, behind(behind(to(bastion), inner)))).toBe(0);
        await connect.close();
        await bastion.idle();
      }));

    test('that does not let us in: every server behind it hears why, and it is not asked again', () =>
      withBastion(async bastion => {
        const connect = newConnect();
        const hop = to(bastion, { user: 'nobody' });
        const failures = await Promise.all([web, inner].map(s => tryWith(connect, behind(hop, s))));
        failures.push(await tryWith(connect, behind(hop)));
        for (const failure of failures)
          expect(failure).toMatchObject({
            code: 'ssh/jump-failed',
            jump: `nobody@127.0.0.1:${bastion.port}`,
            why: { kind: 'hop', failure: { code: 'ssh/auth-refused', user: 'nobody' } },
          });
        expect(bastion.connections()).toBe(1);
        expect(failureText(failures[0] as Failure).message).toMatch(
          /is behind the jump host nobody@.*permission denied/,
        );
        await connect.close();
      }));

    test('is verified under its own name, before the server hears anything', () =>
      withBastion(async bastion => {
        const connect = newConnect();
        const before = web.connections();
        expect(await tryWith(connect, behind(to(bastion, { hostKeys: [web.fingerprint] })))).toMatchObject({
          why: { failure: { code: 'ssh/host-key-mismatch', name: `[127.0.0.1]:${bastion.port}` } },
        });
        expect(web.connections()).toBe(before);
        expect(
          await tryWith(connect, behind(to(bastion), web, { hostKeys: [bastion.fingerprint] })),
        ).toMatchObject({
          code: 'ssh/host-key-mismatch',
          name: `[127.0.0.1]:${web.port}`,
        });
        await connect.close();
      }));

    test('cannot reach the server', () =>
      withBastion(async bastion => {
        const connect = newConnect();
        const failure = await tryWith(connect, behind(to(bastion), web, { port: await closedPort() }));
        expect(failure).toMatchObject({
          code: 'ssh/jump-failed',
          why: { kind: 'forward', prohibited: false, detail: 'connection refused' },
        });
        await connect.close();
      }));

    test('may not forward', () =>
      withBastion(
        async bastion => {
          const connect = newConnect();
          const failure = await tryWith(connect, behind(to(bastion)));
          expect(failure).toMatchObject({ why: { kind: 'forward', prohibited: true } });
          expect(failureText(failure as Failure).hint).toContain('AllowTcpForwarding');
          await connect.close();
        },
        { config: ['AllowTcpForwarding no'] },
      ));

    test('forwards to something that never speaks: the deadline of the server ends it', () =>
      withBastion(async bastion => {
        const connect = newConnect();
        const silent = await startTcpFault('silent');
        const destination = behind(to(bastion), web, { port: silent.port, timeoutMs: 300 });
        expect(await tryWith(connect, destination)).toMatchObject({
          code: 'ssh/timeout',
          phase: 'handshake',
        });
        expect(await tryWith(connect, behind(to(bastion)))).toBe(0);
        expect(bastion.connections()).toBe(1);
        await connect.close();
        await silent.stop();
      }));

    test('dies while a command runs: that is said, and the next server tries again', () =>
      withBastion(async bastion => {
        const connect = newConnect();
        const connection = await connect(behind(to(bastion)), never);
        if (isFailure(connection)) throw new Error(connection.code);
        const answer = connection.exec('sleep 20', 100);
        await bastion.stop();
        expect(await answer).toMatchObject({
          code: 'ssh/jump-failed',
          why: { kind: 'hop', failure: { code: 'ssh/interrupted', host: '127.0.0.1' } },
        });
        expect(await tryWith(connect, behind(to(bastion)))).toMatchObject({
          why: { kind: 'hop', failure: { code: 'ssh/refused', port: bastion.port } },
        });
        await connect.close();
      }));

    test('is silent: the end of the run ends the attempt', async () => {
      const silent = await startTcpFault('silent');
      const abort = new AbortController();
      const connect = newConnect();
      const attempt = connect(behind(to(web, { port: silent.port })), abort.signal);
      setImmediate(() => abort.abort());
      expect(await attempt).toMatchObject({ why: { failure: { code: 'ssh/interrupted' } } });
      await connect.close();
      await silent.stop();
    });

    test('ssh2 still tells how much a channel takes at once', async () => {
      const client = new ssh2.Client();
      const channel = await new Promise<object>((resolve, reject) => {
        client
          .on('error', reject)
          .on('ready', () =>
            client.forwardOut('127.0.0.1', 0, inner.host, inner.port, (error, made) =>
              error ? reject(error) : resolve(made),
            ),
          );
        client.connect({
          ...{ host: web.host, port: web.port, username: web.user },
          ...{ privateKey: fileText(web.identityFile), hostVerifier: () => true },
        });
      });
      expect(channel).toMatchObject({ outgoing: { packetSize: 32768 } });
      client.end();
    });
  });

  describe('a proxy command', () => {
    let dir: string;
    beforeAll(() => {
      dir = mkdtempSync(join(tmpdir(), 'sshdrift-proxy-'));
    });
    afterAll(() => rmSync(dir, { recursive: true, force: true }));

    const by = (command: string, more: Partial<Reach> = {}): Destination =>
      to(web, { via: { kind: 'command', command }, ...more });
    const isAlive = (pid: number): boolean =>
      existsSync(`/proc/${pid}/cmdline`) && fileText(`/proc/${pid}/cmdline`) !== '';
    const pidsOf = (name: string): readonly number[] =>
      readFileSync(join(dir, name), 'utf8').trim().split('\n').map(Number);

    test('carries the connection, and ends with it', async () => {
      const connect = newConnect();
      expect(await tryWith(connect, by(`sh -c 'echo $$ >${dir}/nc; exec nc 127.0.0.1 ${web.port}'`))).toBe(0);
      await vi.waitFor(() => expect(pidsOf('nc').some(isAlive)).toBe(false));
    });

    test.each([
      ['fails', 'sh -c "echo no route to the gate >&2; exit 3"', 'exit 3', 'no route to the gate'],
      ['is not there', '/none/such --password=secret', 'exit 127', '/bin/sh'],
      ['is killed', `sh -c 'kill -9 $$'`, 'killed by SIGKILL', ''],
    ])('that %s', async (_, command, detail, output) => {
      const failure = (await tryWith(newConnect(), by(command))) as Failure;
      expect(failure).toMatchObject({ code: 'ssh/proxy-failed', detail });
      const { message, hint } = failureText(failure);
      expect(message).toContain(output);
      // The rest of the command line may hold a password.
      expect(message + hint).not.toContain('secret');
    });

    test('that says something else is no SSH server', async () => {
      expect(await tryWith(newConnect(), by('echo hello'))).toMatchObject({
        code: 'ssh/not-ssh',
        greeting: 'hello',
      });
    });

    test('that never brings an answer ends with all that it started', async () => {
      const script = join(dir, 'hang.sh');
      writeFileSync(
        script,
        `echo $$ >${dir}/hang; trap '' HUP; sleep 60 & echo $! >>${dir}/hang; echo waiting >&2; wait\n`,
      );
      const failure = await tryWith(newConnect(), by(`sh ${script}`, { connectTimeoutMs: 700 }));
      expect(failure).toMatchObject({
        ...{ code: 'ssh/proxy-failed', program: 'sh', detail: 'no answer in 0.7 s', output: 'waiting' },
      });
      expect(pidsOf('hang')).toHaveLength(2);
      await vi.waitFor(() => expect(pidsOf('hang').some(isAlive)).toBe(false), { timeout: 3000 });
    });
  });
});
