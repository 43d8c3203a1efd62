import { describe, expect, test } from 'vitest';
import { remotePath } from '../../src/domain/remote-path.ts';
import { matchesPattern, matchesWatch, parseWatch } from '../../src/domain/watch.ts';

describe('a glob', () => {
  test.each([
    ['*.conf', 'a.conf', true],
    ['*.conf', '.hidden.conf', false],
    ['?.conf', 'ab.conf', false],
    ['web[1-3]', 'web2', true],
    ['web[!1-3]', 'web2', false],
    ['web[!1-3]', 'web4', true],
    ['a.b', 'axb', false],
    // As for glob(3), nothing is between 9 and 1.
    ['web[9-1]', 'web5', false],
    ['web[x9-1]', 'webx', true],
    ['web[!9-1]', 'web5', true],
    ['web[--9]', 'web.', true],
    // A bracket that is never closed is a character.
    ['web[1', 'web1', false],
    ['web[1', 'web[1', true],
  ])('%s, and %s', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });
});

describe('a watched glob', () => {
  test.each([
    ['/etc/d/*.conf', '/etc/d/a.conf', true],
    ['/etc/d/*.conf', '/etc/d/e/a.conf', false],
    ['/etc/d/*.conf', '/etc/d//a.conf', false],
    ['/etc/d/*.conf', '/etc/da.conf', false],
    ['/*', '/a', true],
    ['/*', '//a', false],
    ['/*', '/a/b', false],
    ['/*', 'a', false],
    ['/a', '/a', true],
    ['/a', '/ab', false],
  ])('%s, and %s', (glob, path, expected) => {
    expect(matchesWatch(parseWatch(remotePath(glob)), remotePath(path))).toBe(expected);
  });
});
