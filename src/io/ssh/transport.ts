import type { Duplex } from 'node:stream';
import type { Failure } from '../../domain/failure.ts';

/** The way to a server, over which SSH is spoken: a socket, a channel of a jump host, a proxy command. */
export interface Transport {
  /** Connected; nothing is read from it yet. */
  readonly stream: Duplex;
  /** Ends it at once. */
  readonly destroy: () => void;
  /** Sends what is queued, then ends it without waiting for the other side. */
  readonly finish: () => void;
  /** What a lost connection really means, where the way knows more than that it was lost. */
  readonly explain: (failure: Failure) => Failure | Promise<Failure>;
}

/** The failures that say no more than that the way was lost. */
export const isLoss = ({ code }: Failure): boolean =>
  code === 'ssh/closed-early' || code === 'ssh/interrupted';
