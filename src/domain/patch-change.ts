// What a patch is made of, before it is text.

import type { RemotePath } from './remote-path.ts';

/** The modes that Git knows for a file: of all permissions it keeps only whether it may be executed. */
export type GitMode = '100644' | '100755' | '120000';

/** One file of a repository. */
export interface RepositoryFile {
  /** Relative to the top of the repository, one character per byte. */
  readonly path: string;
  /** `120000` is a symbolic link, whose contents are where it leads to. */
  readonly mode: GitMode;
  readonly bytes: Buffer;
}

/** Where in the repository one file of a server belongs. */
export interface Place {
  /** What stands there now, one for every layer that has the file; the last one is the Git copy. */
  readonly copies: readonly RepositoryFile[];
  /** Where a new file goes: below the last layer. Null for a path outside of the root, which no layer can hold. */
  readonly home: string | null;
}

export type Places = ReadonlyMap<RemotePath, Place>;

/** One change of the repository; null is a side without the file. Different paths mean a rename, with equal bytes. */
export interface PatchChange {
  readonly from: RepositoryFile | null;
  readonly to: RepositoryFile | null;
}
