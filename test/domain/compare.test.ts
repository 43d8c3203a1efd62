import { describe, expect, test } from 'vitest';
import { compare } from '../../src/domain/compare.ts';
import { sha256 } from '../../src/domain/git-copies.ts';
import { applyIgnore } from '../../src/domain/ignore.ts';
import type { IgnoreRule, Scope } from '../../src/domain/inventory.ts';
import { remotePath } from '../../src/domain/remote-path.ts';
import type { Listing, RemoteFile, Snapshot } from '../../src/domain/snapshot.ts';
import { warningsOf } from '../../src/domain/warnings.ts';
import { parseWatch } from '../../src/domain/watch.ts';

const ROOT_OWNED = { mode: '0644', uid: 0, gid: 0, owner: 'root', group: 'root', modifiedAt: 0 };
const scope = (part: Partial<Scope> = {}): Scope => ({
  layers: ['/repo/files'],
  root: remotePath('/etc'),
  watch: [parseWatch(remotePath('/etc/rsyslog.conf')), parseWatch(remotePath('/etc/rsyslog.d/*.conf'))],
  unmanaged: 'drift',
  ignore: [],
  expect: null,
  service: 'rsyslogd',
  maxFileSize: 1024,
  ...part,
});
const copies = (files: Readonly<Record<string, string>>) =>
  new Map(
    Object.entries(files).map(([path, text]) => [
      remotePath(path),
      { source: `files${path.slice(4)}`, bytes: Buffer.from(text), sha256: sha256(Buffer.from(text)) },
    ]),
  );
const file = (text: string, part: Partial<Extract<RemoteFile, { kind: 'file' }>> = {}): RemoteFile => ({
  kind: 'file',
  sha256: sha256(Buffer.from(text)),
  size: text.length,
  metadata: ROOT_OWNED,
  link: false,
  bytes: Buffer.from(text),
  ...part,
});
const snapshot = (files: Readonly<Record<string, RemoteFile>>, listing: Listing = 'listed'): Snapshot => ({
  shipped: new Map(),
  directories: new Map(),
  running: null,
  files: new Map(Object.entries(files).map(([path, remote]) => [remotePath(path), remote])),
  listings: new Map([[remotePath('/etc/rsyslog.d/*.conf'), listing]]),
});
const A = '/etc/rsyslog.d/a.conf';
const B = '/etc/rsyslog.d/b.conf';
const verdictOf = (git: string | null, remote: RemoteFile, part: Partial<Scope> = {}) => {
  const verdicts = compare(scope(part), copies(git === null ? {} : { [A]: git }), snapshot({ [A]: remote }));
  expect(verdicts.length).toBeLessThanOrEqual(1);
  return verdicts[0];
};

describe('a file that Git has', () => {
  test.each<[string, RemoteFile, object]>([
    ['with the same bytes is in sync', file('x'), { verdict: 'in-sync', counted: false }],
    ['with other bytes is modified', file('y'), { verdict: 'modified', counted: true }],
    ['that is not there is missing', { kind: 'absent' }, { verdict: 'missing', counted: true }],
    [
      'that is a link to nothing is missing',
      { kind: 'dangling' },
      { verdict: 'missing', counted: true, notes: [{ code: 'dangling-link' }] },
    ],
    [
      'that may not be read is not compared',
      { kind: 'unreadable' },
      { verdict: 'not-compared', counted: false, cause: 'unreadable' },
    ],
    [
      'that is a FIFO is not compared',
      { kind: 'not-a-file', type: 'FIFO' },
      { verdict: 'not-compared', cause: 'not-a-file' },
    ],
    [
      'that keeps changing is not compared',
      { kind: 'changing' },
      { verdict: 'not-compared', cause: 'changed-while-read' },
    ],
  ])('%s', (_, remote, expected) => {
    expect(verdictOf('x', remote)).toMatchObject(expected);
  });

  test('larger than the limit is modified by its hash alone', () => {
    expect(verdictOf('x', file('yyyy', { bytes: null, size: 9999 }))).toMatchObject({
      verdict: 'modified',
      notes: [{ code: 'too-large', size: 9999 }],
    });
  });
});

