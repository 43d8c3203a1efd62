// What the status server has on the disk, and that it is all that it was told.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { PostedStatus } from '../../../src/domain/posted-status.ts';
import { BOOK_LIMITS, type BookLimits } from '../../../src/domain/status-book.ts';
import { MAX_EVENTS } from '../../../src/domain/status-event.ts';
import { lockDirectory, removeDead } from '../../../src/io/status-server/directory-lock.ts';
import { openStatusLog, type StatusLog } from '../../../src/io/status-server/status-log.ts';
import { createStatusStore, type StatusStore } from '../../../src/io/status-server/status-store.ts';

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'sshdrift-state-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

interface Opened {
  readonly store: StatusStore;
  readonly troubles: readonly (string | null)[];
  readonly cutBytes: number;
}

interface Change {
  readonly limits?: BookLimits;
  readonly isOurs?: () => Promise<boolean>;
  readonly log?: (log: StatusLog) => StatusLog;
}

async function openIn(
  dir: string,
  { limits = BOOK_LIMITS, isOurs = async () => true, log }: Change = {},
): Promise<Opened> {
  const opened = await openStatusLog(dir);
  const troubles: (string | null)[] = [];
  const store = createStatusStore({
    opened: { ...opened, log: log?.(opened.log) ?? opened.log },
    isOurs,
    stored: () => {},
    diskTrouble: reason => void troubles.push(reason),
    limits,
  });
  onTestFinished(() => store.close());
  return { store, troubles, cutBytes: opened.cutBytes };
}

const status = (server: string, second = 0, names: readonly string[] = []): PostedStatus => ({
  repo: 'r',
  server,
  sync_status: names.length > 0 ? 'OUT_OF_SYNC' : 'SYNCED',
  drift_count: names.length,
  files: names.map(name => ({ name })),
  last_check: new Date(Date.parse('2026-04-21T10:00:00Z') + second * 1000).toISOString(),
});

const log = (dir: string) => join(dir, 'statuses.log');
const seen = ({ store }: Opened) => ({ records: store.records(), events: store.events() });

test('everything is there again: records, their times, events', async () => {
  const dir = directory();
  const first = await openIn(dir);
  await first.store.post(status('a', 0));
  await first.store.post(status('a', 1, ['x']));
  await first.store.post({ ...status('b', 2), sync_status: 'UNKNOWN' });
  await first.store.post(status('a', 3, ['x']));
  const before = seen(first);
  expect(before.records[0]).toMatchObject({
    since: status('a', 1).last_check,
    last_check: status('a', 3).last_check,
  });
  expect(before.events.map(({ server }) => server)).toEqual(['b', 'a']);
  await first.store.close();
  const second = await openIn(dir);
  expect(seen(second)).toEqual(before);
  // What was remembered of the drift before UNKNOWN is, too.
  await second.store.post({ ...status('a', 4), sync_status: 'UNKNOWN' });
  await second.store.close();
  const third = await openIn(dir);
  await third.store.post(status('a', 5, ['x']));
  expect(third.store.events()[0]).toMatchObject({ from: 'UNKNOWN', to: 'OUT_OF_SYNC' });
  expect(third.store.records()[0]?.first_drift_at).toBe(status('a', 1).last_check);
  await third.store.close();
});

test('what was forgotten stays so, in its order among the statuses, and makes room', async () => {
  const dir = directory();
  const first = await openIn(dir, { limits: { ...BOOK_LIMITS, records: 2 } });
  const { store } = first;
  const name = (server: string) => ({ repo: 'r', server });
  const outcomes = await Promise.all([
    store.post(status('a', 0, ['x'])),
    store.post(status('b', 0)),
    store.post(status('c', 0)),
    store.remove(name('a')),
    store.post(status('c', 1)),
    store.remove(name('b')),
    store.post(status('b', 2)),
    store.remove(name('d')),
  ]);
  const kinds = outcomes.map(({ kind }) => kind);
  expect(kinds.map((kind, i) => `${i} ${kind}`)).toEqual([
    ...['0 stored', '1 stored', '2 full', '3 removed', '4 stored', '5 removed', '6 stored', '7 unknown'],
  ]);
  const before = seen(first);
  expect(before.records.map(({ server }) => server)).toEqual(['c', 'b']);
  await store.close();
  const second = await openIn(dir);
  expect(seen(second)).toEqual(before);
  const broken = await openIn(dir, { isOurs: async () => false });
  expect(await broken.store.remove(name('b'))).toMatchObject({ kind: 'unwritten' });
  expect(broken.store.count()).toBe(2);
});

