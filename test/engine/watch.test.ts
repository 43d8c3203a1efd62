// Watching servers that are made up, in made-up time: when each is asked, over how many connections, and what stays.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Failure } from '../../src/domain/failure.ts';
import type { Connection, Ports } from '../../src/engine/ports.ts';
import { createSlots } from '../../src/engine/slots.ts';
import { startWatch } from '../../src/engine/watch-fleet.ts';
import type { Round, WatchTerms } from '../../src/engine/watch-server.ts';
import { madeFleet } from '../support/made-fleet.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const REFUSED: Failure = { code: 'ssh/refused', host: 'h', port: 22 };
const LOST: Failure = { code: 'ssh/interrupted', host: 'h', detail: '' };
const INTERVAL = 30_000;

/** What a server does with a connect or a question; `at` is the time since the beginning. */
interface Behaviour {
  readonly connect?: (host: string, at: number) => Failure | 'never' | null;
  readonly exec?: (host: string, at: number) => Failure | null;
}

function watching(servers: number, terms: Partial<WatchTerms> = {}, behaviour: Behaviour = {}) {
  const made = madeFleet(servers);
  const began = performance.now();
  const at = (): number => performance.now() - began;
  const log: { readonly what: 'connect' | 'exec'; readonly host: string; readonly at: number }[] = [];
  const rounds: Round[] = [];
  let open = 0;
  const ports: Ports = {
    ...made.ports,
    connect: async (destination, signal) => {
      const { host } = destination;
      log.push({ what: 'connect', host, at: at() });
      const failure = behaviour.connect?.(host, at()) ?? null;
      if (failure === 'never') return new Promise(() => undefined);
      if (failure) return failure;
      const connection = (await made.ports.connect(destination, signal)) as Connection;
      open += 1;
      let isOpen = true;
      return {
        ...connection,
        exec: async (command, maxBytes) => {
          log.push({ what: 'exec', host, at: at() });
          return behaviour.exec?.(host, at()) ?? connection.exec(command, maxBytes);
        },
        close: () => {
          if (isOpen) open -= 1;
          isOpen = false;
        },
      };
    },
  };
  const stop = new AbortController();
  const watch = startWatch(
    made.fleet.targets,
    {
      ports,
      slots: createSlots({ busy: 4, open: 8 }),
      intervalMs: INTERVAL,
      rounds: null,
      random: () => 0.5,
      took: round => void rounds.push(round),
      ...terms,
    },
    stop.signal,
  );
  const times = (what: 'connect' | 'exec', host: string): readonly number[] =>
    log.filter(entry => entry.what === what && entry.host === host).map(entry => entry.at);
  return { watch, log, rounds, times, stop, open: () => open, targets: made.fleet.targets };
}

test('one connection for each server, and one question for each round', async () => {
  const { watch, log, rounds, open } = watching(20, { rounds: 50 });
  await vi.advanceTimersByTimeAsync(50 * INTERVAL);
  await watch.done;
  expect(log.filter(({ what }) => what === 'connect').length).toBe(20);
  expect(log.filter(({ what }) => what === 'exec').length).toBe(20 * 50);
  expect(rounds.filter(({ report }) => report.status === 'SYNCED').length).toBe(20 * 50);
  expect([open(), vi.getTimerCount()]).toEqual([0, 0]);
});

test('rounds stand on the grid of their server and are spread over the interval', async () => {
  const { times, stop } = watching(100);
  await vi.advanceTimersByTimeAsync(10 * INTERVAL);
  stop.abort('SIGINT');
  const phases = Array.from({ length: 100 }, (_, i) => {
    const [first, ...later] = times('exec', `s${String(i).padStart(4, '0')}`);
    expect(first).toBeLessThan(1000);
    const gaps = later.map((at, j) => at - (later[j - 1] ?? at));
    expect(new Set(gaps.slice(1).map(gap => Math.round(gap)))).toEqual(new Set([INTERVAL]));
    return (later[0] ?? 0) % INTERVAL;
  });
  for (let tenth = 0; tenth < 10; tenth++) {
    const here = phases.filter(phase => Math.floor((phase / INTERVAL) * 10) === tenth).length;
    expect(here).toBeGreaterThan(0);
    expect(here).toBeLessThan(25);
  }
});

