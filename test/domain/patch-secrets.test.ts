import { describe, expect, test } from 'vitest';
import { hunksOf } from '../../src/domain/line-diff.ts';
import { holdsSecrets, hunksShowSecrets } from '../../src/domain/patch-secrets.ts';

const sides = (git: string | null, server: string | null) => ({
  git: git === null ? null : Buffer.from(git),
  server: server === null ? null : Buffer.from(server),
});

describe('the lines of a patch', () => {
  const lines = (...texts: readonly string[]) => `${texts.join('\n')}\n`;

  test.each<readonly [string, string | null, string | null, boolean]>([
    ['no secret', lines('a', 'b'), lines('a', 'c'), false],
    ['a secret that is not near', lines('pwd="x"', 'b', 'c', 'd'), lines('pwd="x"', 'b', 'c', 'e'), false],
    ['a secret beside a change', lines('a', 'pwd="x"', 'c'), lines('a', 'pwd="x"', 'd'), true],
    ['a changed secret', lines('pwd="x"'), lines('pwd="y"'), true],
    ['a secret that comes', lines('a'), lines('a', 'pwd="x"'), true],
    ['a secret that goes', lines('a', 'pwd="x"'), lines('a'), true],
    [
      'a secret behind lines that come',
      lines('a', 'b', 'pwd="x"'),
      lines('1', '2', 'a', 'b', 'pwd="x"'),
      false,
    ],
    [
      'a secret behind lines that go',
      lines('1', '2', 'a', 'b', 'pwd="x"'),
      lines('a', 'b', 'pwd="x"'),
      false,
    ],
    ['a secret after them', lines('1', 'a', 'pwd="x"'), lines('2', 'a', 'pwd="y"'), true],
    ['a new file', null, lines('a', 'pwd="x"'), true],
    ['a new file without one', null, lines('a'), false],
    ['a file that goes', lines('pwd="x"'), null, true],
  ])('%s', (_, git, server, shown) => {
    const hunks = hunksOf({ git, server }, 1) ?? expect.fail('too different');
    expect(hunksShowSecrets(hunks, sides(git, server), [])).toBe(shown);
  });

  test.each<readonly [string, string, string, boolean]>([
    ['a line that comes behind a secret', lines('pwd="x"', 'b'), lines('pwd="x"', 'a', 'b'), false],
    ['a line that goes behind a secret', lines('pwd="x"', 'a', 'b'), lines('pwd="x"', 'b'), false],
    ['a secret in one of two places', lines('a', 'b', 'c'), lines('1', 'b', 'pwd="x"'), true],
  ])('%s, shown without lines around it', (_, git, server, shown) => {
    const hunks = hunksOf({ git, server }, 0) ?? expect.fail('too different');
    expect(hunksShowSecrets(hunks, sides(git, server), [])).toBe(shown);
  });

  test('what the operator calls a secret is one', () => {
    const hunks = hunksOf({ git: 'site=x\n', server: 'site=y\n' }, 1) ?? [];
    expect(hunksShowSecrets(hunks, sides('site=x\n', 'site=y\n'), [])).toBe(false);
    expect(hunksShowSecrets(hunks, sides('site=x\n', 'site=y\n'), ['site'])).toBe(true);
  });
});

test('contents that cannot be shown line by line hold secrets, or none', () => {
  expect(holdsSecrets(sides('pwd="x"', null), [])).toBe(true);
  expect(holdsSecrets(sides('a', 'pwd="x"'), [])).toBe(true);
  expect(holdsSecrets(sides('site=x', null), [])).toBe(false);
  expect(holdsSecrets(sides('site=x', null), ['site'])).toBe(true);
});