describe('a file that Git does not have', () => {
  test.each<[string, RemoteFile, object | undefined]>([
    ['is unmanaged', file('x'), { verdict: 'unmanaged', counted: true, git: null }],
    [
      'is unmanaged even if it may not be read',
      { kind: 'unreadable' },
      { verdict: 'unmanaged', counted: true },
    ],
    [
      'is unmanaged even if it is a directory',
      { kind: 'not-a-file', type: 'directory' },
      { verdict: 'unmanaged' },
    ],
    ['and that is not there either is nothing', { kind: 'absent' }, undefined],
  ])('%s', (_, remote, expected) => {
    const verdict = verdictOf(null, remote);
    if (expected) expect(verdict).toMatchObject(expected);
    else expect(verdict).toBeUndefined();
  });

  test.each([
    ['drift', true],
    ['strict', true],
    ['report', false],
  ] as const)('under the policy %s counts: %s', (unmanaged, counted) => {
    expect(verdictOf(null, file('x'), { unmanaged })).toMatchObject({ verdict: 'unmanaged', counted });
  });
});

describe('expected metadata', () => {
  const expected = { owner: 'root', group: 'root', mode: '0644' };

  test('that matches leaves the file in sync', () => {
    expect(verdictOf('x', file('x'), { expect: expected })).toMatchObject({ verdict: 'in-sync', notes: [] });
  });

  test('that does not is drift of its own', () => {
    const remote = file('x', {
      metadata: { ...ROOT_OWNED, mode: '0600', uid: 7, owner: 'syslog', group: 'adm', gid: 4 },
    });
    expect(verdictOf('x', remote, { expect: expected })).toMatchObject({
      verdict: 'metadata',
      counted: true,
      notes: [
        { code: 'mode', expected: '0644', actual: '0600' },
        { code: 'owner', expected: 'root', actual: 'syslog' },
        { code: 'group', expected: 'root', actual: 'adm' },
      ],
    });
  });

  test('may name owners by number', () => {
    expect(verdictOf('x', file('x'), { expect: { owner: '0', group: '0', mode: null } })).toMatchObject({
      verdict: 'in-sync',
    });
  });

  describe('where the server tells numbers only', () => {
    const numbers = (uid: number, gid: number) =>
      file('x', { metadata: { ...ROOT_OWNED, uid, gid, owner: null, group: null } });
    const any = { owner: null, group: null, mode: null };

    test.each([
      ['a number that agrees', numbers(0, 4), { ...any, owner: '0', group: '4' }],
      ['root, who is user 0 everywhere', numbers(0, 4), { ...any, owner: 'root' }],
      ['nothing but a mode', numbers(7, 7), { ...any, mode: '0644' }],
    ])('%s is in sync', (_, remote, expect_) => {
      expect(verdictOf('x', remote, { expect: expect_ })).toMatchObject({ verdict: 'in-sync', notes: [] });
    });

    test.each([
      ['a number', numbers(7, 4), { ...any, owner: '0' }, [{ code: 'owner', expected: '0', actual: '7' }]],
      ['root', numbers(7, 4), { ...any, owner: 'root' }, [{ code: 'owner', expected: 'root', actual: '7' }]],
      [
        'a mode, whatever else is unsure,',
        numbers(7, 4),
        { ...any, owner: 'syslog', mode: '0600' },
        [{ code: 'mode', expected: '0600', actual: '0644' }],
      ],
    ])('%s that disagrees is drift', (_, remote, expect_, notes) => {
      expect(verdictOf('x', remote, { expect: expect_ })).toMatchObject({ verdict: 'metadata', notes });
    });

    test.each([
      ['an owner', numbers(7, 7), { ...any, owner: 'syslog' }],
      ['an owner, when it is root,', numbers(0, 0), { ...any, owner: 'syslog' }],
      ['a group', numbers(0, 4), { ...any, group: 'adm' }],
      ['the group root, which BSD calls wheel,', numbers(0, 0), { ...any, group: 'root' }],
    ])('the name of %s is not compared', (_, remote, expect_) => {
      expect(verdictOf('x', remote, { expect: expect_ })).toMatchObject({
        verdict: 'not-compared',
        cause: 'no-metadata',
      });
    });

    test('other contents are drift all the same', () => {
      expect(verdictOf('git', numbers(7, 7), { expect: expected })).toMatchObject({ verdict: 'modified' });
    });
  });

  test('that the server cannot tell is not compared, never in sync', () => {
    expect(verdictOf('x', file('x', { metadata: null }), { expect: expected })).toMatchObject({
      verdict: 'not-compared',
      cause: 'no-metadata',
    });
  });
});

test('a copy that the answer leaves out is not compared, never in sync', () => {
  const verdicts = compare(scope(), copies({ [A]: 'x', [B]: 'y' }), snapshot({ [B]: file('y') }));
  expect(verdicts.map(v => [v.name, v.verdict])).toEqual([
    ['rsyslog.d/a.conf', 'not-compared'],
    ['rsyslog.d/b.conf', 'in-sync'],
  ]);
});

