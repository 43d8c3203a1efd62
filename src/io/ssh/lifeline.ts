// The life of one connection: it ends once, for one reason, and whatever happens afterwards changes nothing. Ending it
// destroys the transport itself, since ssh2's own `destroy()` does nothing after `end()` (mscdex/ssh2#1124).

import type { Failure, Phase } from '../../domain/failure.ts';
import type { Transport } from './transport.ts';

export interface Lifeline {
  /** What is ended with it; at once, if it is over. */
  readonly carry: (transport: Pick<Transport, 'destroy' | 'finish'>) => void;
  /** Resolves with the first reason to end; never rejects, and never resolves if the connection ends well. */
  readonly ended: Promise<Failure>;
  /** Ends the connection for a reason, unless it has ended. */
  readonly end: (failure: Failure) => void;
  /** Ends the connection because its work is done. */
  readonly finish: () => void;
  readonly isOver: () => boolean;
  /** Lifts the deadline, for a connection that serves many. */
  readonly lift: () => void;
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
  let settle: (failure: Failure) => void;
  const ended = new Promise<Failure>(resolve => {
    settle = resolve;
  });
  const stop = (): void => {
    over = true;
    clearTimeout(timer);
    limits.signal.removeEventListener('abort', aborted);
  };
  const end = (failure: Failure): void => {
    if (over) return;
    stop();
    carried?.destroy();
    settle(failure);
  };
  const aborted = (): void => end({ code: 'ssh/interrupted', host: limits.host, detail: 'the run ended' });
  const timer = setTimeout(
    () => end({ code: 'ssh/timeout', host: limits.host, phase, afterMs: limits.timeoutMs }),
    limits.timeoutMs,
  );
  limits.signal.addEventListener('abort', aborted);
  if (limits.signal.aborted) aborted();
  return {
    carry: transport => {
      carried = transport;
      if (over) transport.destroy();
    },
    ended,
    end,
    finish: () => {
      if (over) return;
      stop();
      // What is queued is the DISCONNECT message.
      carried?.finish();
    },
    isOver: () => over,
    lift: () => clearTimeout(timer),
    enter: next => {
      phase = next;
    },
    phase: () => phase,
  };
}
