import type { GaveUp } from '../domain/delivery-trouble.ts';

/** The one deadline over all deliveries of a run, and everything else that ends them. */
export interface DeliveryTime {
  readonly deadlineMs: number;
  /** Starts the clock; only the first call counts. */
  readonly start: () => void;
  /** Milliseconds to the deadline; 0 when it has passed. */
  readonly leftMs: () => number;
  /** Aborted when the deliveries are over, for the reason that {@link DeliveryTime.over} gives. */
  readonly signal: AbortSignal;
  /** Why the deliveries are over; null as long as they are not. */
  readonly over: () => GaveUp | null;
  /** Ends them now. */
  readonly end: (by: string) => void;
}

/** A deadline that an outer signal can cut; its reason, if a string, names what interrupted. */
export function createDeliveryTime(deadlineMs: number, outer: AbortSignal): DeliveryTime {
  const ending = new AbortController();
  let over: GaveUp | null = null;
  let timer: NodeJS.Timeout | undefined;
  let endsAt: number | null = null;

  const finish = (why: GaveUp): void => {
    over ??= why;
    clearTimeout(timer);
    outer.removeEventListener('abort', interrupt);
    ending.abort();
  };
  const interrupt = (): void =>
    finish({ why: 'interrupted', by: typeof outer.reason === 'string' ? outer.reason : 'an abort' });

  if (outer.aborted) interrupt();
  else outer.addEventListener('abort', interrupt, { once: true });

  return {
    deadlineMs,
    start: () => {
      if (endsAt !== null || over !== null) return;
      endsAt = performance.now() + deadlineMs;
      timer = setTimeout(() => finish({ why: 'deadline', deadlineMs }), deadlineMs);
    },
    leftMs: () => Math.max(0, endsAt === null ? deadlineMs : endsAt - performance.now()),
    signal: ending.signal,
    over: () => over,
    end: by => finish({ why: 'interrupted', by }),
  };
}
