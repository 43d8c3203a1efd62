// What the comparison found out about one file. Read it through a table over `Verdict`, so that a new verdict does not
// compile until every reader has decided what it means.

import type { GitCopy } from './git-copies.ts';
import type { Origin } from './origin.ts';
import type { RemotePath } from './remote-path.ts';
import type { RemoteFile } from './snapshot.ts';

export type Verdict = 'in-sync' | 'modified' | 'missing' | 'unmanaged' | 'metadata' | 'not-compared';

/** Why an expected file was not compared. */
export type NotComparedCause =
  | 'unreadable'
  | 'not-a-file'
  | 'too-large'
  | 'changed-while-read'
  | 'no-metadata';

/** A remark on one file; `code` is permanent, the text belongs to `note-text.ts`. */
export type Note =
  | { readonly code: 'symbolic-link' }
  | { readonly code: 'dangling-link' }
  | { readonly code: 'not-a-file'; readonly type: string }
  | { readonly code: 'unreadable' }
  | { readonly code: 'too-large'; readonly size: number }
  | { readonly code: 'changing' }
  /** The same bytes stand under another name: the load order changed. `name` is below the root. */
  | { readonly code: 'renamed-to' | 'renamed-from'; readonly name: string }
  | { readonly code: 'mode' | 'owner' | 'group'; readonly expected: string; readonly actual: string }
  | { readonly code: 'world-writable'; readonly mode: string };

/** The package of the distribution that ships a file; `unmodified` is false if the server's bytes are not the shipped ones. */
export interface ShippedBy {
  readonly name: string;
  readonly unmodified: boolean;
}

/** One asked or found file. */
export interface FileVerdict {
  readonly path: RemotePath;
  /** Relative to the remote root. */
  readonly name: string;
  readonly verdict: Verdict;
  /** It makes the server OUT_OF_SYNC and stands in the payload. Never true for `in-sync` and `not-compared`. */
  readonly counted: boolean;
  /** Set if and only if the verdict is `not-compared`. */
  readonly cause: NotComparedCause | null;
  readonly git: GitCopy | null;
  readonly server: Extract<RemoteFile, { kind: 'file' }> | null;
  readonly notes: readonly Note[];
  /** Of an unmanaged file that a package ships; null where that is not known. */
  readonly package: ShippedBy | null;
  /** Of a modified file, and of an unmanaged one that Git once had, after Git was asked; else null. */
  readonly origin: Origin | null;
}
