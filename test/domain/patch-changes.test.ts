// Which changes a patch consists of. That Git makes the server's tree of them is tested in render/patch.test.ts.

import { describe, expect, test } from 'vitest';
import type { FileVerdict, Note } from '../../src/domain/file-verdict.ts';
import type { GitMode, PatchChange, Place, RepositoryFile } from '../../src/domain/patch-change.ts';
import { patchChanges } from '../../src/domain/patch-changes.ts';
import type { RemotePath } from '../../src/domain/remote-path.ts';
import { UserError } from '../../src/domain/user-error.ts';
import {
  inSync,
  METADATA,
  metadata,
  missing,
  modified,
  notCompared,
  serverFile,
  unmanaged,
  unmanagedOther,
} from '../support/builders.ts';

const copy = (path: string, text: string, mode: GitMode = '100644'): RepositoryFile => ({
  path,
  mode,
  bytes: Buffer.from(text),
});
/** A path of the server, its copies with the lowest layer first, and where a new one would go. */
const place = (
  path: string,
  copies: readonly RepositoryFile[],
  home: string | null = `files${path.slice(4)}`,
) => [path as RemotePath, { copies, home } satisfies Place] as const;
const plan = (files: readonly FileVerdict[], ...places: readonly (readonly [RemotePath, Place])[]) =>
  patchChanges('web-1', files, new Map(places));

const side = (file: RepositoryFile | null): string =>
  file === null ? 'nothing' : `${file.path} ${file.mode} ${file.bytes}`;
/** `PATH MODE CONTENTS > PATH MODE CONTENTS` */
const shown = (changes: readonly PatchChange[]): readonly string[] =>
  changes.map(({ from, to }) => `${side(from)} > ${side(to)}`);
const changesOf = (...all: Parameters<typeof plan>) => shown(plan(...all).changes);

const A = '/etc/a.conf';
const B = '/etc/b.conf';
const executable = (text: string) => serverFile(text, { metadata: { ...METADATA, mode: '0755' } });

describe('a modified file', () => {
  test('becomes what the server has, in the layer that it comes from', () => {
    const layers = [copy('files/a.conf', 'low'), copy('over/a.conf', 'git')];
    expect(changesOf([modified(A, ['git', 'server'])], place(A, layers))).toEqual([
      'over/a.conf 100644 git > over/a.conf 100644 server',
    ]);
  });

  test('may be executed if it may be there; where the server does not say, as the copy', () => {
    const run = modified(A, ['git', 'x'], { server: executable('x') });
    expect(changesOf([run], place(A, [copy('files/a.conf', 'git')]))).toEqual([
      'files/a.conf 100644 git > files/a.conf 100755 x',
    ]);
    const group = modified(A, ['git', 'x'], {
      server: serverFile('x', { metadata: { ...METADATA, mode: '0670' } }),
    });
    expect(changesOf([group], place(A, [copy('files/a.conf', 'git', '100755')]))).toEqual([
      'files/a.conf 100755 git > files/a.conf 100644 x',
    ]);
    const silent = modified(A, ['git', 'x'], { server: serverFile('x', { metadata: null }) });
    for (const mode of ['100755', '100644'] as const)
      expect(changesOf([silent], place(A, [copy('files/a.conf', 'git', mode)]))).toEqual([
        `files/a.conf ${mode} git > files/a.conf ${mode} x`,
      ]);
  });

  test('takes the place of a link', () => {
    expect(
      changesOf([modified(A, ['git', 'x'])], place(A, [copy('files/a.conf', 'b.conf', '120000')])),
    ).toEqual(['files/a.conf 120000 b.conf > nothing', 'nothing > files/a.conf 100644 x']);
  });

  test('that no place is known for is a new one', () => {
    expect(changesOf([modified(A, ['git', 'x'])], place(A, []))).toEqual(['nothing > files/a.conf 100644 x']);
  });
});

test('a missing file is deleted from every layer', () => {
  const layers = [copy('files/a.conf', 'low'), copy('over/a.conf', 'git')];
  expect(changesOf([missing(A, 'git')], place(A, layers))).toEqual([
    'files/a.conf 100644 low > nothing',
    'over/a.conf 100644 git > nothing',
  ]);
});

test('an unmanaged file is new below the last layer', () => {
  expect(changesOf([unmanaged(A, 'x', { server: executable('x') })], place(A, [], 'over/a.conf'))).toEqual([
    'nothing > over/a.conf 100755 x',
  ]);
});

