import type { Dispatcher } from 'undici';
import { nextTry } from '../domain/delivery-retry.ts';
import type { GaveUp, Trouble } from '../domain/delivery-trouble.ts';
import type { DeliveryTime } from './delivery-time.ts';
import { postOnce, type StatusRequest } from './post-once.ts';

/** What the retries take from the world. */
export interface PosterClock {
  /** For Retry-After dates. */
  readonly now: () => Date;
  /** In [0, 1). */
  readonly random: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How the tries for one status ended; `trouble` is that of the last try that came to an end. */
export type Outcome =
  | { readonly delivered: true; readonly status: number; readonly attempts: number }
  | {
      readonly delivered: false;
      readonly trouble: Trouble | null;
      readonly gaveUp: GaveUp;
      readonly attempts: number;
    };

/** Everything but the request. */
export interface Sending {
  readonly dispatcher: Dispatcher;
  readonly time: DeliveryTime;
  readonly clock: PosterClock;
}

/** Posts until the status is accepted, another try would not help, or the time for deliveries is over. */
export async function postWithRetries(request: StatusRequest, sending: Sending): Promise<Outcome> {
  const { dispatcher, time, clock } = sending;
  let trouble: Trouble | null = null;
  let attempts = 0;
  for (;;) {
    const over = time.over();
    if (over !== null) return { delivered: false, trouble, gaveUp: over, attempts };
    attempts += 1;
    const attempt = await postOnce(dispatcher, request, time.signal);
    if (attempt.kind === 'accepted') return { delivered: true, status: attempt.status, attempts };
    if (attempt.kind === 'cut-short') continue;
    trouble = attempt;
    const next = nextTry(trouble, {
      attempts,
      leftMs: time.leftMs(),
      deadlineMs: time.deadlineMs,
      now: clock.now(),
      random: clock.random(),
    });
    if ('why' in next) {
      const gaveUp = next.why === 'deadline' ? time.ending() : next;
      return { delivered: false, trouble, gaveUp, attempts };
    }
    // An aborted sleep is no error: the loop looks at why the time is over.
    await clock.sleep(next.waitMs, time.signal).catch(() => {});
  }
}
