// The files of a server where no command may be run. No call resolves once the connection has ended.

import type { RemotePath } from '../domain/remote-path.ts';

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

export interface OwnerIds {
  readonly users: readonly number[];
  readonly groups: readonly number[];
}

export interface OwnerNames {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

export const isRefused = (value: unknown): value is Refused => typeof value === 'string';
