import { expect, test } from 'vitest';
import { byPath, isOddPath, nameBelow, remotePath, showPath, toBytes } from '../../src/domain/remote-path.ts';

test('text is its bytes in UTF-8', () => {
  expect(remotePath('/etc/ö')).toBe('/etc/\xc3\xb6');
  expect(toBytes(remotePath('/etc/ö'))).toEqual(Buffer.from('/etc/ö'));
});

test.each([
  ['/etc/\xc3\xb6', '/etc/ö', false],
  ['/etc/\xf6', '/etc/\\xf6', true],
  ['/etc/a\nb', '/etc/a\\x0ab', true],
  ['/etc/\\x0a', '/etc/\\x0a', false],
])('%j is shown as %s; its bytes have to be told: %s', (path, shown, odd) => {
  expect(showPath(path)).toBe(shown);
  expect(isOddPath(path)).toBe(odd);
});

test('the order is that of bytes', () => {
  const paths = ['b', 'a', '\xc3\xb6', 'B', 'a-', 'a', 'a.conf'];
  expect([...paths].sort(byPath)).toEqual(['B', 'a', 'a', 'a-', 'a.conf', 'b', '\xc3\xb6']);
  expect([byPath('a', 'b'), byPath('b', 'a'), byPath('a', 'a')]).toEqual([-1, 1, 0]);
});

test.each([
  ['/etc', '/etc/rsyslog.d/a', 'rsyslog.d/a'],
  ['/etc', '/etcetera/a', '/etcetera/a'],
  ['/etc', '/etc', '/etc'],
  ['/', '/etc/a', 'etc/a'],
])('below %s, %s is %s', (root, path, name) => {
  expect(nameBelow(remotePath(root), remotePath(path))).toBe(name);
});
