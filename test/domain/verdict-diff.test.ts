import { expect, test } from 'vitest';
import type { FileVerdict } from '../../src/domain/file-verdict.ts';
import { verdictDiff } from '../../src/domain/verdict-diff.ts';
import * as build from '../support/builders.ts';

const VIEW = { context: 3, showSecrets: false, alsoSecret: [] };
const notSent = build.serverFile('b\n', { bytes: null });

test.each<readonly [string, FileVerdict, object | null]>([
  ['in sync', build.inSync('/etc/a'), null],
  ['other metadata, equal contents', build.metadata('/etc/a', {}), null],
  ['not compared', build.notCompared('/etc/a', 'unreadable'), null],
  ['an extra directory', build.unmanagedOther('/etc/a', {}), null],
  ['modified', build.modified('/etc/a', ['a\n', 'b\n']), { kind: 'text', added: 1, removed: 1 }],
  ['missing', build.missing('/etc/a', 'a\n'), { kind: 'text', added: 0, removed: 1 }],
  ['unmanaged', build.unmanaged('/etc/a', 'a\n'), { kind: 'text', added: 1, removed: 0 }],
  [
    'modified, not transferred',
    build.modified('/etc/a', ['a', 'b'], { server: notSent }),
    { kind: 'unavailable' },
  ],
  [
    'unmanaged, not transferred',
    build.unmanaged('/etc/a', 'b', { server: notSent }),
    { kind: 'unavailable' },
  ],
])('%s', (_, file, expected) => {
  const diff = verdictDiff(file, VIEW);
  if (expected === null) expect(diff).toBeNull();
  else expect(diff).toMatchObject(expected);
});

test('hides secrets unless they are wanted', () => {
  const file = build.modified('/etc/a', ['pwd="old"', 'pwd="new"']);
  expect(JSON.stringify(verdictDiff(file, VIEW))).not.toMatch(/old|new/);
  expect(JSON.stringify(verdictDiff(file, { ...VIEW, showSecrets: true }))).toMatch(/old.*new/);
});

test('numbers the secrets of every file anew', () => {
  const file = build.unmanaged('/etc/a', 'pwd="x"');
  expect(verdictDiff(file, VIEW)).toEqual(verdictDiff(file, VIEW));
});
