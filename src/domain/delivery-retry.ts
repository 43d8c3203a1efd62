// When a status is sent again. The POST is an upsert by repo and server, so sending it twice does no harm.

import type { GaveUp, Trouble } from './delivery-trouble.ts';
import { retryAfterMs } from './retry-after.ts';

/** Tries for one status, the first one included. */
export const MAX_ATTEMPTS = 5;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

/** What a person would try again: the other end or the way to it may be back in a moment. */
const PASSING = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'ENOTFOUND',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

const PASSES: { readonly [K in Trouble['kind']]: (trouble: Extract<Trouble, { kind: K }>) => boolean } = {
  answer: t => t.status === 429 || t.status >= 500,
  'no-answer': () => true,
  proxy: t => t.status === 429 || t.status >= 500,
  network: t => PASSING.has(t.code),
};

const passes = <K extends Trouble['kind']>(trouble: Extract<Trouble, { kind: K }>): boolean =>
  PASSES[trouble.kind as K](trouble);

/** What is known when a try has failed. */
export interface Situation {
  /** Tries so far, at least 1. */
  readonly attempts: number;
  /** Milliseconds until the deadline over all deliveries. */
  readonly leftMs: number;
  readonly deadlineMs: number;
  readonly now: Date;
  /** In [0, 1), for the jitter. */
  readonly random: number;
}

/** How long to wait before the next try, or why there is none. */
export function nextTry(trouble: Trouble, situation: Situation): { readonly waitMs: number } | GaveUp {
  const { attempts, leftMs, deadlineMs, now, random } = situation;
  if (!passes(trouble)) return { why: 'permanent' };
  if (attempts >= MAX_ATTEMPTS) return { why: 'attempts' };
  const asked = askedWait(trouble, now);
  if (asked >= leftMs && asked > 0) return { why: 'long-wait', waitMs: asked, leftMs: Math.max(0, leftMs) };
  const waitMs = asked > 0 ? asked : backoff(attempts, random);
  return waitMs >= leftMs ? { why: 'deadline', deadlineMs } : { waitMs };
}

/** 0 where the receiver asks for nothing; a date that has passed asks for nothing too. */
const askedWait = (trouble: Trouble, now: Date): number =>
  trouble.kind === 'answer' && (trouble.status === 429 || trouble.status === 503)
    ? (retryAfterMs(trouble.retryAfter, now) ?? 0)
    : 0;

/** Doubles with every try; a random half of it, so that runs that failed together do not come back together. */
const backoff = (attempts: number, random: number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1)) * (0.5 + random / 2);
