// A fleet of made-up servers: when each is tried, and when what came of it is told.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Failure } from '../../src/domain/failure.ts';
import type { ServerReport } from '../../src/domain/report.ts';
import { withoutContents } from '../../src/domain/without-contents.ts';
import { checkFleet, type Fleet, type Run } from '../../src/engine/check-fleet.ts';
import type { Ports } from '../../src/engine/ports.ts';
import { madeFleet } from '../support/made-fleet.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const REFUSED: Failure = { code: 'ssh/refused', host: 'h', port: 22 };

/** Servers that refuse after so many milliseconds; null never answers, whatever the signal says. */
function made(delays: readonly (number | null)[], follower: Run['follower'] = null, run: Partial<Run> = {}) {
  const { fleet, ports } = madeFleet(delays.length);
  const tried: number[] = [];
  const begin = Date.now();
  const slow: Ports = {
    ...ports,
    now: () => new Date(),
    connect: ({ host }) => {
      tried.push(Date.now() - begin);
      const delay = delays[Number(/\d+/.exec(host)?.[0])] ?? null;
      return new Promise(resolve => delay === null || setTimeout(() => resolve(REFUSED), delay));
    },
  };
  const limits: Run = {
    atOnce: { busy: 2, open: 2 },
    timeoutMs: 60_000,
    signal: new AbortController().signal,
    follower,
    ...run,
  };
  return { report: checkFleet(fleet satisfies Fleet, slow, limits), tried };
}

test('the clock of a server starts when it is tried', async () => {
  const { report, tried } = made([5000, 5000, 700, 700]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tried).toEqual([0, 0, 5000, 5000]);
  expect((await report).servers.map(server => server.durationMs)).toEqual([5000, 5000, 700, 700]);
});

test('each server is told of as soon as it is finished, and the report keeps what the follower makes of it', async () => {
  const told: string[] = [];
  const checked = async (server: ServerReport): Promise<ServerReport> => {
    told.push(`${server.server} at ${Date.now() - begin}`);
    return { ...server, warnings: ['seen'] };
  };
  const begin = Date.now();
  const { report } = made(
    [900, 300, 100, 0],
    { tried: server => told.push(`${server} tried`), checked },
    { atOnce: { busy: 4, open: 4 } },
  );
  await vi.advanceTimersByTimeAsync(900);
  expect(told.slice(4)).toEqual(['s0003 at 0', 's0002 at 100', 's0001 at 300', 's0000 at 900']);
  expect((await report).servers.map(server => [server.server, server.warnings])).toEqual(
    ['s0000', 's0001', 's0002', 's0003'].map(name => [name, ['seen']]),
  );
});

test('a follower that takes its time keeps no server from being tried', async () => {
  const { report, tried } = made(
    [0, 0, 0, 0],
    {
      tried: () => undefined,
      checked: server => new Promise(resolve => setTimeout(() => resolve(server), 10_000)),
    },
    { atOnce: { busy: 1, open: 1 } },
  );
  await vi.advanceTimersByTimeAsync(10);
  expect(tried.length).toBe(4);
  await vi.advanceTimersByTimeAsync(20_000);
  await report;
});

test('what never answers, and heeds no signal, does not hold the run', async () => {
  const stop = new AbortController();
  const { report, tried } = made([null, 0, null, 0], null, { signal: stop.signal });
  await vi.advanceTimersByTimeAsync(5000);
  stop.abort('SIGTERM');
  const failures = (await report).servers.map(({ failure }) => failure);
  expect(failures).toEqual([
    { code: 'run/interrupted', signal: 'SIGTERM' },
    REFUSED,
    { code: 'run/interrupted', signal: 'SIGTERM' },
    { code: 'run/interrupted', signal: 'SIGTERM' },
  ]);
  expect([tried.length, vi.getTimerCount()]).toEqual([3, 0]);
});

test("at the run's deadline nobody else is tried", async () => {
  const { report, tried } = made([null, null, 0, 0], null, { timeoutMs: 3000 });
  await vi.advanceTimersByTimeAsync(3000);
  const started = (await report).servers.map(
    ({ failure }) => failure?.code === 'run/timeout' && failure.started,
  );
  expect([started, tried.length]).toEqual([[true, true, false, false], 2]);
});

/** Every buffer that can be reached from a value. */
function buffersIn(value: unknown, seen = new Set<unknown>()): readonly Buffer[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  if (Buffer.isBuffer(value)) return [value];
  const inside = value instanceof Map ? [...value.values()] : Object.values(value);
  return inside.flatMap(one => buffersIn(one, seen));
}

test('what is kept of a server holds no contents but the Git copies, which all servers share', async () => {
  const { fleet, ports } = madeFleet(20, i => i % 10 === 0);
  const drifted: string[] = [];
  const report = await checkFleet(fleet, ports, {
    atOnce: { busy: 4, open: 4 },
    timeoutMs: 1000,
    signal: new AbortController().signal,
    follower: {
      tried: () => undefined,
      checked: async server => {
        const [file] = server.files.filter(({ verdict }) => verdict === 'modified');
        if (file?.server?.bytes?.includes('by hand')) drifted.push(server.server);
        return withoutContents(server);
      },
    },
  });
  const shared = new Set([...(fleet.targets[0]?.copies.values() ?? [])].map(({ bytes }) => bytes));
  expect(report.servers.map(({ status }) => status).filter(status => status === 'SYNCED').length).toBe(18);
  expect(drifted).toEqual(['s0000', 's0010']);
  expect(buffersIn(report.servers).filter(bytes => !shared.has(bytes))).toEqual([]);
});

test('however many are asked at once, Node warns of nothing', async () => {
  const warnings: string[] = [];
  const warned = (warning: Error): unknown => warnings.push(warning.name);
  process.on('warning', warned);
  const { report } = made(Array(40).fill(100), null, { atOnce: { busy: 40, open: 40 } });
  await vi.advanceTimersByTimeAsync(100);
  await report;
  process.off('warning', warned);
  expect(warnings).toEqual([]);
});
