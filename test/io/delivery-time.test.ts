import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDeliveryTime, GRACE_MS } from '../../src/io/delivery-time.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = (): AbortSignal => new AbortController().signal;

test('the clock starts with the first start, and only once', () => {
  const time = createDeliveryTime(30_000, never());
  vi.advanceTimersByTime(60_000);
  expect([time.leftMs(), time.over()]).toEqual([30_000, null]);
  time.start();
  vi.advanceTimersByTime(29_000);
  time.start();
  expect([time.leftMs(), time.over()]).toEqual([1000, null]);
  vi.advanceTimersByTime(1000);
  expect([time.leftMs(), time.over()]).toEqual([0, { why: 'deadline', deadlineMs: 30_000 }]);
  expect(time.signal.aborted).toBe(true);
});

test('the first reason stays', () => {
  const outer = new AbortController();
  const time = createDeliveryTime(30_000, outer.signal);
  time.start();
  outer.abort('SIGINT');
  time.end('the end of the run');
  vi.advanceTimersByTime(30_000);
  expect(time.over()).toEqual({ why: 'interrupted', by: 'SIGINT' });
});

test('no timer is left behind, and none is started afterwards', () => {
  const time = createDeliveryTime(30_000, never());
  time.start();
  expect(vi.getTimerCount()).toBe(1);
  time.end('the end of the run');
  time.start();
  expect(vi.getTimerCount()).toBe(0);
});

test('an abort without a name', () => {
  const time = createDeliveryTime(1, AbortSignal.abort());
  vi.advanceTimersByTime(1);
  expect(time.over()).toEqual({ why: 'interrupted', by: 'an abort' });
});

test('an abort leaves a moment, never more than there was', () => {
  const outer = new AbortController();
  const [time, short] = [createDeliveryTime(30_000, outer.signal), createDeliveryTime(100, outer.signal)];
  short.start();
  outer.abort('SIGTERM');
  time.start();
  expect([time.over(), time.leftMs(), short.leftMs()]).toEqual([null, GRACE_MS, 100]);
  expect(time.ending()).toEqual({ why: 'interrupted', by: 'SIGTERM' });
  vi.advanceTimersByTime(GRACE_MS);
  expect(time.over()).toEqual({ why: 'interrupted', by: 'SIGTERM' });
});
