import { expect, test } from 'vitest';
import type { FileVerdict } from '../../src/domain/file-verdict.ts';
import { findingTrouble } from '../../src/domain/finding-trouble.ts';
import { parseInventory } from '../../src/domain/parse-inventory.ts';
import { notCompared, unmanaged, unmanagedOther } from '../support/builders.ts';

const { servers } = parseInventory({
  text: 'watch: [/etc/rsyslog.conf, "/etc/rsyslog.d/*.conf"]\nservers: {a: {}, b: {}}',
  file: 'inventory.yaml',
  directory: '/repo',
  home: '/home/op',
});
const troubles = (...files: readonly (readonly FileVerdict[])[]) =>
  findingTrouble(files.flatMap((own, i) => servers.slice(i, i + 1).map(server => ({ server, files: own }))))
    ?.message;

const COPIED = unmanaged('/etc/rsyslog.conf', 'x');
const UNREADABLE = unmanagedOther('/etc/rsyslog.d/a.conf', { notes: [{ code: 'unreadable' }] });

test('nothing speaks against what could be copied, whatever else is there', () => {
  expect(troubles([COPIED], [COPIED, UNREADABLE])).toBeUndefined();
  expect(troubles()).toBeUndefined();
});

test('a server without a file to copy', () => {
  expect(troubles([], [UNREADABLE])).toBe(
    [
      'a: there is no /etc/rsyslog.conf, /etc/rsyslog.d/*.conf',
      'b: none of /etc/rsyslog.conf, /etc/rsyslog.d/*.conf can be copied',
    ].join('\n'),
  );
});

test('a directory that may not be listed, and a file that kept changing: what others there are does not help', () => {
  const changing = unmanagedOther('/etc/rsyslog.d/b.conf', {
    notes: [{ code: 'symbolic-link' }, { code: 'changing' }],
  });
  expect(troubles([COPIED, notCompared('/etc/rsyslog.d/*.conf', 'unreadable')], [changing])).toBe(
    [
      'a: /etc/rsyslog.d/*.conf cannot be listed: permission denied',
      'b: /etc/rsyslog.d/b.conf changed while it was read, twice',
    ].join('\n'),
  );
});
