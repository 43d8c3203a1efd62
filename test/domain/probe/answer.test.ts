// What the parser makes of answers that no honest server gives.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/domain/git-copies.ts';
import { hasBegun, parseAnswer } from '../../../src/domain/probe/answer.ts';
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
    // A clock that was set back, or not yet: the process began before 1970.
    expect(parsed(['S -100 20'])).toMatchObject({ kind: 'whole', running: { since: -100, now: 20 } });
    expect(parsed(['S 100 200', 'W 0 -5'])).toMatchObject({
      kind: 'whole',
      running: { since: 100, now: 200 },
      directories: new Map([['/etc/d/*.conf', -5]]),
    });
  });

  test.each([
    [['S 1 2', 'S 1 2']],
    [['S 1']],
    [['S 1 2x']],
    [['W 0 5x']],
    [['S --1 2']],
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

  test('are told of a file that was asked for without a copy', () => {
    const extra = { path: pathOf('/etc/c.conf'), sha256: null };
    const records = ['BEGIN 1', `O ufw ${MD5} /etc/c.conf`, 'F 1 absent', 'END x'];
    const answer = parseAnswer(question({ files: [extra], packages: true }), NONCE, answerOf(records));
    expect(answer).toMatchObject({ shipped: new Map([['/etc/c.conf', { package: 'ufw', digest: MD5 }]]) });
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

test.each<[string, readonly string[], string]>([
  ['a listing of no glob', replaced(1, 'G 1 listed'), 'no glob 1'],
  ['a listing in another form', replaced(1, 'G 0 listed!'), 'a record in the wrong form'],
  ['a file outside of the glob', replaced(2, 'P 3 0 /etc/shadow'), 'a file that no glob finds'],
  ['a file twice', replaced(2, 'P 3 0 /etc/d/x.conf', 'P 4 0 /etc/d/x.conf'), 'a file is named twice'],
  ['a file that was asked for', replaced(2, 'P 3 0 /etc/a.conf'), 'a file that no glob finds'],
  ['a file out of turn', replaced(2, 'P 4 0 /etc/d/x.conf'), 'item 4 out of turn'],
  ['an unknown item', replaced(6, 'F 4 absent'), 'no item 4'],
  ['an entry twice', replaced(6, 'F 2 absent', 'F 2 absent'), 'two records about one thing'],
  ['an entry left out', replaced(6), '2 of 3 files'],
  ['a listing left out', GOOD.toSpliced(1, 1), '0 of 1 globs'],
  ['an unknown record', replaced(6, 'F 2 absent', 'X'), 'an unexpected record'],
  ['contents of nothing', replaced(6, 'F 2 absent', 'D x', 'E 0'), 'contents of something that is no file'],
  ['an exit status with a tail', replaced(5, 'E 0 '), 'a record in the wrong form'],
  ['a status nobody knows', replaced(5, 'XE 0'), 'a record in the wrong form'],
  [
    'contents at the very end',
    [...GOOD.slice(0, -2), 'F 3 file - 3', 'D x', 'END x'],
    'a record in the wrong form',
  ],
  ['a process unasked', replaced(1, 'G 0 listed', 'S 1 2'), 'a process that was not asked about'],
  ['a time unasked', replaced(1, 'G 0 listed', 'W 0 5'), 'a time that was not asked for'],
  [
    'a package unasked',
    replaced(6, 'F 2 absent', `O x ${'0'.repeat(32)} /etc/d/x.conf`),
    'a package of a file that was not asked about',
  ],
])('%s: what is wrong is said', (_, records, detail) => {
  expect(parse(records)).toEqual({ kind: 'garbled', detail });
});

describe('a file as it is told', () => {
  const file = (...records: readonly string[]) => {
    const answer = parse(GOOD.toSpliced(3, 3, ...records));
    return answer.kind === 'whole' ? answer.files.get(pathOf('/etc/a.conf')) : answer;
  };

  test.each<[string, readonly string[], object]>([
    [
      'of another type',
      ['F 1 other character special file'],
      { kind: 'not-a-file', type: 'character special file' },
    ],
    ['unreadable', ['F 1 unreadable'], { kind: 'unreadable' }],
    ['without a hash and without contents', ['F 1 file - 4'], { kind: 'unreadable' }],
    ['without a hash, contents failing', ['F 1 file - 4', 'D new', 'E 1'], { kind: 'changing' }],
    ['a status of two figures', [`F 1 file ${HASH} 4`, 'D new\n', 'E 10'], { kind: 'changing' }],
    ['without a hash tool', ['F 1 file - 4', 'D new\n', 'E 0'], { kind: 'file', sha256: HASH, size: 4 }],
    [
      'that is hashed and not sent',
      [`F 1 file ${HASH} 99`],
      { kind: 'file', sha256: HASH, size: 99, bytes: null, metadata: null },
    ],
    [
      'with the type in its mode',
      [`F 1 file ${HASH} 4 0 40755 1 2 a:b`],
      { metadata: { mode: '0755', uid: 1, gid: 2, owner: 'a', group: 'b', modifiedAt: 0 } },
    ],
    [
      'older than 1970',
      [`F 1 file ${HASH} 4 -5 644 0 0 :`],
      { metadata: { modifiedAt: -5, owner: '', group: '' } },
    ],
  ])('%s', (_, records, expected) => {
    expect(file(...records)).toMatchObject(expected);
  });
});

test('found files are only named where that was asked', () => {
  const records = [
    'BEGIN 1',
    'G 0 listed',
    'P 0 0 /etc/d/x.conf',
    'P 0 0 /etc/d/y.conf',
    'F 1 absent',
    'F 2 absent',
    'END x',
  ];
  expect(parseAnswer({ ...asked, found: 'name' }, NONCE, answerOf(records))).toMatchObject({
    kind: 'whole',
    named: ['/etc/d/x.conf', '/etc/d/y.conf'],
    files: new Map([
      ['/etc/a.conf', { kind: 'absent' }],
      ['/etc/b.conf', { kind: 'absent' }],
    ]),
  });
});

test('more items and globs than ten', () => {
  const globs = Array.from({ length: 12 }, (_, i) => globOf(`/etc/${i}`, '*'));
  const many = question({ globs, service: 'x' });
  const records = [
    ...globs.flatMap((_, i) => [`G ${i} listed`, `W ${i} 170000000${i}`, `P ${i + 1} ${i} /etc/${i}/a`]),
    ...globs.map((_, i) => `F ${i + 1} absent`),
  ];
  const answer = parseAnswer(many, NONCE, answerOf(['BEGIN 1', ...records, 'END -']));
  expect(
    answer.kind === 'whole' && [answer.files.size, answer.directories.size, answer.listings.size],
  ).toEqual([12, 12, 12]);
});

test('an answer that begins and does not end is truncated, one that ends first is too', () => {
  expect(parse(GOOD.slice(0, -1))).toEqual({ kind: 'truncated' });
  expect(parse(['END x', ...GOOD.slice(0, -1)])).toEqual({ kind: 'truncated' });
  expect([GOOD, GOOD.slice(0, 1), ['END x']].map(records => hasBegun(NONCE, answerOf(records)))).toEqual([
    true,
    true,
    false,
  ]);
});

test.each(['Welcome!\r\n', 'BEGIN 1', '\n', `${NONCE} BEGIN 1`])(
  'noise in front does not matter: %j',
  noise => {
    const answer = parseAnswer(asked, NONCE, Buffer.concat([Buffer.from(noise), answerOf(GOOD)]));
    expect(answer).toEqual(parse(GOOD));
  },
);
