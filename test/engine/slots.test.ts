import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Destination } from '../../src/domain/destination.ts';
import { createSlots, type Slots } from '../../src/engine/slots.ts';
import { wayOf } from '../../src/engine/way-of.ts';
import { destinationOf } from '../support/connecting.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const at = (host: string, port = 22): Destination => destinationOf({ host, port });
const behind = (host: string, hop: Destination): Destination => ({ ...at(host), via: { kind: 'jump', hop } });

/** Everybody who wants a slot, and who has one. */
function crowd(slots: Slots, destinations: readonly Destination[]) {
  const inside = new Map<string, () => void>();
  for (const [i, destination] of destinations.entries())
    void slots.take(wayOf(destination)).then(release => inside.set(`${destination.host}#${i}`, release));
  return {
    inside: async (): Promise<readonly string[]> => {
      await vi.advanceTimersByTimeAsync(0);
      return [...inside.keys()];
    },
    leave: (name: string): void => {
      inside.get(name)?.();
      inside.delete(name);
    },
  };
}

const many = (count: number, make: (i: number) => Destination): readonly Destination[] =>
  Array.from({ length: count }, (_, i) => make(i));

test('so many at once, in their order, the next one when one leaves', async () => {
  const it = crowd(
    createSlots({ busy: 2, open: 2 }),
    ['a', 'b', 'c', 'd'].map(name => at(name)),
  );
  expect(await it.inside()).toEqual(['a#0', 'b#1']);
  it.leave('b#1');
  expect(await it.inside()).toEqual(['a#0', 'c#2']);
  it.leave('a#0');
  it.leave('c#2');
  expect(await it.inside()).toEqual(['d#3']);
});

test('one that takes a second keeps nobody waiting any more, up to the limit of all', async () => {
  const it = crowd(
    createSlots({ busy: 2, open: 5 }),
    many(9, i => at(`s${i}`)),
  );
  expect((await it.inside()).length).toBe(2);
  await vi.advanceTimersByTimeAsync(999);
  expect((await it.inside()).length).toBe(2);
  await vi.advanceTimersByTimeAsync(1);
  expect((await it.inside()).length).toBe(4);
  await vi.advanceTimersByTimeAsync(60_000);
  expect((await it.inside()).length).toBe(5);
  it.leave('s0#0');
  expect((await it.inside()).length).toBe(5);
});

test('a named limit is one', async () => {
  const it = crowd(
    createSlots({ busy: 1, open: 1 }),
    many(3, i => at(`s${i}`)),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await it.inside()).toEqual(['s0#0']);
});

test('three at one address, however long they take; others go past those that wait', async () => {
  const it = crowd(createSlots({ busy: 32, open: 256 }), [
    ...many(9, () => at('same')),
    at('same', 2222),
    at('other'),
    behind('same', at('jump')),
  ]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await it.inside()).toEqual(['same#0', 'same#1', 'same#2', 'same#9', 'other#10', 'same#11']);
  it.leave('same#1');
  expect(await it.inside()).toContain('same#3');
});

test('fewer behind one jump host, whoever logs in there; others go past', async () => {
  const hops = [destinationOf({ host: 'jump', port: 22, user: 'a' }), at('jump'), at('elsewhere')];
  const it = crowd(createSlots({ busy: 32, open: 256 }), [
    ...many(500, i => behind(`in${i}`, hops[i % 2] as Destination)),
    behind('x', hops[2] as Destination),
    at('y'),
  ]);
  expect((await it.inside()).filter(name => name.startsWith('in')).length).toBe(16);
  expect(await it.inside()).toEqual(expect.arrayContaining(['x#500', 'y#501']));
  await vi.advanceTimersByTimeAsync(60_000);
  expect((await it.inside()).filter(name => name.startsWith('in')).length).toBe(64);
});

test('proxy commands, which may all lead through one host, are fewer still', async () => {
  const command = (i: number): Destination => ({
    ...at(`s${i}`),
    via: { kind: 'command', command: `nc s${i} 22` },
  });
  const it = crowd(createSlots({ busy: 32, open: 256 }), many(40, command));
  expect((await it.inside()).length).toBe(5);
  await vi.advanceTimersByTimeAsync(60_000);
  expect((await it.inside()).length).toBe(20);
});

test('nothing stays when all have left', async () => {
  const slots = createSlots({ busy: 4, open: 8 });
  const it = crowd(
    slots,
    many(100, i => at(`s${i % 7}`)),
  );
  let left = 0;
  for (let inside = await it.inside(); inside.length > 0; inside = await it.inside()) {
    expect(inside.length).toBeLessThanOrEqual(4);
    for (const name of inside) {
      it.leave(name);
      left += 1;
    }
  }
  expect([left, vi.getTimerCount()]).toEqual([100, 0]);
});
