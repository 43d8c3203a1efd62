// The life of one connection: it ends once, for one reason, and whatever happens afterwards changes nothing. Ending it
// destroys the transport itself, since ssh2's own `destroy()` does nothing after `end()` (mscdex/ssh2#1124).

import type { Failure, Phase } from '../../domain/failure.ts';
import type { Transport } from './transport.ts';

export interface Lifeline {
  /** What is ended with it; at once, if it is over. */
  readonly carry: (transport: Pick<Transport, 'destroy' | 'finish'>) => void;
  /** Resolves with the first reason to end; never rejects, and never resolves if the connection ends well. */
  readonly ended: Promise<Failure>;
  /**
   * What work resolves with, or the reason to end if that comes first. Not a race with `ended`, which would keep every
   * result for as long as the connection lives.
   */
  readonly during: <T>(work: Promise<T>) => Promise<T | Failure>;
  /** The reason that it has ended for; null as long as it has not, and if it ended well. */
  readonly reason: () => Failure | null;
  /** Ends the connection for a reason, unless it has ended. */
  readonly end: (failure: Failure) => void;
  /** Ends the connection because its work is done. */
  readonly finish: () => void;
  readonly isOver: () => boolean;
  /** Lifts the deadline, for a connection that serves many. */
  readonly lift: () => void;
  /** Stops the deadline's clock until the returned function is called: a person is asked, and takes the time it takes. */
  readonly hold: () => () => void;
  /** As {@link Lifeline.hold}, between two questions: afterwards there is the whole time again. */
  readonly rest: () => () => void;
  /** What the connection is busy with, for the deadline's message. */
  readonly enter: (phase: Phase) => void;
  readonly phase: () => Phase;
}

/** Milliseconds, and the outer signal that ends the connection too. */
export interface LifelineLimits {
  readonly host: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export function createLifeline(limits: LifelineLimits): Lifeline {
  let carried: Pick<Transport, 'destroy' | 'finish'> | null = null;
  let phase: Phase = 'connect';
  let over = false;
  let reason: Failure | null = null;
  const waiting = new Set<(failure: Failure) => void>();
  let settle: (failure: Failure) => void;
  const ended = new Promise<Failure>(resolve => {
    settle = resolve;
  });
  let left = limits.timeoutMs;
  let holds = 0;
  let lifted = false;
  let startedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    over = true;
    clearTimeout(timer);
    limits.signal.removeEventListener('abort', aborted);
  };
  const end = (failure: Failure): void => {
    if (over) return;
    stop();
    carried?.destroy();
    reason = failure;
    settle(failure);
    for (const tell of waiting) tell(failure);
    waiting.clear();
  };
  const aborted = (): void => end({ code: 'ssh/interrupted', host: limits.host, detail: 'the run ended' });
  const expire = (): void =>
    end({ code: 'ssh/timeout', host: limits.host, phase, afterMs: limits.timeoutMs });
  const run = (): void => {
    if (lifted) return;
    startedAt = performance.now();
    timer = setTimeout(expire, left);
  };
  const hold = (): (() => void) => {
    if (holds++ === 0) {
      clearTimeout(timer);
      left = Math.max(0, left - (performance.now() - startedAt));
    }
    let released = false;
    return () => {
      if (released) return;
      released = true;
      if (--holds === 0 && !over) run();
    };
  };
  run();
  limits.signal.addEventListener('abort', aborted);
  if (limits.signal.aborted) aborted();
  return {
    carry: transport => {
      carried = transport;
      if (over) transport.destroy();
    },
    ended,
    during: work => {
      if (reason !== null) return Promise.resolve(reason);
      return new Promise((resolve, reject) => {
        waiting.add(resolve);
        work.then(resolve, reject).finally(() => waiting.delete(resolve));
      });
    },
    reason: () => reason,
    end,
    finish: () => {
      if (over) return;
      stop();
      // What is queued is the DISCONNECT message.
      carried?.finish();
    },
    isOver: () => over,
    lift: () => {
      lifted = true;
      clearTimeout(timer);
    },
    hold,
    rest: () => {
      const release = hold();
      return () => {
        left = limits.timeoutMs;
        release();
      };
    },
    enter: next => {
      phase = next;
    },
    phase: () => phase,
  };
}
