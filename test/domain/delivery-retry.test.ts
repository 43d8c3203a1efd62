import { describe, expect, test } from 'vitest';
import { nextTry, type Situation } from '../../src/domain/delivery-retry.ts';
import type { Trouble } from '../../src/domain/delivery-trouble.ts';

const situation = (over: Partial<Situation> = {}): Situation => ({
  attempts: 1,
  leftMs: 25_000,
  deadlineMs: 30_000,
  now: new Date('2026-04-21T10:30:00Z'),
  random: 0,
  ...over,
});

const answer = (status: number, retryAfter: string | null = null): Trouble => ({
  kind: 'answer',
  status,
  body: '',
  location: null,
  retryAfter,
});

const network = (code: string): Trouble => ({ kind: 'network', code, detail: '' });

describe('which trouble passes', () => {
  test.each([
    ...[429, 500, 501, 502, 503, 504, 599].map(status => [answer(status), true] as const),
    ...[301, 302, 400, 401, 403, 404, 408, 413, 422].map(status => [answer(status), false] as const),
    ...[
      'ECONNREFUSED',
      'ECONNRESET',
      'ENOTFOUND',
      'EAI_AGAIN',
      'UND_ERR_SOCKET',
      'UND_ERR_CONNECT_TIMEOUT',
    ].map(code => [network(code), true] as const),
    ...['CERT_HAS_EXPIRED', 'EPROTO', 'HTTPParserError', 'UND_ERR_PRX_TLS'].map(
      code => [network(code), false] as const,
    ),
    [{ kind: 'no-answer', afterMs: 10_000 }, true],
    [{ kind: 'proxy', status: 502 }, true],
    [{ kind: 'proxy', status: 500 }, true],
    [{ kind: 'proxy', status: 429 }, true],
    [{ kind: 'proxy', status: 499 }, false],
    [{ kind: 'proxy', status: 407 }, false],
  ] as const)('%j: %s', (trouble, again) => {
    expect(nextTry(trouble, situation())).toEqual(again ? { waitMs: 250 } : { why: 'permanent' });
  });
});

describe('how long it waits', () => {
  test('doubles, and half of it is random', () => {
    const waits = (random: number) =>
      [1, 2, 3, 4].map(attempts => nextTry(answer(500), situation({ attempts, random })));
    expect(waits(0)).toEqual([250, 500, 1000, 2000].map(waitMs => ({ waitMs })));
    expect(waits(1)).toEqual([500, 1000, 2000, 4000].map(waitMs => ({ waitMs })));
  });

  test.each([
    ['429 asks', answer(429, '3'), { waitMs: 3000 }],
    ['503 asks', answer(503, '3'), { waitMs: 3000 }],
    ['500 cannot ask', answer(500, '3'), { waitMs: 250 }],
    ['nothing is asked with 0', answer(503, '0'), { waitMs: 250 }],
    ['nothing is asked with a past date', answer(503, 'Sun, 06 Nov 1994 08:49:37 GMT'), { waitMs: 250 }],
    ['nonsense is not asking', answer(503, 'later'), { waitMs: 250 }],
    ['just in time', answer(503, '24'), { waitMs: 24_000 }],
    ['too late', answer(503, '25'), { why: 'long-wait', waitMs: 25_000, leftMs: 25_000 }],
  ])('%s', (_, trouble, expected) => {
    expect(nextTry(trouble, situation())).toEqual(expected);
  });

  test('not beyond the deadline', () => {
    const deadline = { why: 'deadline', deadlineMs: 30_000 };
    expect(nextTry(answer(500), situation({ leftMs: 251 }))).toEqual({ waitMs: 250 });
    expect(nextTry(answer(500), situation({ leftMs: 250 }))).toEqual(deadline);
    expect(nextTry(answer(500), situation({ leftMs: 0 }))).toEqual(deadline);
  });

  test('five tries are enough, whatever the receiver asks for', () => {
    expect(nextTry(answer(503, '120'), situation({ attempts: 5 }))).toEqual({ why: 'attempts' });
  });
});