describe('trouble', () => {
  test('with a server is tried again later and later, and after it there is the grid again', async () => {
    const { times, rounds, stop } = watching(1, {}, { connect: (_, at) => (at < 400_000 ? REFUSED : null) });
    await vi.advanceTimersByTimeAsync(700_000);
    stop.abort('SIGINT');
    expect(times('connect', 's0000')).toEqual([
      0, 30_000, 75_000, 150_000, 225_000, 300_000, 375_000, 450_000,
    ]);
    expect(rounds.slice(0, 8).map(({ word }) => word)).toEqual([
      ...['quiet', 'quiet', 'first', 'quiet', 'quiet', 'quiet', 'quiet'],
      'changed',
    ]);
    const [, second = 0, third = 0] = times('exec', 's0000');
    expect(third - second).toBeCloseTo(INTERVAL);
  });

  test('of a connection that was lost meanwhile is none: the same round connects again', async () => {
    let lost = false;
    const { times, rounds, stop } = watching(
      1,
      {},
      {
        exec: (_, at) => {
          if (lost || at < 5 * INTERVAL) return null;
          lost = true;
          return LOST;
        },
      },
    );
    await vi.advanceTimersByTimeAsync(10 * INTERVAL);
    stop.abort('SIGINT');
    expect(times('connect', 's0000').length).toBe(2);
    expect(rounds.every(({ report }) => report.status === 'SYNCED')).toBe(true);
  });

  test('with one server delays no other, however long it takes', async () => {
    const { times, stop } = watching(20, {}, { connect: host => (host === 's0003' ? 'never' : null) });
    await vi.advanceTimersByTimeAsync(10 * INTERVAL);
    stop.abort('SIGINT');
    expect(times('connect', 's0003').length).toBe(1);
    for (const i of [0, 1, 2, 4, 19])
      expect(times('exec', `s${String(i).padStart(4, '0')}`).length).toBeGreaterThanOrEqual(10);
  });
});

test('servers come and go while others are watched, and copies change', async () => {
  const { watch, rounds, stop, targets, open, times } = watching(3);
  await vi.advanceTimersByTimeAsync(2 * INTERVAL);
  const [a, b] = targets;
  if (!a || !b) throw new Error('no targets');
  const copies = new Map([...b.copies].slice(1));
  const c = { ...a, server: { ...a.server, name: 'new' }, destination: { ...a.destination, host: 's0009' } };
  watch.update([a, { ...b, copies }, c]);
  const before = rounds.length;
  await vi.advanceTimersByTimeAsync(3 * INTERVAL);
  const later = rounds.slice(before).map(({ report }) => report.server);
  expect(new Set(later)).toEqual(new Set(['s0000', 's0001', 'new']));
  expect(times('connect', 's0001').length).toBe(1);
  expect(rounds.filter(({ report }) => report.server === 's0001').at(-1)?.report.expected).toBe(2);
  expect(open()).toBe(3);
  stop.abort('SIGTERM');
  await vi.advanceTimersByTimeAsync(0);
  expect([open(), vi.getTimerCount()]).toEqual([0, 0]);
});

test('when it is stopped nothing is asked any more, and no timer is left', async () => {
  const { watch, log, rounds, stop } = watching(
    5,
    {},
    { connect: host => (host === 's0003' ? 'never' : null) },
  );
  await vi.advanceTimersByTimeAsync(INTERVAL);
  const before = [log.length, rounds.length];
  stop.abort('SIGINT');
  await watch.done;
  await vi.advanceTimersByTimeAsync(5 * INTERVAL);
  expect([log.length, rounds.length]).toEqual(before);
});

/** Bytes in use after everything that can be collected was. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  const gc: () => void = runInNewContext('gc');
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}

test('10,000 rounds leave nothing behind', { timeout: 120_000 }, async () => {
  let count = 0;
  const { watch, log, open } = watching(1, { rounds: 10_000, took: () => void count++ });
  const run = async (rounds: number): Promise<void> => {
    for (let i = 0; i < rounds; i += 100) {
      await vi.advanceTimersByTimeAsync(100 * INTERVAL);
      log.length = 0;
    }
  };
  await run(1000);
  const [early, timers] = [heap(), vi.getTimerCount()];
  await run(8900);
  const late = heap();
  expect(count).toBeGreaterThan(9800);
  expect([open(), vi.getTimerCount()]).toEqual([1, timers]);
  await run(200);
  await watch.done;
  expect([count, open(), vi.getTimerCount()]).toEqual([10_000, 0, 0]);
  // A promise of each round that is kept would be 100 bytes at least, its report some thousands.
  expect(late - early).toBeLessThan(8900 * 60);
});
