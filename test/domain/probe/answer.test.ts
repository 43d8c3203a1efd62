// What the parser makes of answers that no honest server gives.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/domain/git-copies.ts';
import { parseAnswer } from '../../../src/domain/probe/answer.ts';
import { globOf, NONCE, pathOf, question } from '../../support/run-probe.ts';

const HASH = sha256(Buffer.from('new\n'));
const OLD = sha256(Buffer.from('old'));
const STAT = '4 1700000000 644 0 0 root:root';
const asked = question({
  files: [
    { path: pathOf('/etc/a.conf'), sha256: OLD },
    { path: pathOf('/etc/b.conf'), sha256: OLD },
  ],
  globs: [globOf('/etc/d', '*.conf')],
});

const GOOD = [
  'BEGIN 1',
  'G 0 listed',
  'P 3 0 /etc/d/x.conf',
  `F 1 file ${HASH} ${STAT}`,
  'D new\n',
  'E 0',
  'F 2 absent',
  `F 3 link ${OLD} 3`,
  'END sha256sum',
];
const answerOf = (records: readonly string[]): Buffer =>
  Buffer.from(`${records.map(record => `\n${NONCE} ${record}`).join('')}\n`, 'latin1');
const parse = (records: readonly string[]) => parseAnswer(asked, NONCE, answerOf(records));
const replaced = (index: number, ...records: string[]): readonly string[] =>
  GOOD.toSpliced(index, 1, ...records);

test('a whole answer becomes one entry for each file', () => {
  expect(parse(GOOD)).toEqual({
    kind: 'whole',
    hashTool: 'sha256sum',
    named: [],
    listings: new Map([['/etc/d/*.conf', 'listed']]),
    shipped: new Map(),
    directories: new Map(),
    running: null,
    files: new Map([
      [
        '/etc/a.conf',
        {
          kind: 'file',
          sha256: HASH,
          size: 4,
          link: false,
          bytes: Buffer.from('new\n'),
          metadata: { mode: '0644', uid: 0, gid: 0, owner: 'root', group: 'root', modifiedAt: 1700000000 },
        },
      ],
      ['/etc/b.conf', { kind: 'absent' }],
      ['/etc/d/x.conf', { kind: 'file', sha256: OLD, size: 3, link: true, bytes: null, metadata: null }],
    ]),
  });
});

describe('the service', () => {
  const parsed = (records: readonly string[], service: string | null = 'rsyslogd') =>
    parseAnswer({ ...asked, service }, NONCE, answerOf(GOOD.toSpliced(3, 0, ...records)));

  test('and its directories are told', () => {
    expect(parsed(['S 100 200', 'W 0 -5'])).toMatchObject({
      kind: 'whole',
      running: { since: 100, now: 200 },
      directories: new Map([['/etc/d/*.conf', -5]]),
    });
  });

  test.each([
    [['S 1 2', 'S 1 2']],
    [['S 1']],
    [['S -1 2']],
    [['S 1234567890123 2']],
    [['W 0 5', 'W 0 5']],
    [['W 1 5']],
    [['W 0 x']],
  ])('%j is garbled', records => {
    expect(parsed(records)).toMatchObject({ kind: 'garbled' });
  });

  test.each(['S 1 2', 'W 0 5'])('%s, which nobody asked for, is garbled', record => {
    expect(parsed([record], null)).toMatchObject({ kind: 'garbled' });
  });
});

describe('packages', () => {
  const MD5 = '0'.repeat(32);
  const parsed = (records: readonly string[], packages = true) =>
    parseAnswer({ ...asked, packages }, NONCE, answerOf(records));
  const withPackages = (...records: string[]): readonly string[] => GOOD.toSpliced(3, 0, ...records);

  test('are told of files that Git does not know', () => {
    expect(parsed(withPackages(`O ufw ${MD5} /etc/d/x.conf`))).toMatchObject({
      kind: 'whole',
      shipped: new Map([['/etc/d/x.conf', { package: 'ufw', digest: MD5 }]]),
    });
  });

  test.each<[string, readonly string[]]>([
    ['a file that has a copy', withPackages(`O ufw ${MD5} /etc/a.conf`)],
    ['a file that is no item', withPackages(`O ufw ${MD5} /etc/shadow`)],
    ['a file before it is found', GOOD.toSpliced(2, 0, `O ufw ${MD5} /etc/d/x.conf`)],
    ['one file twice', withPackages(`O ufw ${MD5} /etc/d/x.conf`, `O ufw ${MD5} /etc/d/x.conf`)],
    ['a digest that is none', withPackages(`O ufw ${MD5.slice(1)} /etc/d/x.conf`)],
    ['a digest too long', withPackages(`O ufw ${MD5.repeat(5)} /etc/d/x.conf`)],
    ['no name', withPackages(`O  ${MD5} /etc/d/x.conf`)],
    ['a name too long', withPackages(`O ${'u'.repeat(129)} ${MD5} /etc/d/x.conf`)],
    ['a name with a control character', withPackages(`O u\x1bw ${MD5} /etc/d/x.conf`)],
  ])('of %s: garbled', (_, records) => {
    expect(parsed(records)).toMatchObject({ kind: 'garbled' });
  });

  test('that nobody asked about: garbled', () => {
    expect(parsed(withPackages(`O ufw ${MD5} /etc/d/x.conf`), false)).toMatchObject({ kind: 'garbled' });
  });
});

