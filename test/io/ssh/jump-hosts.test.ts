// How jump hosts are spared: logins that differ go to one address a few at a time, and one that stalls is given up soon.

import { expect, test } from 'vitest';
import type { Destination } from '../../../src/domain/destination.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { createJumpHosts } from '../../../src/io/ssh/jump-hosts.ts';
import { connectTo, destinationOf } from '../../support/connecting.ts';
import { freshPrivateKey } from '../../support/fault-server.ts';
import { startTcpFault } from '../../support/fault-tcp.ts';

const never = new AbortController().signal;
const turn = (): Promise<void> => new Promise(setImmediate);
const login = (user: string, host = 'bastion', hop: Destination | null = null): Destination => ({
  ...destinationOf({ host, port: 22, user }),
  via: hop && { kind: 'jump', hop },
});

/** Jump hosts that refuse everybody, but not before they are told to. */
function refusing() {
  const waiting: { readonly hop: Destination; readonly refuse: () => void }[] = [];
  const jumps = createJumpHosts(
    hop =>
      new Promise<Failure>(resolve => {
        waiting.push({ hop, refuse: () => resolve({ code: 'ssh/refused', host: hop.host, port: hop.port }) });
      }),
  );
  return { jumps, waiting };
}

test('three logins at one address at the same time, and any number at others', async () => {
  const { jumps, waiting } = refusing();
  const users = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const all = [
    ...users.map(user => jumps.reach(login(user), never)),
    ...users.map((user, i) => jumps.reach(login(user, `other-${i}`), never)),
  ];
  let most = 0;
  let refused = 0;
  for (await turn(); waiting.length > 0; await turn()) {
    most = Math.max(most, waiting.filter(({ hop }) => hop.host === 'bastion').length);
    refused += 1;
    waiting.shift()?.refuse();
  }
  await Promise.all(all);
  expect([most, refused]).toEqual([3, 14]);
});

test('a hop behind a hop at the same address does not wait for itself', async () => {
  const reached: string[] = [];
  const jumps = createJumpHosts(async (hop, signal) => {
    if (hop.via?.kind === 'jump') await jumps.reach(hop.via.hop, signal);
    reached.push(hop.user);
    return { code: 'ssh/refused', host: hop.host, port: hop.port };
  });
  const users = ['a', 'b', 'c', 'd'];
  await Promise.all(users.map(user => jumps.reach(login(user, 'bastion', login(`${user}0`)), never)));
  expect(reached.sort()).toEqual(['a', 'a0', 'b', 'b0', 'c', 'c0', 'd', 'd0']);
});

test('a jump host that stalls has twice its time to connect, not the whole time of a server', async () => {
  const silent = await startTcpFault('silent');
  const hop = {
    ...destinationOf({ host: '127.0.0.1', port: silent.port, hostKeys: ['SHA256:x'] }),
    ...{ connectTimeoutMs: 100, timeoutMs: 600_000 },
  };
  const via = { kind: 'jump', hop } as const;
  const failure = await connectTo({ host: 'web', port: 22, privateKey: freshPrivateKey(), via });
  expect(failure).toMatchObject({
    code: 'ssh/jump-failed',
    why: { kind: 'hop', failure: { code: 'ssh/timeout', phase: 'handshake', afterMs: 200 } },
  });
  await silent.stop();
});

test.each([
  ['once', 1],
  ['again', 2],
] as const)('a jump host that cannot be reached is tried %s', async (trouble, wanted) => {
  let tried = 0;
  const jumps = createJumpHosts(async ({ host, port }) => {
    tried += 1;
    return { code: 'ssh/refused', host, port };
  }, trouble);
  // Those that wait at the same time hear the same.
  await Promise.all([jumps.reach(login('a'), never), jumps.reach(login('a'), never)]);
  await jumps.reach(login('a'), never);
  expect(tried).toBe(wanted);
});
