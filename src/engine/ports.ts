// What the engine asks of the world. Adapters in io/ implement it; tests bring their own.

import type { CommitHistory } from '../domain/commit-history.ts';
import type { Destination } from '../domain/destination.ts';
import type { Failure } from '../domain/failure.ts';
import type { GitCopies } from '../domain/git-copies.ts';
import type { Server } from '../domain/inventory.ts';
import type { RemotePath } from '../domain/remote-path.ts';

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
  /**
   * Opens SFTP on this connection and resolves with what `use` makes of it; null if the server offers no SFTP. The files
   * of a connection that ends never answer; `use` needs no care for that, because its end is what this resolves with.
   */
  readonly sftp: <T extends object>(use: (files: RemoteFiles) => Promise<T>) => Promise<T | Failure | null>;
  /** Stops the deadline's clock until the returned function is called: a person is asked. */
  readonly hold: () => () => void;
  /** Stops the deadline until the returned function is called: what is asked then has the whole time again. */
  readonly rest: () => () => void;
  /** Ends the connection at once; safe to call twice. */
  readonly close: () => void;
}

/** What stat tells through SFTP. Owner and time are optional in its protocol; every known server sends them. */
export interface RemoteAttributes {
  /** POSIX `st_mode`: type and permission bits. */
  readonly mode: number;
  /** Bytes; inexact above 2^53. */
  readonly size: number;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  /** Seconds since the epoch. */
  readonly modifiedAt: number | null;
}

/** Why a path was refused. Version 3 of SFTP has a code for two reasons only; `failed` is everything else. */
export type Refused = 'absent' | 'denied' | 'failed';

/** How to read one file. */
export interface ReadOrder {
  /** What stat said, so that the right number of reads can be on the way at once. */
  readonly size: number;
  /** Bytes after which reading stops; a little more may come. */
  readonly limit: number;
  readonly take: (bytes: Buffer) => void;
}

/** The files of a server where no command may be run. No call resolves once the connection has ended. */
export interface RemoteFiles {
  /** Of a symbolic link itself. */
  readonly lstat: (path: RemotePath) => Promise<RemoteAttributes | Refused>;
  readonly stat: (path: RemotePath) => Promise<RemoteAttributes | Refused>;
  /** Names of a directory as binary strings, in no order, without `.` and `..`. */
  readonly list: (directory: RemotePath) => Promise<readonly string[] | Refused>;
  /** Reads to the end, or beyond the limit; resolves with what stat says afterwards of the file that was read. */
  readonly read: (path: RemotePath, order: ReadOrder) => Promise<RemoteAttributes | Refused>;
  /** Names of users and groups, as far as the server tells. */
  readonly names: (ids: OwnerIds) => Promise<OwnerNames>;
}

/** Numbers of users and groups. */
export interface OwnerIds {
  readonly users: readonly number[];
  readonly groups: readonly number[];
}

/** Names by number; what has none, or none that the server tells, is not in it. */
export interface OwnerNames {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

/** True for the refusal of a path, false for what was asked about it. */
export const isRefused = (value: unknown): value is Refused => typeof value === 'string';

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

/** Where one Git copy may stand: below each of the layers, absolute local directories of which later ones win. */
export interface CopyPlace {
  readonly layers: readonly string[];
  /** Relative to the remote root. */
  readonly name: string;
}

/** What Git remembers of the copies. */
export interface History {
  /** One process, however often it is asked. A sentence without final period says why there is no history. */
  readonly read: () => Promise<CommitHistory | string>;
  /** Where each layer has the copy in the repository's tree, in order; null is outside of it. */
  readonly locate: (copy: CopyPlace) => Promise<readonly (string | null)[]>;
  /** A committed version as a checkout would write it at this path. Rejects with a UserError. */
  readonly contents: (blob: string, path: string) => Promise<Buffer>;
}
