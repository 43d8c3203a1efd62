import type { GaveUp } from '../domain/delivery-trouble.ts';

/** The one deadline over all deliveries of a run, and everything else that ends them. */
export interface DeliveryTime {
  readonly deadlineMs: number;
  /** Starts the clock; only the first call counts. */
  readonly start: () => void;
  /** Milliseconds to the end, as far as one is known; 0 when it has passed. */
  readonly leftMs: () => number;
  /** Aborted when the deliveries are over, for the reason that {@link DeliveryTime.over} gives. */
  readonly signal: AbortSignal;
  /** Why the deliveries are over; null as long as they are not. */
  readonly over: () => GaveUp | null;
  /** Why they will be over: the deadline, or what has interrupted the run. */
  readonly ending: () => GaveUp;
  /** Ends them now. */
  readonly end: (by: string) => void;
}

/** Milliseconds that an interrupted run still takes to deliver what it knows; it must be gone within a second. */
export const GRACE_MS = 600;

/** A deadline that an outer signal brings near; its reason, if a string, names what interrupted. */
export function createDeliveryTime(deadlineMs: number, outer: AbortSignal): DeliveryTime {
  const over = new AbortController();
  let why: GaveUp | null = null;
  let ending: GaveUp = { why: 'deadline', deadlineMs };
  let timer: NodeJS.Timeout | undefined;
  let endsAt: number | null = null;

  const finish = (): void => {
    if (why !== null) return;
    why = ending;
    clearTimeout(timer);
    outer.removeEventListener('abort', interrupt);
    over.abort();
  };
  const endIn = (ms: number): void => {
    clearTimeout(timer);
    endsAt = performance.now() + ms;
    timer = setTimeout(finish, ms);
  };
  const leftMs = (): number => Math.max(0, endsAt === null ? deadlineMs : endsAt - performance.now());
  const interrupt = (): void => {
    ending = { why: 'interrupted', by: typeof outer.reason === 'string' ? outer.reason : 'an abort' };
    endIn(Math.min(GRACE_MS, leftMs()));
  };

  if (outer.aborted) interrupt();
  else outer.addEventListener('abort', interrupt, { once: true });

  return {
    deadlineMs,
    start: () => {
      if (endsAt === null && why === null) endIn(deadlineMs);
    },
    leftMs,
    signal: over.signal,
    over: () => why,
    ending: () => ending,
    end: by => {
      if (ending.why !== 'interrupted') ending = { why: 'interrupted', by };
      finish();
    },
  };
}
