import type { FileVerdict } from './file-verdict.ts';
import { showPath } from './remote-path.ts';

/** What an operator should know about the compared files besides drift. */
export const warningsOf = (files: readonly FileVerdict[]): readonly string[] =>
  files.flatMap(file =>
    file.notes.flatMap(note =>
      note.code === 'world-writable'
        ? [`${showPath(file.path)} is world-writable (mode ${note.mode}): anyone on the server can change it`]
        : [],
    ),
  );