test('no part of an answer is taken for the whole', () => {
  const bytes = answerOf(GOOD);
  const whole = bytes.length - 'sha256sum\n'.length;
  for (let length = 0; length < whole; length++) {
    expect(parseAnswer(asked, NONCE, bytes.subarray(0, length)).kind).not.toBe('whole');
  }
});

test('another nonce is no answer at all', () => {
  expect(parseAnswer(asked, 'f'.repeat(32), answerOf(GOOD))).toEqual({ kind: 'none' });
});

describe('a lie is garbled', () => {
  test.each<[string, readonly string[]]>([
    ['an entry twice', replaced(6, 'F 2 absent', 'F 2 absent')],
    ['an entry left out', replaced(6)],
    ['an entry for an item that nobody asked', replaced(6, 'F 2 absent', 'F 4 absent')],
    ['item zero', replaced(6, 'F 0 absent')],
    ['a listing left out', GOOD.toSpliced(1, 1)],
    ['a listing twice', replaced(1, 'G 0 listed', 'G 0 listed')],
    ['a listing of no glob', replaced(1, 'G 1 listed')],
    ['a found file outside the glob', replaced(2, 'P 3 0 /etc/shadow')],
    ['a found file below the directory', replaced(2, 'P 3 0 /etc/d/../x.conf')],
    ['a found file out of turn', replaced(2, 'P 4 0 /etc/d/x.conf')],
    ['a found file that is only named', replaced(2, 'P 0 0 /etc/d/x.conf')],
    ['a found file twice', replaced(2, 'P 3 0 /etc/d/x.conf', 'P 4 0 /etc/d/x.conf')],
    ['an unknown kind', replaced(6, 'F 2 fine')],
    ['an unknown record', replaced(6, 'F 2 absent', 'X')],
    ['contents of nothing', replaced(6, 'F 2 absent', 'D x', 'E 0')],
    ['contents without their end', GOOD.toSpliced(5, 1)],
    ['contents without an item', replaced(1, 'D x', 'E 0', 'G 0 listed')],
    ['a hash that is none', replaced(3, `F 1 file ${'0'.repeat(63)} ${STAT}`)],
    ['a negative size', replaced(3, `F 1 file ${HASH} -4`)],
    ['a name in the place of a number', replaced(3, `F 1 file ${HASH} 4 x 644 0 0 root:root`)],
  ])('%s', (_, records) => {
    expect(parse(records)).toMatchObject({ kind: 'garbled' });
  });
});

test.each([
  ['other bytes than the hash', replaced(4, 'D neu\n')],
  ['a failed read', replaced(5, 'E 1')],
])('%s: the file is not believed', (_, records) => {
  const answer = parse(records);
  expect(answer.kind === 'whole' && answer.files.get(pathOf('/etc/a.conf'))).toEqual({ kind: 'changing' });
});

test('nothing that is fed in throws, and what is taken covers the question', () => {
  const record = fc.oneof(
    fc.constantFrom(...GOOD),
    fc.string({ maxLength: 30 }),
    fc.stringMatching(/^[GPFDE] \d \w{0,10}$/),
  );
  fc.assert(
    fc.property(fc.array(record, { maxLength: 14 }), records => {
      const answer = parse(['BEGIN 1', ...records, 'END x']);
      if (answer.kind === 'whole') {
        expect(answer.files.has(pathOf('/etc/a.conf')) && answer.files.has(pathOf('/etc/b.conf'))).toBe(true);
        expect(answer.listings.size).toBe(1);
      }
    }),
  );
});
