import { expect, test } from 'vitest';
import { ignorePath } from '../../src/domain/ignore-path.ts';
import { pathOf } from '../support/builders.ts';

test.each([
  ['/etc/a.conf', '/etc/a.conf'],
  ['/etc/größe.conf', '/etc/größe.conf'],
  ['/etc/a*b?c[d].conf', '/etc/a?b?c?d].conf'],
  ['/*', '/?'],
  [Buffer.from('/etc/gr\xf6\xdfe', 'latin1'), '/etc/gr??e'],
  // Only the last component may hold wildcards: a rule for this one will be refused, and not match something else.
  ['/etc/d*/a', '/etc/d*/a'],
])('%s', (path, rule) => {
  expect(ignorePath(pathOf(path))).toBe(rule);
});
