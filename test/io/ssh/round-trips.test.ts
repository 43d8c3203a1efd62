// What a check costs on a slow line: waiting for the other side, counted against OpenSSH's own client.

import { Socket } from 'node:net';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { isFailure } from '../../../src/engine/ports.ts';
import { connectTo } from '../../support/connecting.ts';
import { type CountingRelay, startCountingRelay } from '../../support/counting-relay.ts';
import { needs } from '../../support/programs.ts';
import { run } from '../../support/run.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';

const { test } = needs('sshd', 'ssh', 'ssh-keygen');

/** KEXINIT (the identifications cross), key exchange, service, signed request, channel, exec. */
const OURS = 6;
/** As of OpenSSH 9.2: it asks for `none`, and asks about the key, before. */
const THEIRS = 8;
/** Longer than either side computes between two messages of one round trip. */
const DELAY_MS = 100;
/** On a busy machine a side may still be late, which can only add to the count. */
const TRIES = 3;

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

async function ours(relay: CountingRelay): Promise<number> {
  const connection = await connectTo({
    host: relay.host,
    port: relay.port,
    user: sshd.user,
    hostKeys: [sshd.fingerprint],
    identityFile: sshd.identityFile,
  });
  if (isFailure(connection)) throw new Error(connection.code);
  expect(await connection.exec('true', 100)).toMatchObject({ exitCode: 0 });
  connection.close();
  return relay.roundTrips();
}

async function theirs(relay: CountingRelay): Promise<number> {
  // The server's key is known under the port that the relay stands in front of.
  const options = ['-p', String(relay.port), '-o', `HostKeyAlias=[127.0.0.1]:${sshd.port}`];
  await run(['ssh', '-F', sshd.clientConfig, ...options, 'server', 'true']);
  return relay.roundTrips();
}

async function fewest(count: () => Promise<number>, enough: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && least > enough; tries++) least = Math.min(least, await count());
  return least;
}

test('connect and exec need six round trips after the TCP connect, no more than ssh', async () => {
  const relay = await startCountingRelay(sshd, DELAY_MS);
  const count = await fewest(() => ours(relay), OURS);
  expect(count).toBe(OURS);
  expect(count).toBeLessThanOrEqual(await fewest(() => theirs(relay), THEIRS));
  await relay.stop();
});

// Each write is a packet on the wire, and wakes the server up. sshd is a process of its own, so all of these are ours.
test('a login, a command and the farewell are eleven writes at most', async () => {
  const writes = (['_write', '_writev'] as const).map(name => vi.spyOn(Socket.prototype, name));
  const connection = await connectTo({
    host: '127.0.0.1',
    port: sshd.port,
    user: sshd.user,
    hostKeys: [sshd.fingerprint],
    identityFile: sshd.identityFile,
  });
  if (isFailure(connection)) throw new Error(connection.code);
  expect(await connection.exec('true', 100)).toMatchObject({ exitCode: 0 });
  connection.close();
  const count = writes.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  for (const write of writes) write.mockRestore();
  expect(count).toBeGreaterThan(5);
  expect(count).toBeLessThanOrEqual(11);
});
