import { expect, test } from 'vitest';
import type { NotComparedCause, Note } from '../../src/domain/file-verdict.ts';
import { noteText, remarks } from '../../src/domain/note-text.ts';

test.each<readonly [Note, string]>([
  [{ code: 'symbolic-link' }, 'is a symbolic link, which was followed'],
  [{ code: 'dangling-link' }, 'is a symbolic link to nothing'],
  [{ code: 'not-a-file', type: 'fifo\u001b' }, 'is not a regular file but a fifo\\x1b'],
  [{ code: 'unreadable' }, 'cannot be read: permission denied'],
  [{ code: 'too-large', size: 7 }, 'is too large to be shown (7 bytes)'],
  [{ code: 'changing' }, 'changed while it was read, twice'],
  [{ code: 'renamed-to', name: 'x\xff' }, 'stands on the server as x\\xff, so the load order differs'],
  [{ code: 'renamed-from', name: 'x\n' }, 'has the contents of x\\x0a in Git, so the load order differs'],
  [{ code: 'mode', expected: '0644', actual: '0600' }, 'mode is 0600, expected 0644'],
  [{ code: 'owner', expected: 'root', actual: 'bob\r' }, 'owner is bob\\x0d, expected root'],
  [{ code: 'group', expected: 'root', actual: 'adm' }, 'group is adm, expected root'],
  [{ code: 'world-writable', mode: '0666' }, 'is world-writable (mode 0666)'],
])('%o', (note, text) => {
  expect(noteText(note)).toBe(text);
});

test.each<readonly [NotComparedCause | null, readonly Note[], readonly string[]]>([
  [null, [], []],
  ['unreadable', [], ['cannot be read: permission denied']],
  ['unreadable', [{ code: 'unreadable' }], ['cannot be read: permission denied']],
  ['not-a-file', [], ['is not a regular file']],
  ['not-a-file', [{ code: 'not-a-file', type: 'socket' }], ['is not a regular file but a socket']],
  ['too-large', [], ['is too large to be read over SFTP (more than 64 MiB)']],
  ['changed-while-read', [], ['changed while it was read, twice']],
  [
    'no-metadata',
    [{ code: 'symbolic-link' }],
    [
      'mode or owner could not be compared: no usable stat(1) on the server, or its SFTP tells numbers only',
      'is a symbolic link, which was followed',
    ],
  ],
])('cause %s and notes %o say nothing twice', (cause, notes, texts) => {
  expect(remarks(cause, notes)).toEqual(texts);
});
