import { expect, test } from 'vitest';
import { parseLog } from '../../src/io/git-log.ts';

const [A, B, C] = ['a', 'b', 'c'].map(digit => digit.repeat(40)) as [string, string, string];
const head = (id: string, parents: string, subject = 's') =>
  `${id}\n${parents}\n1767268800\nAnn\n${subject}\0`;
const parse = (...parts: readonly string[]) => parseLog(Buffer.from(parts.join(''), 'latin1'));

test('commits, changes, renames, merges, deletions, links, and commits without changes', () => {
  const commits = parse(
    head(A, `${B} ${C}`, 'merge'),
    `\0::100644 100644 100644 ${A} ${B} ${C} MM\0files/x\0`,
    head(B, C),
    `\n:100644 100644 ${A} ${B} R087\0old name\0new\nname\0:100644 000000 ${A} ${'0'.repeat(40)} D\0gone\0`,
    `:100644 120000 ${A} ${B} T\0link\0:000000 160000 ${A} ${B} A\0submodule\0`,
    head(C, '', ''),
  );
  expect(commits.map(({ id, parents, subject }) => [id, parents, subject])).toEqual([
    [A, [B, C], 'merge'],
    [B, [C], 's'],
    [C, [], ''],
  ]);
  expect(commits.map(({ changes }) => changes)).toEqual([
    [{ path: 'files/x', from: null, blob: C }],
    [
      { path: 'new\nname', from: 'old name', blob: B },
      { path: 'gone', from: null, blob: null },
      { path: 'link', from: null, blob: null },
      { path: 'submodule', from: null, blob: null },
    ],
    [],
  ]);
  expect(commits[0]?.date).toEqual(new Date('2026-01-01T12:00:00Z'));
});

test('a file whose name looks like a commit or like a change is neither', () => {
  const name = `:100644 100644 ${A} ${B} M`;
  expect(parse(head(A, ''), `\n:100644 100644 ${A} ${B} M\0${name}\0`)[0]?.changes).toEqual([
    { path: name, from: null, blob: B },
  ]);
});

test('every beginning of an output can be read', () => {
  const whole = Buffer.from(`${head(A, B)}\n:100644 100644 ${A} ${B} R100\0x\0y\0${head(B, '')}`);
  for (let end = 0; end <= whole.length; end += 1)
    expect(parseLog(whole.subarray(0, end)).length).toBeLessThanOrEqual(2);
});
