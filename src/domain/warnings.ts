import type { FileVerdict } from './file-verdict.ts';
import type { UnmanagedPolicy } from './inventory.ts';
import { showPath } from './remote-path.ts';

/** The files were not read by the probe. */
export const OVER_SFTP = 'the account may not run commands: its files were read over SFTP';

/** Said where it makes a difference. */
const UNASKED_PACKAGES = 'packages cannot be asked over SFTP: files that they ship count as drift too';

/** What a snapshot without any word of packages means for files that would not count if one shipped them. */
export const unaskedPackages = (files: readonly FileVerdict[], policy: UnmanagedPolicy): readonly string[] =>
  policy === 'drift' && files.some(file => file.verdict === 'unmanaged') ? [UNASKED_PACKAGES] : [];

/** What an operator should know about the compared files besides drift. */
export const warningsOf = (files: readonly FileVerdict[]): readonly string[] =>
  files.flatMap(file =>
    file.notes.flatMap(note =>
      note.code === 'world-writable'
        ? [`${showPath(file.path)} is world-writable (mode ${note.mode}): anyone on the server can change it`]
        : [],
    ),
  );
