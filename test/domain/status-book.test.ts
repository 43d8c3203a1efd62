import { describe, expect, test } from 'vitest';
import { createStatusBook, sizeOf } from '../../src/domain/status-book.ts';
import { MAX_EVENTS, type StatusEvent } from '../../src/domain/status-event.ts';
import { changeTo, type KeptStatus } from '../../src/domain/status-record.ts';

function kept(names: readonly string[], server = 's'): KeptStatus {
  const change = changeTo(null, {
    repo: 'r',
    server,
    sync_status: 'OUT_OF_SYNC',
    drift_count: names.length,
    files: names.map(name => ({ name })),
    last_check: '2026-04-21T10:30:00Z',
  });
  return change?.kept ?? expect.fail('nothing to compare with, so it cannot be older');
}

test('many short names weigh more than one long one of as much JSON: they take more memory', () => {
  const short = kept(Array.from({ length: 8_000 }, (_, i) => i.toString(36)));
  const long = kept(['x'.repeat(JSON.stringify(short).length)]);
  expect(sizeOf(short)).toBeGreaterThan(5 * sizeOf(long));
});

describe('a book', () => {
  const event = (time: string): StatusEvent => ({
    time,
    repo: 'r',
    server: 's',
    from: null,
    to: 'SYNCED',
    drift_count: 0,
    files: [],
  });
  const events = (count: number) =>
    Array.from({ length: count }, (_, i) => event(String(i).padStart(5, '0')));

  test('finds by repository and server, and has one record for both', () => {
    const book = createStatusBook();
    expect([book.find('r', 'a'), book.count(), book.recordsSize(), book.version()]).toEqual([null, 0, 0, 0]);
    const [first, second, other] = [kept(['x']), kept(['y', 'z']), kept([], 'b')];
    for (const entry of [first, other, second]) book.enter({ kept: entry, event: null });
    expect(book.find('r', 's')).toBe(second);
    expect([book.find('r', 'c'), book.find('s', 'r')]).toEqual([null, null]);
    expect(book.records()).toEqual([second.record, other.record]);
    expect([book.count(), book.version()]).toEqual([2, 3]);
    expect(book.recordsSize()).toBe(sizeOf(second) + sizeOf(other));
  });

  test('lists the newest event first', () => {
    const book = createStatusBook();
    const [old, young] = [event('1'), event('2')];
    for (const entry of [old, young]) book.enter({ kept: null, event: entry });
    expect(book.events()).toEqual([young, old]);
  });

  test('forgets the oldest events, of too many and of too large ones', () => {
    const many = createStatusBook();
    const all = events(MAX_EVENTS + 1);
    for (const entry of all) many.enter({ kept: null, event: entry });
    expect(many.events()).toEqual(all.slice(1).reverse());

    const [a, b, c] = events(3) as [StatusEvent, StatusEvent, StatusEvent];
    const small = createStatusBook({ records: 1, recordsSize: 1, eventsSize: 2 * sizeOf(a) });
    for (const entry of [a, b]) small.enter({ kept: null, event: entry });
    expect(small.events()).toEqual([b, a]);
    small.enter({ kept: null, event: c });
    expect(small.events()).toEqual([c, b]);
  });

  test('is the same when its entries are entered into another one', () => {
    const book = createStatusBook();
    book.enter({ kept: kept(['x']), event: event('1') });
    book.enter({ kept: kept([], 'b'), event: event('2') });
    const copy = createStatusBook();
    for (const entry of book.entries()) copy.enter(entry);
    expect([copy.records(), copy.events(), copy.recordsSize()]).toEqual([
      book.records(),
      book.events(),
      book.recordsSize(),
    ]);
    expect(copy.records()).toHaveLength(2);
    expect(copy.events()).toHaveLength(2);
  });
});
