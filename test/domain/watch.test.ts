import { describe, expect, test } from 'vitest';
import { remotePath } from '../../src/domain/remote-path.ts';
import { matchesPattern, matchesWatch, parseWatch, watchProblem, watchText } from '../../src/domain/watch.ts';

describe('a glob', () => {
  test.each([
    ['*.conf', 'a.conf', true],
    ['*.conf', '.hidden.conf', false],
    ['?.conf', 'ab.conf', false],
    ['web[1-3]', 'web2', true],
    ['web[!1-3]', 'web2', false],
    ['web[!1-3]', 'web4', true],
    ['a.b', 'axb', false],
    ['a.]', 'ax]', false],
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

// With a regular expression this takes minutes, in which nothing else goes on.
test('a long name that nearly matches is soon refused', () => {
  for (const pattern of ['*-*-*.conf', '[!a]*-*-*[0-9].conf'])
    expect(matchesPattern(pattern, '-'.repeat(100_000))).toBe(false);
  expect(matchesPattern('*-*-*.conf', `${'-'.repeat(100_000)}.conf`)).toBe(true);
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
    ['/etc/d/.*', '/etc/d/.a', true],
    ['/etc/d/.*', '/etc/d/.', false],
    ['/etc/d/.*', '/etc/d/..', false],
    ['/etc/d/*', '/etc/d/', false],
    // A bracket, whatever it excludes or includes, is no slash.
    ['/etc/d/[!a-c]x', '/etc/d//x', false],
    ['/etc/d/[.-9]x', '/etc/d//x', false],
    ['/etc/d/a[!b]c', '/etc/d/a/c', false],
    ['/etc/d/[!a-c]x', '/etc/d/dx', true],
  ])('%s, and %s', (glob, path, expected) => {
    expect(matchesWatch(parseWatch(remotePath(glob)), remotePath(path))).toBe(expected);
  });
});

test.each([
  ['/etc/rsyslog.conf', null],
  ['/etc/rsyslog.d/*.conf', null],
  ['/etc/d/[!a-z0-9_.-]?x', null],
  ['/*', null],
  ['/etc/.hidden/..x/x..', null],
  ['etc/x', 'must be an absolute path'],
  ['', 'must be an absolute path'],
  ['/etc/x\0', 'holds a NUL byte'],
  ['/', 'must have no empty, "." or ".." component'],
  ['/etc/', 'must have no empty, "." or ".." component'],
  ['/etc//x', 'must have no empty, "." or ".." component'],
  ['/etc/./x', 'must have no empty, "." or ".." component'],
  ['/etc/../x', 'must have no empty, "." or ".." component'],
  ['/etc/*/x', 'may have wildcards in its last component only'],
  ['/[e]tc/x', 'may have wildcards in its last component only'],
  ['/etc/[', 'has a bracket that is not like [a-z0-9]'],
  ['/etc/[[:alpha:]]', 'has a bracket that is not like [a-z0-9]'],
  ['/etc/[a][', 'has a bracket that is not like [a-z0-9]'],
  ['/etc/[z-a]', 'has a bracket range that runs backwards'],
  ['/etc/d/[', 'has a bracket that is not like [a-z0-9]'],
  ['/etc/[a-b][z-a]', 'has a bracket range that runs backwards'],
  ['/etc/[a-a]', null],
  ['/etc/z-a', null],
])('the problem with %j is %s', (path, problem) => {
  expect(watchProblem(path)).toBe(problem);
});

test('a watch is written as it was read', () => {
  for (const path of ['/a', '/*', '/etc/d/*.conf', '/etc/rsyslog.conf'])
    expect(watchText(parseWatch(remotePath(path)))).toBe(path);
  expect(parseWatch(remotePath('/*'))).toEqual({ kind: 'glob', directory: '/', pattern: '*' });
  expect(parseWatch(remotePath('/a'))).toEqual({ kind: 'path', path: '/a' });
});

test.each([
  ['*', 'a\nb', true],
  ['?', '\n', true],
  ['x[a-a]', 'xa', true],
  ['a[!x]b', 'a[!b', false],
  ['', '', true],
  ['', 'a', false],
  ['+(a)', '+(a)', true],
])('%j, and %j', (pattern, text, expected) => {
  expect(matchesPattern(pattern, text)).toBe(expected);
});
