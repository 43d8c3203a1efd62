import { expect, test } from 'vitest';
import { unaskedPackages, warningsOf } from '../../src/domain/warnings.ts';
import { inSync, unmanaged } from '../support/builders.ts';

test('that packages were not asked is said where a package might have explained a file', () => {
  const extra = [inSync('/etc/a'), unmanaged('/etc/b', 'x')];
  expect(unaskedPackages(extra, 'drift')).toHaveLength(1);
  expect(unaskedPackages([inSync('/etc/a')], 'drift')).toEqual([]);
  // These count whoever ships them, or count never.
  for (const policy of ['strict', 'report', 'ignore'] as const)
    expect(unaskedPackages(extra, policy)).toEqual([]);
});

test('a file that anyone can change is warned about, in sync or not', () => {
  const notes = [{ code: 'symbolic-link' }, { code: 'world-writable', mode: '0666' }] as const;
  expect(warningsOf([inSync('/etc/a\n', 'x', { notes }), inSync('/etc/b')])).toEqual([
    '/etc/a\\x0a is world-writable (mode 0666): anyone on the server can change it',
  ]);
});
