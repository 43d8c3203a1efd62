import { setMaxListeners } from 'node:events';

/**
 * What work resolves with, or what `otherwise` says if the signal aborts first: then nobody waits for the work. Not a
 * `Promise.race` with one promise of the signal, which would keep every result until the end of the run.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal, otherwise: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = (): void => {
      try {
        resolve(otherwise());
      } catch (error) {
        reject(error);
      }
    };
    // Whole fleets wait for it; Node warns of eleven.
    setMaxListeners(0, signal);
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });
}