describe('a renamed file', () => {
  const to: Note = { code: 'renamed-to', name: 'b.conf' };
  const from: Note = { code: 'renamed-from', name: 'a.conf' };
  const gone = missing(A, 'x', { notes: [to] });
  const come = unmanaged(B, 'x', { notes: [from] });
  const low = copy('files/a.conf', 'low');
  const high = copy('over/a.conf', 'x');

  test('is one change; what lower layers have under its old name is deleted', () => {
    expect(changesOf([gone, come], place(A, [low, high]), place(B, [], 'over/b.conf'))).toEqual([
      'files/a.conf 100644 low > nothing',
      'over/a.conf 100644 x > over/b.conf 100644 x',
    ]);
  });

  test('is one whatever else there is to say about it', () => {
    const linked = unmanaged(B, 'x', { notes: [{ code: 'symbolic-link' }, from] });
    expect(changesOf([gone, linked], place(A, [high]), place(B, [], 'over/b.conf'))).toEqual([
      'over/a.conf 100644 x > over/b.conf 100644 x',
    ]);
  });

  test('that was a link is a new file', () => {
    const link = copy('over/a.conf', 'x', '120000');
    expect(changesOf([gone, come], place(A, [link]), place(B, [], 'over/b.conf'))).toEqual([
      'over/a.conf 120000 x > nothing',
      'nothing > over/b.conf 100644 x',
    ]);
  });

  test('of which one half is not in the patch is two files', () => {
    const ignored = { ...come, counted: false };
    expect(changesOf([gone, ignored], place(A, [high]), place(B, [], 'over/b.conf'))).toEqual([
      'over/a.conf 100644 x > nothing',
    ]);
    expect(
      changesOf([{ ...gone, counted: false }, come], place(A, [high]), place(B, [], 'over/b.conf')),
    ).toEqual(['nothing > over/b.conf 100644 x']);
    expect(changesOf([come], place(B, [], 'over/b.conf'))).toEqual(['nothing > over/b.conf 100644 x']);
  });

  test('of which no copy is known is a new file', () => {
    expect(changesOf([gone, come], place(B, [], 'over/b.conf'))).toEqual(['nothing > over/b.conf 100644 x']);
  });
});

describe('owner and mode', () => {
  const notes: readonly Note[] = [{ code: 'mode', expected: '0755', actual: '0644' }];
  const differs = metadata(A, { notes });

  test('only whether a file may be executed can be adopted; what was expected is said', () => {
    const { changes, leftOut } = plan([differs], place(A, [copy('files/a.conf', 'same\n', '100755')]));
    expect(shown(changes)).toEqual(['files/a.conf 100755 same\n > files/a.conf 100644 same\n']);
    expect(leftOut).toEqual(['a.conf: mode is 0644, expected 0755']);
  });

  test.each([
    ['a copy of the same mode', [copy('files/a.conf', 'same\n')]],
    ['a link', [copy('files/a.conf', 'b.conf', '120000')]],
    ['no copy', []],
  ])('%s stays as it is', (_, copies) => {
    const { changes, leftOut } = plan([differs], place(A, copies));
    expect([changes, leftOut]).toEqual([[], ['a.conf: mode is 0644, expected 0755']]);
  });
});

test('what is in sync, or does not count, is not in the patch', () => {
  expect(plan([inSync(A), unmanaged(B, 'x', { counted: false })])).toEqual({ changes: [], leftOut: [] });
});

describe('a patch that would leave something out is refused', () => {
  test.each<readonly [string, FileVerdict, string | null, string]>([
    [
      'not compared',
      notCompared(A, 'unreadable'),
      'files/a.conf',
      '/etc/a.conf cannot be read: permission denied',
    ],
    [
      'an unmanaged directory',
      unmanagedOther(A, { notes: [{ code: 'not-a-file', type: 'directory' }] }),
      'files/a.conf',
      '/etc/a.conf is not a regular file but a directory',
    ],
    ['nothing known', unmanagedOther(A, {}), 'files/a.conf', '/etc/a.conf was not read'],
    [
      'too large to be sent',
      unmanaged(A, 'x', { server: serverFile('x', { bytes: null, size: 7 }) }),
      'files/a.conf',
      '/etc/a.conf was not transferred (7 bytes)',
    ],
    [
      'outside of the root',
      unmanaged(A, 'x'),
      null,
      '/etc/a.conf is outside of the directory that `files` mirrors',
    ],
  ])('%s', (_, file, home, reason) => {
    const refused = () => plan([file, modified(B, ['git', 'x'])], place(A, [], home));
    expect(refused).toThrow(UserError);
    expect(refused).toThrow(`no patch can make Git equal to web-1:\n${reason}`);
  });

  test('every reason is told', () => {
    const refused = () => plan([notCompared(A, 'unreadable'), notCompared(B, 'too-large')]);
    expect(refused).toThrow(/\n\/etc\/a\.conf .*\n\/etc\/b\.conf /);
  });
});
