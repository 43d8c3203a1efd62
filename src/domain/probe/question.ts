import type { RemotePath } from '../remote-path.ts';
import type { Sha256 } from '../snapshot.ts';
import type { Watch } from '../watch.ts';

/** A watched glob, the only kind of watch that the server has to expand. */
export type Glob = Extract<Watch, { kind: 'glob' }>;

/** A path to look at. The bytes of a file with this hash are not sent; null means that any bytes are wanted. */
export interface AskedFile {
  readonly path: RemotePath;
  readonly sha256: Sha256 | null;
}

/** What one exec asks. The answer has one entry for every file and one listing for every glob, in this order. */
export interface Question {
  readonly files: readonly AskedFile[];
  readonly globs: readonly Glob[];
  /** What to do with files that a glob finds and `files` does not name: look at them too, or name them only. */
  readonly found: 'inspect' | 'name';
  /** Ask the package databases about readable files whose `sha256` is null and about those that a glob finds. */
  readonly packages: boolean;
  /** Name of the process that reads the files, to ask since when it runs; null not to ask. */
  readonly service: string | null;
  /** Bytes; a larger file is hashed and not sent. */
  readonly maxFileSize: number;
}

/** Bytes of file contents in one answer at most; what does not fit is hashed and not sent. */
export const contentBudget = (maxFileSize: number): number => Math.max(4 * 1024 * 1024, maxFileSize);

/** Bytes of a whole answer at most: contents, plus room for some thousand names. */
export const answerLimit = (maxFileSize: number): number => contentBudget(maxFileSize) + 1024 * 1024;
