// A fleet in which some servers never answer a connect and others fall silent, in made-up time and by the default limits:
// how long do they keep the rest waiting, and how many are asked at once?

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { atOnce } from '../../src/cli/check-options.ts';
import type { Failure } from '../../src/domain/failure.ts';
import { checkFleet } from '../../src/engine/check-fleet.ts';
import type { Ports } from '../../src/engine/ports.ts';
import { madeFleet } from '../support/made-fleet.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const SERVERS = 2000;
const HANDSHAKE_MS = 100;
const DEAD: Failure = { code: 'ssh/connect-timeout', host: 'h', port: 22, afterMs: 10_000 };
const SILENT: Failure = { code: 'ssh/timeout', host: 'h', phase: 'handshake', afterMs: 30_000 };

/** What becomes of a server; null for one that answers. */
type Fate = (server: number) => { readonly afterMs: number; readonly failure: Failure } | null;

const dead = { afterMs: 10_000, failure: DEAD };
const silent = { afterMs: 30_000, failure: SILENT };

/** When the last server that answers had done so, in made-up seconds, and the most that were asked at once. */
async function check(fate: Fate) {
  const { fleet, ports } = madeFleet(SERVERS);
  const began = Date.now();
  const now = { answering: 0, all: 0 };
  const most = { answering: 0, all: 0 };
  let lastAnswer = 0;
  const enter = (kind: keyof typeof now): (() => void) => {
    now[kind] += 1;
    most[kind] = Math.max(most[kind], now[kind]);
    return () => {
      now[kind] -= 1;
    };
  };
  const after = <T>(ms: number, value: () => T): Promise<T> =>
    new Promise(resolve => setTimeout(() => resolve(value()), ms));
  const slow: Ports = {
    ...ports,
    connect: async (destination, signal) => {
      const end = fate(Number(destination.host.slice(1)));
      const leave = [enter('all'), ...(end === null ? [enter('answering')] : [])];
      await after(end?.afterMs ?? HANDSHAKE_MS, () => {
        for (const one of leave) one();
        if (end === null) lastAnswer = Date.now() - began;
      });
      return end?.failure ?? ports.connect(destination, signal);
    },
  };
  const checked = checkFleet(fleet, slow, {
    atOnce: atOnce({}),
    timeoutMs: 90_000,
    signal: new AbortController().signal,
    follower: null,
  });
  let report: Awaited<typeof checked> | null = null;
  void checked.then(result => {
    report = result;
  });
  for (; report === null; await vi.advanceTimersByTimeAsync(HANDSHAKE_MS)) {}
  const { servers } = report as Awaited<typeof checked>;
  const codes = servers.map(({ failure }) => failure?.code ?? 'answered');
  const count = (code: string): number => codes.filter(one => one === code).length;
  return {
    answered: count('answered'),
    dead: count(DEAD.code),
    silent: count(SILENT.code),
    lastAnswerSeconds: lastAnswer / 1000,
    most,
  };
}

test('those that answer are asked 32 at once', async () => {
  const { lastAnswerSeconds, most } = await check(() => null);
  expect([lastAnswerSeconds, most]).toEqual([6.3, { answering: 32, all: 32 }]);
});

test('one in a hundred dead and one silent cost the others a second', async () => {
  const result = await check(server => ({ 7: dead, 57: silent })[server % 100] ?? null);
  expect(result).toMatchObject({ answered: 1960, dead: 20, silent: 20 });
  // Each waits a second in one of 32 slots: (40 x 1 s + 1,960 x 0.1 s) / 32.
  expect(result.lastAnswerSeconds).toBeLessThan(8);
  expect(result.most.answering).toBeLessThanOrEqual(32);
  expect(result.most.all).toBeLessThanOrEqual(32 + 40);
});

test('200 dead ones in a row are passed by', async () => {
  const result = await check(server => (server < 200 ? dead : null));
  expect(result).toMatchObject({ answered: 1800, dead: 200, silent: 0 });
  expect(result.lastAnswerSeconds).toBeLessThan(13);
});

test('500 silent ones fill what may be open at once, and no more', async () => {
  const result = await check(server => (server < 500 ? silent : null));
  expect(result).toMatchObject({ answered: 1500, silent: 500, most: { all: 256 } });
});
