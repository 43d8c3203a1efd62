import { expect, test } from 'vitest';
import { diffFile, type FileDiff } from '../../src/domain/line-diff.ts';
import { createStyle } from '../../src/render/style.ts';
import { unifiedDiff } from '../../src/render/unified-diff.ts';

const LABELS = { git: 'files/a (Git)', server: 'lab:/etc/a' };

const lines = (diff: FileDiff, labels: Parameters<typeof unifiedDiff>[1] = LABELS): readonly string[] =>
  unifiedDiff(diff, labels, createStyle(false));

const between = (git: string | null, server: string | null, context = 3): FileDiff =>
  diffFile({
    git: git === null ? null : Buffer.from(git),
    server: server === null ? null : Buffer.from(server),
    context,
    redact: null,
  });

const numbers = Array.from({ length: 9 }, (_, i) => `${i + 1}\n`);

test.each<readonly [string, FileDiff, readonly string[]]>([
  ['a replaced line', between('a\nb\n', 'a\nc\n'), ['@@ -1,2 +1,2 @@', ' a', '-b', '+c']],
  ['one line', between('b\n', 'c\n'), ['@@ -1 +1 @@', '-b', '+c']],
  ['a line added without context', between('a\nb\n', 'a\nx\nb\n', 0), ['@@ -1,0 +2 @@', '+x']],
  ['a line removed without context', between('a\nx\n', 'a\n', 0), ['@@ -2 +1,0 @@', '-x']],
  ['all lines removed', between('a\n', ''), ['@@ -1 +0,0 @@', '-a']],
  [
    'two places',
    between(numbers.join(''), numbers.join('').replace('1', 'x').replace('9', 'y'), 1),
    ['@@ -1,2 +1,2 @@', '-1', '+x', ' 2', '@@ -8,2 +8,2 @@', ' 8', '-9', '+y'],
  ],
  [
    'no newline at the end of Git',
    between('a', 'a\n'),
    ['@@ -1 +1 @@', '-a', '\\ No newline at end of file', '+a'],
  ],
  [
    'no newline at the end of both',
    between('b\na', 'c\na'),
    ['@@ -1,2 +1,2 @@', '-b', '+c', ' a', '\\ No newline at end of file'],
  ],
  ['CRLF and tabs', between('\ta\r\n', '\ta\n'), ['@@ -1 +1 @@', '-\ta\\r', '+\ta']],
  [
    'escape codes',
    between('a\n', '\u001b[2J\u009b\u202e\n'),
    ['@@ -1 +1 @@', '-a', '+\\x1b[2J\\x9b\\u{202e}'],
  ],
  [
    'a line that looks like a marker',
    between('a\n', '\\ No newline at end of file\n'),
    ['@@ -1 +1 @@', '-a', '+\\ No newline at end of file'],
  ],
  ['binary', { kind: 'binary' }, ['(not shown: not text)']],
  ['too large', { kind: 'too-large', reason: 'why' }, ['(not shown: why)']],
  ['not transferred', { kind: 'unavailable' }, ['(not shown: too large)']],
  ['hidden', { kind: 'text', added: 1, removed: 1, hunks: [] }, ['(differs only in what is hidden)']],
])('%s', (_, diff, shown) => {
  expect(lines(diff).slice(2)).toEqual(shown);
});

test('labels both sides, and escapes them', () => {
  expect(lines(between('a\n', 'b\n'), { git: 'x\u001b', server: 'y\n' }).slice(0, 2)).toEqual([
    '--- x\\x1b',
    '+++ y\\x0a',
  ]);
});

test('a side without the file is /dev/null', () => {
  expect(lines(between(null, 'a\n'), { ...LABELS, git: null })).toEqual([
    '--- /dev/null',
    '+++ lab:/etc/a',
    '@@ -0,0 +1 @@',
    '+a',
  ]);
  expect(lines(between('', null), { ...LABELS, server: null })).toEqual([
    '--- files/a (Git)',
    '+++ /dev/null',
    '(empty)',
  ]);
});