test('a directory that may not be listed is not compared itself', () => {
  const verdicts = compare(scope(), copies({ [A]: 'x' }), snapshot({ [A]: file('x') }, 'unreadable'));
  expect(verdicts.map(v => [v.name, v.verdict, v.cause])).toEqual([
    ['rsyslog.d/*.conf', 'not-compared', 'unreadable'],
    ['rsyslog.d/a.conf', 'in-sync', null],
  ]);
});

test('verdicts are sorted by name, in C order', () => {
  const files = {
    [B]: file('b'),
    '/etc/rsyslog.conf': file('c'),
    '/etc/rsyslog.d/Z.conf': file('z'),
    [A]: file('a'),
  };
  expect(compare(scope(), new Map(), snapshot(files)).map(v => v.name)).toEqual([
    'rsyslog.conf',
    'rsyslog.d/Z.conf',
    'rsyslog.d/a.conf',
    'rsyslog.d/b.conf',
  ]);
});

describe('a rename', () => {
  test('is a missing and an unmanaged file with the same bytes', () => {
    const verdicts = compare(
      scope(),
      copies({ [A]: 'same' }),
      snapshot({ [A]: { kind: 'absent' }, [B]: file('same') }),
    );
    expect(verdicts.map(v => [v.verdict, v.notes])).toEqual([
      ['missing', [{ code: 'renamed-to', name: 'rsyslog.d/b.conf' }]],
      ['unmanaged', [{ code: 'renamed-from', name: 'rsyslog.d/a.conf' }]],
    ]);
  });

  test.each([
    ['empty files', '', { [A]: { kind: 'absent' } as RemoteFile, [B]: file('') }],
    [
      'two candidates',
      's',
      { [A]: { kind: 'absent' } as RemoteFile, [B]: file('s'), '/etc/rsyslog.d/c.conf': file('s') },
    ],
  ])('is not guessed from %s', (_, text, files) => {
    const verdicts = compare(scope(), copies({ [A]: text }), snapshot(files));
    expect(verdicts.flatMap(v => v.notes)).toEqual([]);
  });
});

describe('who may write a file', () => {
  const warned = (mode: string): readonly string[] => {
    const verdict = verdictOf('x', file('x', { metadata: { ...ROOT_OWNED, mode } }));
    expect(verdict?.verdict).toBe('in-sync');
    return warningsOf(verdict ? [verdict] : []);
  };

  test.each(['0666', '0602', '1777'])('anybody, by %s, is a warning, whatever its verdict', mode => {
    expect(warned(mode)).toEqual([
      `/etc/rsyslog.d/a.conf is world-writable (mode ${mode}): anyone on the server can change it`,
    ]);
  });

  test.each(['0664', '0775', '4755'])('nobody but owner and group, by %s, is none', mode => {
    expect(warned(mode)).toEqual([]);
  });
});

describe('ignore rules', () => {
  const rule = (path: string, until: string | null = null): IgnoreRule => ({
    watch: parseWatch(remotePath(path)),
    reason: 'ufw',
    until,
  });
  const verdicts = compare(scope(), copies({ [A]: 'x' }), snapshot({ [A]: file('y'), [B]: file('b') }));
  const ignore = (...rules: IgnoreRule[]) => applyIgnore(verdicts, rules, '2026-06-15');

  test('take a file out and list it with the reason', () => {
    const after = ignore(rule(B));
    expect(after.files.map(f => f.name)).toEqual(['rsyslog.d/a.conf']);
    expect(after.ignored).toEqual([{ name: 'rsyslog.d/b.conf', reason: 'ufw', until: null }]);
  });

  test('may be globs', () => {
    expect(ignore(rule('/etc/rsyslog.d/*.conf')).ignored.length).toBe(2);
  });

  test('do not pass over a directory that cannot be listed, unless they name the same glob', () => {
    const closed = compare(scope(), copies({ [A]: 'x' }), snapshot({ [A]: file('x') }, 'unreadable'));
    const left = (path: string) =>
      applyIgnore(closed, [rule(path)], '2026-06-15').files.map(f => [f.name, f.verdict]);
    const unlisted = ['rsyslog.d/*.conf', 'not-compared'];
    expect(left('/etc/rsyslog.d/?.conf')).toEqual([unlisted, ['rsyslog.d/a.conf', 'in-sync']]);
    expect(left('/etc/rsyslog.d/*-local.conf')).toContainEqual(unlisted);
    expect(left('/etc/rsyslog.d/*.conf')).not.toContainEqual(unlisted);
  });

  test('hold through their last day', () => {
    expect(ignore(rule(B, '2026-06-15')).ignored.length).toBe(1);
  });

  test('no longer hold after it, and say so', () => {
    const after = ignore(rule(B, '2026-06-14'));
    expect(after.files.length).toBe(2);
    expect(after.warnings).toEqual([
      'the ignore rule for /etc/rsyslog.d/b.conf expired on 2026-06-14 and no longer holds',
    ]);
  });

  test('that match nothing are not used', () => {
    expect(ignore(rule('/etc/rsyslog.d/z.conf')).used).toEqual([]);
  });

  test('leave a file that is in sync where it is', () => {
    const inSync = compare(scope(), copies({ [A]: 'x' }), snapshot({ [A]: file('x') }));
    const after = applyIgnore(inSync, [rule(A)], '2026-06-15');
    expect([after.files.length, after.ignored.length, after.used.length]).toEqual([1, 0, 1]);
  });
});

