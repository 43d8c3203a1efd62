// What a server said about every asked path and every path that a watched glob found.

import type { RemotePath } from './remote-path.ts';

/** Lower-case hex SHA-256 of a file's exact bytes. */
export type Sha256 = string & { readonly __brand: 'Sha256' };

/**
 * What stat said, links followed. `mode` is four octal digits, `modifiedAt` seconds since the epoch. The names are null
 * where a server tells numbers only, as SFTP servers may.
 */
export interface Metadata {
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly owner: string | null;
  readonly group: string | null;
  readonly modifiedAt: number;
}

/** One path on a server. Unreadable is not missing, and nothing here is inferred from silence. */
export type RemoteFile =
  | {
      readonly kind: 'file';
      readonly sha256: Sha256;
      readonly size: number;
      /** Null where the server has no stat(1) that we understand, or its SFTP does not tell. */
      readonly metadata: Metadata | null;
      /** The path is a symbolic link to the file that was read. */
      readonly link: boolean;
      /** Null if the file equals its Git copy, or is too large to be sent. */
      readonly bytes: Buffer | null;
    }
  | { readonly kind: 'absent' }
  /** A symbolic link to nothing. */
  | { readonly kind: 'dangling' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'not-a-file'; readonly type: string }
  /** Too large to be read through SFTP, where hashing means reading. */
  | { readonly kind: 'too-large'; readonly size: number }
  /** The file changed or vanished while it was read, twice. */
  | { readonly kind: 'changing' };

/** How far a glob could be expanded. */
export type Listing = 'listed' | 'absent' | 'unreadable';

/** A file as a package of the distribution ships it. The digest's algorithm follows from its length: MD5, SHA-256, … */
export interface Shipped {
  readonly package: string;
  /** Lower-case hex. */
  readonly digest: string;
}

/** Seconds since the epoch by the server's clock. */
export interface Running {
  readonly since: number;
  /** The time at which the server was asked. */
  readonly now: number;
}

/** The parsed answer: exactly one entry for every asked path, one for every found file, one listing per glob. */
export interface Snapshot {
  readonly files: ReadonlyMap<RemotePath, RemoteFile>;
  /** By the glob as it was written. */
  readonly listings: ReadonlyMap<RemotePath, Listing>;
  /** When each listed glob's directory changed last, seconds since the epoch; by the glob, where that was asked and known. */
  readonly directories: ReadonlyMap<RemotePath, number>;
  /** The process that reads the files; null where that was not asked or cannot be told. */
  readonly running: Running | null;
  /** What package databases say of files that Git does not know; none over SFTP. */
  readonly shipped: ReadonlyMap<RemotePath, Shipped>;
}