test('the log is rewritten before it has grown far, and says the same', async () => {
  const dir = directory();
  const opened = await openIn(dir);
  const names = Array.from({ length: 500 }, (_, i) => `rsyslog.d/${i}.conf`);
  let largest = 0;
  for (let i = 0; i < 600; i += 1) {
    await opened.store.post(status(`s${i % 7}`, i, i % 5 === 0 ? [] : names));
    largest = Math.max(largest, statSync(log(dir)).size);
  }
  expect(largest).toBeLessThan(3 * 1024 ** 2);
  const before = seen(opened);
  await opened.store.close();
  expect(seen(await openIn(dir))).toEqual(before);
  expect(readdirSync(dir)).toEqual(['statuses.log']);
});

test('events are kept up to their number', async () => {
  const dir = directory();
  const opened = await openIn(dir);
  await Promise.all(
    Array.from({ length: MAX_EVENTS + 50 }, (_, i) =>
      opened.store.post(status('s', i, i % 2 === 0 ? ['x'] : [])),
    ),
  );
  expect(opened.store.events()).toHaveLength(MAX_EVENTS);
  expect(opened.store.events()[0]?.time).toBe(status('s', MAX_EVENTS + 49).last_check);
  await opened.store.close();
  expect((await openIn(dir)).store.events()).toHaveLength(MAX_EVENTS);
});

test('statuses that arrive together are written together, in their order', async () => {
  const dir = directory();
  const { store } = await openIn(dir);
  const kinds = await Promise.all(
    [status('a', 5), status('a', 3), status('a', 7), status('b', 1)].map(
      async s => (await store.post(s)).kind,
    ),
  );
  expect(kinds).toEqual(['stored', 'older', 'stored', 'stored']);
  // The header, what a rewrite ends with, the first alone, the others in one line.
  expect(readFileSync(log(dir), 'utf8').trimEnd().split('\n')).toHaveLength(4);
});

test('neither servers nor sizes grow without end; those that are known go on', async () => {
  const limits = { ...BOOK_LIMITS, records: 2 };
  const few = await openIn(directory(), { limits });
  const kinds = [];
  for (const s of [status('a'), status('b'), status('c'), status('a', 1)])
    kinds.push(await few.store.post(s));
  expect(kinds.map(({ kind }) => kind)).toEqual(['stored', 'stored', 'full', 'stored']);
  expect(kinds[2]).toMatchObject({ reason: 'there are 2 servers already, and no more are taken' });
  const small = await openIn(directory(), { limits: { ...BOOK_LIMITS, recordsSize: 1000 } });
  const names = Array.from({ length: 100 }, (_, i) => `file-${i}`);
  const answers = [
    await small.store.post(status('a')),
    await small.store.post(status('a', 1, names)),
    await small.store.post(status('a', 2)),
  ];
  expect(answers.map(({ kind }) => kind)).toEqual(['stored', 'full', 'stored']);
});

test('an unfinished write at the end is cut off, and what follows is sound', async () => {
  const dir = directory();
  const first = await openIn(dir);
  await first.store.post(status('a'));
  await first.store.close();
  // Longer than what is written next.
  appendFileSync(log(dir), `0123456789abcdef [{"kept":{"rec${'x'.repeat(5000)}`);
  const second = await openIn(dir);
  expect(second.cutBytes).toBe(5031);
  await second.store.post(status('b'));
  await second.store.close();
  const third = await openIn(dir);
  expect([third.cutBytes, third.store.count()]).toEqual([0, 2]);
});

test('a damaged log is refused, with what to do, and left as it is', async () => {
  const dir = directory();
  const { store } = await openIn(dir);
  for (const name of ['a', 'b', 'c']) await store.post(status(name));
  await store.close();
  const bytes = readFileSync(log(dir));
  bytes[bytes.indexOf('"b"') + 1] = 0x78;
  writeFileSync(log(dir), bytes);
  await expect(openStatusLog(dir)).rejects.toMatchObject({
    name: 'UserError',
    message: `${log(dir)} is damaged in line 4`,
    hint: expect.stringContaining(`mv ${log(dir)} `),
  });
  expect(readFileSync(log(dir))).toEqual(bytes);
  writeFileSync(log(dir), '');
  await expect(openStatusLog(dir)).rejects.toMatchObject({
    message: expect.stringContaining('is not a status log'),
  });
});

test('a rewrite that a kill cut short is no trouble', async () => {
  const dir = directory();
  const first = await openIn(dir);
  await first.store.post(status('a'));
  await first.store.close();
  writeFileSync(`${log(dir)}.new`, '# sshdrift status log 1\nhalf');
  const second = await openIn(dir);
  expect(second.store.count()).toBe(1);
});

