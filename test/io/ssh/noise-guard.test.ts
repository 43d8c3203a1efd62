// The budget of a connection that lives for weeks, in made-up time.

import { PassThrough } from 'node:stream';
import type { Client } from 'ssh2';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { guardAgainstNoise } from '../../../src/io/ssh/noise-guard.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** A guarded connection with one open channel; messages go straight to where ssh2 would bring them. */
function guarded() {
  const nothing = (): void => undefined;
  const handlers = {
    ...{ USERAUTH_PK_OK: nothing, EXT_INFO: nothing, GLOBAL_REQUEST: nothing, DISCONNECT: nothing },
    ...{ CHANNEL_DATA: nothing, CHANNEL_EXTENDED_DATA: nothing },
  };
  const client = {
    _protocol: {
      ...{ authNone: nothing, _authsQueue: [], _handlers: handlers },
      _cipher: { allocPacket: nothing, encrypt: nothing },
    },
    _chanMgr: { get: () => ({}) },
  };
  const ends: string[] = [];
  const stream = new PassThrough();
  guardAgainstNoise(client as unknown as Client, stream, detail => ends.push(detail));
  const hear = handlers as unknown as { readonly CHANNEL_DATA: (...args: unknown[]) => void };
  return {
    ends,
    /** So many bytes on the wire, of which so many are an answer. */
    receive: (bytes: number, answer = 0): void => {
      if (answer > 0) hear.CHANNEL_DATA(null, 0, Buffer.alloc(answer));
      stream.emit('data', Buffer.alloc(bytes));
    },
  };
}

const SIGN_OF_LIFE = 52;

test('four weeks with a sign of life every second, and 10,000 rounds', () => {
  const { ends, receive } = guarded();
  const WEEKS = 4 * 7 * 86_400;
  for (let second = 0; second < WEEKS; second++) {
    vi.advanceTimersByTime(1000);
    receive(SIGN_OF_LIFE);
    if (second % 240 === 0) receive(900, 500);
  }
  expect(ends).toEqual([]);
});

test('10,000 rounds without a pause, each of which costs twice what its answer is', () => {
  const { ends, receive } = guarded();
  for (let round = 0; round < 10_000; round++) receive(1500, 500);
  expect(ends).toEqual([]);
});

test.each([
  ['at once', 0],
  ['of 100 messages a second', 10],
])('a flood %s ends it, also after weeks', (_, everyMs) => {
  const { ends, receive } = guarded();
  for (let day = 0; day < 28; day++) {
    vi.advanceTimersByTime(86_400_000);
    receive(900, 500);
  }
  expect(ends).toEqual([]);
  for (let i = 0; i < 6000; i++) {
    vi.advanceTimersByTime(everyMs);
    receive(SIGN_OF_LIFE * 2);
  }
  expect(ends[0]).toBe('it sends messages without end, and no answer');
});
