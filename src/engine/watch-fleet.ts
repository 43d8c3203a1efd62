// All servers of a watch, each at its own pace: none waits for another, except to be connected with. Which servers there
// are may change while they are watched.

import type { Target } from './ports.ts';
import { type WatchTerms, watchServer } from './watch-server.ts';

export interface Watch {
  /** Watches these from now on: others are let go, new ones begin, and the rest is asked about what it should have now. */
  readonly update: (targets: readonly Target[]) => void;
  /** Resolves when the rounds of all servers are over, or the signal is aborted. */
  readonly done: Promise<void>;
}

interface Watched {
  readonly ending: AbortController;
  target: Target;
}

/** Begins to watch. */
export function startWatch(targets: readonly Target[], terms: WatchTerms, signal: AbortSignal): Watch {
  const watched = new Map<string, Watched>();
  let settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void };
  const done = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  let running = 0;

  const begin = (first: Target): Watched => {
    const one: Watched = { ending: new AbortController(), target: first };
    running += 1;
    watchServer(() => one.target, terms, one.ending.signal)
      .then(() => {
        running -= 1;
        if (running === 0 && terms.rounds !== null) settle.resolve();
      })
      .catch(error => settle.reject(error));
    return one;
  };
  const update = (next: readonly Target[]): void => {
    const before = new Map(watched);
    for (const target of next) {
      const { name } = target.server;
      const one = before.get(name);
      before.delete(name);
      if (one) one.target = target;
      else watched.set(name, begin(target));
    }
    for (const [name, { ending }] of before) {
      watched.delete(name);
      ending.abort();
    }
  };
  const stop = (): void => {
    for (const { ending } of watched.values()) ending.abort();
    settle.resolve();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  else update(targets);
  if (running === 0 && terms.rounds !== null) stop();
  return { update, done };
}