/** A log whose next writes fail as if the disk did, after the given part of the work. */
function failing(before: (name: 'append' | 'rewrite') => void) {
  return (real: StatusLog): StatusLog => ({
    ...real,
    append: async entries => {
      before('append');
      await real.append(entries);
    },
    rewrite: async entries => {
      before('rewrite');
      await real.rewrite(entries);
    },
  });
}

test('while the disk refuses, statuses are refused and the old ones shown; then it goes on', async () => {
  const dir = directory();
  let full = false;
  const opened = await openIn(dir, {
    log: failing(() => {
      if (full) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    }),
  });
  const { store, troubles } = opened;
  await store.post(status('a'));
  full = true;
  const before = seen(opened);
  const reason = 'no space left on the device';
  expect(await store.post(status('a', 1, ['x']))).toEqual({ kind: 'unwritten', reason });
  expect(await store.post(status('b'))).toEqual({ kind: 'unwritten', reason });
  expect(await store.post(status('a', -1))).toEqual({ kind: 'older' });
  expect(seen(opened)).toEqual(before);
  full = false;
  expect(await store.post(status('b'))).toEqual({ kind: 'stored' });
  expect(troubles).toEqual([reason, null]);
  await store.close();
  expect(seen(await openIn(dir)).records.map(({ server }) => server)).toEqual(['a', 'b']);
});

test('after a failed sync the whole log is written anew', async () => {
  const dir = directory();
  const calls: string[] = [];
  let doubtful = false;
  const { store } = await openIn(dir, {
    log: real => ({
      ...failing(name => void calls.push(name))(real),
      isDoubtful: () => doubtful,
    }),
  });
  await store.post(status('a'));
  doubtful = true;
  await store.post(status('b'));
  expect(calls).toEqual(['append', 'rewrite']);
  await store.close();
  expect((await openIn(dir)).store.count()).toBe(2);
});

test('nothing is written to a directory that another process has taken', async () => {
  const dir = directory();
  let ours = true;
  const { store } = await openIn(dir, { isOurs: async () => ours });
  await store.post(status('a'));
  const before = readFileSync(log(dir));
  ours = false;
  expect(await store.post(status('b'))).toEqual({
    kind: 'unwritten',
    reason: 'another process has taken the data directory',
  });
  expect(readFileSync(log(dir))).toEqual(before);
});

test('one holder of a directory at a time', async () => {
  const dir = directory();
  const lock = await lockDirectory(dir);
  expect(await lock.isHeld()).toBe(true);
  await expect(lockDirectory(dir)).rejects.toMatchObject({
    message: `another sshdrift serve uses the data directory ${dir}`,
  });
  await lock.release();
  expect(existsSync(join(dir, 'lock'))).toBe(false);
  const next = await lockDirectory(dir);
  rmSync(join(dir, 'lock'));
  expect(await next.isHeld()).toBe(false);
  const thief = await lockDirectory(dir);
  await next.release();
  expect(await thief.isHeld()).toBe(true);
  await thief.release();
});

test('a lock that a kill left behind is none, for whoever comes first', async () => {
  const dir = directory();
  const holder = spawn(process.execPath, [
    '-e',
    `require('net').createServer().listen(process.argv[1], () => console.log('held'))`,
    join(dir, 'lock'),
  ]);
  await once(holder.stdout, 'data');
  await expect(lockDirectory(dir)).rejects.toThrow('another sshdrift serve');
  holder.kill('SIGKILL');
  await once(holder, 'close');
  expect(existsSync(join(dir, 'lock'))).toBe(true);
  const rivals = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(dir)));
  const winners = rivals.flatMap(rival => (rival.status === 'fulfilled' ? [rival.value] : []));
  const held = await Promise.all(winners.map(winner => winner.isHeld()));
  expect(held.filter(Boolean)).toHaveLength(1);
  expect(readdirSync(dir)).toEqual(['lock']);
  for (const winner of winners) await winner.release();
});

test('a lock that was taken for dead, and lives, is put back', async () => {
  const dir = directory();
  const lock = await lockDirectory(dir);
  await removeDead(join(dir, 'lock'));
  expect(await lock.isHeld()).toBe(true);
  await expect(lockDirectory(dir)).rejects.toThrow('another sshdrift serve');
  expect(readdirSync(dir)).toEqual(['lock']);
  await lock.release();
});

test('a directory whose path is too long for a socket', async () => {
  await expect(lockDirectory(`/tmp/${'x'.repeat(100)}`)).rejects.toMatchObject({
    message: expect.stringContaining('the path of the data directory is too long'),
  });
  const dir = join(directory(), 'd'.repeat(200));
  await expect(lockDirectory(dir)).rejects.toMatchObject({ name: 'UserError' });
});
