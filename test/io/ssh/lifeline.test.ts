import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLifeline } from '../../../src/io/ssh/lifeline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const start = () => createLifeline({ host: 'h', timeoutMs: 1_000, signal: new AbortController().signal });

test('the clock stands still while it is held, and goes on from where it stood', () => {
  const lifeline = start();
  vi.advanceTimersByTime(600);
  const release = lifeline.hold();
  vi.advanceTimersByTime(60_000);
  expect(lifeline.isOver()).toBe(false);
  release();
  vi.advanceTimersByTime(399);
  expect(lifeline.isOver()).toBe(false);
  vi.advanceTimersByTime(2);
  expect(lifeline.isOver()).toBe(true);
});

test('it stands still until the last of several lets go, and letting go twice counts once', () => {
  const lifeline = start();
  const [first, second] = [lifeline.hold(), lifeline.hold()];
  first();
  first();
  vi.advanceTimersByTime(5_000);
  expect(lifeline.isOver()).toBe(false);
  second();
  vi.advanceTimersByTime(1_001);
  expect(lifeline.isOver()).toBe(true);
});

test('letting go after the end starts no clock', () => {
  const lifeline = start();
  const release = lifeline.hold();
  lifeline.finish();
  release();
  expect(vi.getTimerCount()).toBe(0);
});

test('a lifted deadline never strikes, not even after it was held', () => {
  const lifeline = start();
  const release = lifeline.hold();
  lifeline.lift();
  release();
  vi.advanceTimersByTime(60_000);
  expect(lifeline.isOver()).toBe(false);
});

test('what it carries is ended with it, and at once if it comes too late', () => {
  const ended: string[] = [];
  const carried = (name: string) => ({
    destroy: () => void ended.push(`${name} destroyed`),
    finish: () => void ended.push(`${name} finished`),
  });
  const [failing, working] = [start(), start()];
  failing.carry(carried('a'));
  vi.advanceTimersByTime(999);
  working.carry(carried('b'));
  working.finish();
  vi.advanceTimersByTime(1);
  failing.carry(carried('c'));
  expect(ended).toEqual(['b finished', 'a destroyed', 'c destroyed']);
});

test('after a rest there is the whole time again', () => {
  const lifeline = start();
  for (let question = 0; question < 100; question++) {
    vi.advanceTimersByTime(900);
    const wake = lifeline.rest();
    vi.advanceTimersByTime(60_000);
    wake();
  }
  expect(lifeline.isOver()).toBe(false);
  vi.advanceTimersByTime(1_001);
  expect(lifeline.reason()).toMatchObject({ code: 'ssh/timeout', afterMs: 1_000 });
});

test('work goes on until the connection ends, and hears why it did', async () => {
  const lifeline = start();
  expect(await lifeline.during(Promise.resolve('done'))).toBe('done');
  await expect(lifeline.during(Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
  const stuck = lifeline.during(new Promise(() => undefined));
  vi.advanceTimersByTime(1_001);
  const timeout = { code: 'ssh/timeout', host: 'h', phase: 'connect', afterMs: 1_000 };
  expect(await stuck).toEqual(timeout);
  expect(await lifeline.during(Promise.resolve('too late'))).toEqual(timeout);
});
