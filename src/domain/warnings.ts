import type { FileVerdict } from './file-verdict.ts';
import { showPath } from './remote-path.ts';

/** The files were not read by the probe. */
export const OVER_SFTP = 'the account may not run commands: its files were read over SFTP';

/** What an operator should know about the compared files besides drift. */
export const warningsOf = (files: readonly FileVerdict[]): readonly string[] =>
  files.flatMap(file =>
    file.notes.flatMap(note =>
      note.code === 'world-writable'
        ? [`${showPath(file.path)} is world-writable (mode ${note.mode}): anyone on the server can change it`]
        : [],
    ),
  );
