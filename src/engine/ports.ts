// What the engine asks of the world. Adapters in io/ implement it; tests bring their own.

import type { Destination } from '../domain/destination.ts';
import type { Failure } from '../domain/failure.ts';
import type { GitCopies } from '../domain/git-copies.ts';
import type { Server } from '../domain/inventory.ts';

/** What one command on a server printed. The exit code is always a number: a command without one is a failure. */
export interface Execution {
  readonly stdout: Buffer;
  /** At most the first 64 KiB. */
  readonly stderr: Buffer;
  readonly exitCode: number;
}

/** One authenticated connection to a server whose host key was verified. */
export interface Connection {
  /** For the operator, already safe to print, e.g. that a learnt host key could not be stored. */
  readonly warnings: readonly string[];
  /** Runs one command with `input`, if any, on its stdin. More than `maxBytes` of output is a failure and ends the connection. */
  readonly exec: (command: string, maxBytes: number, input?: string) => Promise<Execution | Failure>;
  /** Stops the deadline's clock until the returned function is called: a person is asked. */
  readonly hold: () => () => void;
  /** Ends the connection at once; safe to call twice. */
  readonly close: () => void;
}

/** True for the failure of a port, false for what it should have brought. */
export const isFailure = (value: object): value is Failure => 'code' in value;

export interface Ports {
  /** Connects, verifies the host key, authenticates. An aborted signal destroys the connection at any later time too. */
  readonly connect: (destination: Destination, signal: AbortSignal) => Promise<Connection | Failure>;
  /** The password for sudo on this server, asked for only where sudo wants one; null if there is none. */
  readonly becomePassword: (destination: Destination) => Promise<string | null>;
  readonly now: () => Date;
  /** 128 random bits as 32 hex digits. */
  readonly nonce: () => string;
}

/** One server, how it is reached, and what Git says it should have. */
export interface Target {
  readonly server: Server;
  readonly destination: Destination;
  readonly copies: GitCopies;
}
