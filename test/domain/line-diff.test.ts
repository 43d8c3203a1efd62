import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileText } from '../../src/domain/file-text.ts';
import { diffFile, type FileDiff } from '../../src/domain/line-diff.ts';
import { createRedactor } from '../../src/domain/redact.ts';
import { applyHunks } from '../support/apply-hunks.ts';

const bytes = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text));

const diff = (git: string | null, server: string | null, context = 3): FileDiff =>
  diffFile({ git: bytes(git), server: bytes(server), context, redact: null });

const redacted = (git: string, server: string): FileDiff =>
  diffFile({ git: bytes(git), server: bytes(server), context: 3, redact: createRedactor() });

const many = (count: number, prefix: string): string =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}\n`).join('');

test.each<readonly [string, FileDiff, object]>([
  ['a replaced line', diff('a\nb\n', 'a\nc\n'), { kind: 'text', added: 1, removed: 1 }],
  ['equal files', diff('a\n', 'a\n'), { kind: 'text', added: 0, removed: 0, hunks: [] }],
  ['only the final newline', diff('a\n', 'a'), { kind: 'text', added: 1, removed: 1 }],
  ['a file Git does not know', diff(null, 'a\nb'), { kind: 'text', added: 2, removed: 0 }],
  ['a file the server does not have', diff('a\nb\n', null), { kind: 'text', added: 0, removed: 2 }],
  ['an empty file on one side', diff(null, ''), { kind: 'text', added: 0, removed: 0, hunks: [] }],
  ['NUL in Git', diff('a\0', 'a'), { kind: 'binary' }],
  ['NUL on the server', diff(null, 'a\0'), { kind: 'binary' }],
  [
    '20,000 lines and one more',
    diff(many(20_000, ''), `${many(20_000, '')}x\n`),
    { kind: 'too-large', reason: 'too many lines to show (20000 and 20001)' },
  ],
  [
    '20,000 lines with one difference',
    diff(`${many(19_999, '')}x\n`, `${many(19_999, '')}y\n`),
    { kind: 'text', added: 1, removed: 1 },
  ],
  ['one side of 20,001 lines', diff(null, many(20_001, '')), { kind: 'too-large' }],
  ['one side of 20,000 lines', diff(null, many(20_000, '')), { kind: 'text', added: 20_000 }],
  [
    'nothing in common',
    diff(many(15_000, 'a'), many(15_000, 'b')),
    { kind: 'too-large', reason: 'too different to show line by line (15000 and 15000 lines)' },
  ],
])('%s', (_, found, expected) => {
  expect(found).toMatchObject(expected);
});

test('of a file that only one side has, the last line alone may be unfinished', () => {
  expect(diff(null, 'a\nb')).toMatchObject({
    hunks: [
      {
        lines: [
          { text: 'a', unfinished: false },
          { text: 'b', unfinished: true },
        ],
      },
    ],
  });
});

test('a byte that is not UTF-8 touches its own line only', () => {
  const git = Buffer.from('ä\nb\n');
  const server = Buffer.concat([Buffer.from('ä\nb'), Buffer.from([0xff]), Buffer.from('\n')]);
  expect(diffFile({ git, server, context: 0, redact: null })).toMatchObject({
    added: 1,
    removed: 1,
    hunks: [
      {
        lines: [
          { sign: '-', text: 'b' },
          { sign: '+', text: 'b\\xff' },
        ],
      },
    ],
  });
});

test('bytes that look the same as text are not called equal', () => {
  const git = Buffer.from('\\xff');
  expect(diffFile({ git, server: Buffer.from([0xff]), context: 0, redact: null })).toEqual({
    kind: 'binary',
  });
});

describe('redaction', () => {
  test('shows that a secret differs, and not what it is', () => {
    const found = redacted('pwd="old"\n', 'pwd="new"\n');
    expect(found).toMatchObject({ kind: 'text', added: 1, removed: 1 });
    expect(JSON.stringify(found)).not.toMatch(/old|new/);
  });

  test('leaves an equal secret alone', () => {
    expect(redacted('pwd="x"\na\n', 'pwd="x"\nb\n')).toMatchObject({
      hunks: [{ lines: [{ text: 'pwd="[secret 1]"' }, { text: 'a' }, { text: 'b' }] }],
    });
  });

  test('counts the lines of the real file', () => {
    expect(redacted('pwd="1\n2\n3"\n', 'pwd="1\n4\n5"\n')).toMatchObject({ added: 2, removed: 2 });
    expect(redacted('pwd="1\n2\n3"\n', 'a\n')).toMatchObject({ added: 1, removed: 3 });
    expect(redacted('a\n', 'pwd="1\n2\n3"\n')).toMatchObject({ added: 3, removed: 1 });
  });

  test('covers files that only one side has', () => {
    const found = diffFile({
      git: null,
      server: Buffer.from('pwd="x"'),
      context: 3,
      redact: createRedactor(),
    });
    expect(found).toMatchObject({
      hunks: [{ lines: [{ sign: '+', text: 'pwd="[secret 1]"', unfinished: true }] }],
    });
  });
});

test("applying the hunks to Git's lines gives the server's lines", () => {
  const line = fc.constantFrom(
    'a',
    'b',
    'c',
    '',
    '\\ No newline at end of file',
    '-a',
    '+b',
    'a\r',
    'ü',
    '\t',
  );
  const text = fc
    .tuple(fc.array(line, { maxLength: 30 }), fc.boolean())
    .map(([all, end]) => all.join('\n') + (end ? '\n' : ''));
  fc.assert(
    fc.property(text, text, fc.nat({ max: 4 }), (git, server, context) => {
      const found = diff(git, server, context);
      if (found.kind !== 'text') throw new Error(found.kind);
      expect(applyHunks(git, found.hunks)).toBe(server);
    }),
    { numRuns: 1000 },
  );
});

test('the same holds for any bytes without NUL, as text', () => {
  const any = fc
    .uint8Array({ min: 1, maxLength: 40 })
    .map(b => Buffer.from(b.map(x => (x % 3 === 0 ? 10 : x))));
  fc.assert(
    fc.property(any, any, (git, server) => {
      const found = diffFile({ git, server, context: 1, redact: null });
      if (found.kind === 'binary') expect(fileText(git)).toBe(fileText(server));
      else if (found.kind === 'text') expect(applyHunks(fileText(git), found.hunks)).toBe(fileText(server));
      else throw new Error(found.kind);
    }),
  );
});
