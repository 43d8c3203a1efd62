import { expect, test } from 'vitest';
import type { Origin } from '../../src/domain/origin.ts';
import { withoutContents } from '../../src/domain/without-contents.ts';
import { missing, modified, server } from '../support/builders.ts';

const VERSION = { commit: 'c', subject: 's', author: 'a', date: new Date(0), commitsBehind: 1 };

test('no bytes of a server are left, nor those of the version that was edited there', () => {
  const origins: readonly Origin[] = [
    { kind: 'edited', nearest: { ...VERSION, bytes: Buffer.from('NEAREST') } },
    { kind: 'edited', nearest: null },
    { kind: 'behind', version: VERSION },
  ];
  const files = origins.map((origin, i) => modified(`/etc/${i}`, ['git', 'SERVER'], { origin }));
  const report = server('s', [...files, missing('/etc/x', 'git')]);
  const bare = withoutContents(report);
  expect(bare.files.map(file => file.server?.bytes)).toEqual([null, null, null, undefined]);
  const [nearest] = bare.files.map(({ origin }) => (origin?.kind === 'edited' ? origin.nearest : null));
  expect(nearest).toEqual({ ...VERSION, bytes: Buffer.alloc(0) });
  // And all else is as it was.
  expect({ ...bare, files: [] }).toEqual({ ...report, files: [] });
  expect(bare.files.map(({ origin }) => origin).slice(1)).toEqual([...origins.slice(1), null]);
  expect(bare.files.map(file => file.server?.sha256)).toEqual(report.files.map(file => file.server?.sha256));
});
