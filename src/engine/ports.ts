// What the engine asks of the world. Adapters in io/ implement it; tests bring their own.

import type { CommitHistory } from '../domain/commit-history.ts';
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
  /** Runs one command without input. More than `maxBytes` of output is a failure and ends the connection. */
  readonly exec: (command: string, maxBytes: number) => Promise<Execution | Failure>;
  /** Ends the connection at once; safe to call twice. */
  readonly close: () => void;
}

/** True for the failure of a port, false for what it should have brought. */
export const isFailure = (value: object): value is Failure => 'code' in value;

export interface Ports {
  /** Connects, verifies the host key, authenticates. An aborted signal destroys the connection at any later time too. */
  readonly connect: (destination: Destination, signal: AbortSignal) => Promise<Connection | Failure>;
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

/** Where one Git copy may stand: below each of the layers, absolute local directories of which later ones win. */
export interface CopyPlace {
  readonly layers: readonly string[];
  /** Relative to the remote root. */
  readonly name: string;
}

/** The whole history, and where in the repository's tree each layer has the asked copies; null is outside of it. */
export interface HistoryAnswer {
  readonly history: CommitHistory;
  /** For each asked copy, in order, one path for each layer, in order. */
  readonly paths: readonly (readonly (string | null)[])[];
}

/** What Git remembers of the copies. */
export interface History {
  /** One process, whatever is asked. A sentence without final period says why there is no history. */
  readonly read: (copies: readonly CopyPlace[]) => Promise<HistoryAnswer | string>;
  /** A committed version as a checkout would write it at this path. Rejects with a UserError. */
  readonly contents: (blob: string, path: string) => Promise<Buffer>;
}