describe('why, in notes', () => {
  const NOTES: readonly (readonly [RemoteFile, readonly object[], readonly object[] | null])[] = [
    [
      { kind: 'not-a-file', type: 'fifo' },
      [{ code: 'not-a-file', type: 'fifo' }],
      [{ code: 'not-a-file', type: 'fifo' }],
    ],
    [{ kind: 'unreadable' }, [], [{ code: 'unreadable' }]],
    [{ kind: 'dangling' }, [{ code: 'dangling-link' }], [{ code: 'dangling-link' }]],
    [{ kind: 'changing' }, [], [{ code: 'changing' }]],
    [{ kind: 'too-large', size: 9 }, [], [{ code: 'too-large', size: 9 }]],
    [{ kind: 'absent' }, [], null],
  ];

  test.each(NOTES)('%j', (remote, expected, found) => {
    expect(verdictOf('x', remote)).toMatchObject({ notes: expected, server: null });
    expect(verdictOf(null, remote)?.notes ?? null).toEqual(found);
    if (found !== null)
      expect(verdictOf(null, remote)).toMatchObject({ verdict: 'unmanaged', counted: true, cause: null });
  });

  test('too large to be read is not compared', () => {
    expect(verdictOf('x', { kind: 'too-large', size: 9 })).toMatchObject({
      verdict: 'not-compared',
      cause: 'too-large',
    });
  });

  test('an extra link that was not sent', () => {
    expect(verdictOf(null, file('y', { link: true, bytes: null, size: 5 }))?.notes).toEqual([
      { code: 'symbolic-link' },
      { code: 'too-large', size: 5 },
    ]);
  });

  test('other contents and other metadata are told together, and unknown metadata not at all', () => {
    const expect_ = { mode: '0600', owner: null, group: null };
    expect(verdictOf('x', file('y'), { expect: expect_ })?.notes).toEqual([
      { code: 'mode', expected: '0600', actual: '0644' },
    ]);
    expect(verdictOf('x', file('y', { metadata: null }), { expect: expect_ })?.notes).toEqual([]);
  });

  test('nothing expected is nothing to be unsure of', () => {
    const nothing = { mode: null, owner: null, group: null };
    expect(verdictOf('x', file('x', { metadata: null }), { expect: nothing })?.verdict).toBe('in-sync');
    expect(
      verdictOf('x', file('x', { metadata: null }), { expect: { ...nothing, group: 'root' } })?.verdict,
    ).toBe('not-compared');
  });

  test('a number does not tell whether a group is root’s: elsewhere it has another name', () => {
    const numbers = { ...ROOT_OWNED, uid: 5, gid: 5, owner: null, group: null };
    const verdict = (part: object) =>
      verdictOf('x', file('x', { metadata: numbers }), {
        expect: { mode: null, owner: null, group: null, ...part },
      })?.verdict;
    expect([verdict({ owner: 'root' }), verdict({ group: 'root' })]).toEqual(['metadata', 'not-compared']);
  });

  test('a name that only begins with figures is no number', () => {
    const numbers = { ...ROOT_OWNED, owner: null, group: null };
    for (const owner of ['0day', 'day0'])
      expect(
        verdictOf('x', file('x', { metadata: numbers }), { expect: { mode: null, owner, group: null } })
          ?.verdict,
      ).toBe('not-compared');
    expect(
      verdictOf('x', file('x', { metadata: numbers }), { expect: { mode: null, owner: '100', group: null } })
        ?.verdict,
    ).toBe('metadata');
  });
});
