// The only place where remarks on a file become English. They follow the file's name in a report: lower case, no final
// period, everything a server said escaped.

import { escapeText } from './escape.ts';
import type { NotComparedCause, Note } from './file-verdict.ts';
import { showPath } from './remote-path.ts';

/** The members of the union that may have this code; some members have several. */
type NoteWith<C, N = Note> = N extends Note ? (C extends N['code'] ? N : never) : never;

type Mismatch = NoteWith<'mode'>;

const mismatch = (what: string) => (note: Mismatch) => `${what} is ${note.actual}, expected ${note.expected}`;

const TEXTS: { readonly [C in Note['code']]: (note: NoteWith<C>) => string } = {
  'symbolic-link': () => 'is a symbolic link, which was followed',
  'dangling-link': () => 'is a symbolic link to nothing',
  'not-a-file': note => `is not a regular file but a ${note.type}`,
  unreadable: () => 'cannot be read: permission denied',
  'too-large': note => `is too large to be shown (${note.size} bytes)`,
  changing: () => 'changed while it was read, twice',
  'renamed-to': note => `stands on the server as ${showPath(note.name)}, so the load order differs`,
  'renamed-from': note => `has the contents of ${showPath(note.name)} in Git, so the load order differs`,
  mode: mismatch('mode'),
  owner: mismatch('owner'),
  group: mismatch('group'),
  'world-writable': note => `is world-writable (mode ${note.mode})`,
};

/** A remark as a person reads it, safe to print. */
export function noteText(note: Note): string {
  const describe = TEXTS[note.code] as (n: Note) => string;
  return escapeText(describe(note));
}

const CAUSES: Readonly<Record<NotComparedCause, string>> = {
  unreadable: 'cannot be read: permission denied',
  'not-a-file': 'is not a regular file',
  'too-large': 'is too large to be read over SFTP (more than 64 MiB)',
  'changed-while-read': 'changed while it was read, twice',
  'no-metadata':
    'mode or owner could not be compared: no usable stat(1) on the server, or its SFTP tells numbers only',
};

/** The note that says the same as a cause, and more precisely. */
const SAYS_IT: Readonly<Record<NotComparedCause, Note['code'] | null>> = {
  unreadable: 'unreadable',
  'not-a-file': 'not-a-file',
  'too-large': null,
  'changed-while-read': 'changing',
  'no-metadata': null,
};

/** Cause and notes of one file, in this order, none said twice. */
export function remarks(cause: NotComparedCause | null, notes: readonly Note[]): readonly string[] {
  const texts = notes.map(noteText);
  const said = cause === null || notes.some(note => note.code === SAYS_IT[cause]);
  return said ? texts : [CAUSES[cause], ...texts];
}
