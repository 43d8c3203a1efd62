import { expect, test } from 'vitest';
import { type WordPart, wordDiff } from '../../src/domain/word-diff.ts';

/** Changed words in brackets. */
const marked = (parts: readonly WordPart[]): string =>
  parts.map(({ text, changed }) => (changed ? `[${text}]` : text)).join('');
const words = (git: string, server: string) => {
  const found = wordDiff(git, server);
  return found && [marked(found.git), marked(found.server)];
};

test('the changed words of both versions', () => {
  expect(words('target="a" port="514"', 'target="b" port="514"')).toEqual([
    'target="[a]" port="514"',
    'target="[b]" port="514"',
  ]);
  expect(words('queue.size', 'queue.size = 10')).toEqual(['queue.size', 'queue.size[ = 10]']);
  expect(words('one two', 'two')).toEqual(['[one ]two', 'two']);
});

test('lines that have too little in common are not marked', () => {
  expect(words('abcdefg', 'hijklmn')).toBeNull();
  // Blanks are no likeness.
  expect(words('a b c d e f', 'g h i j k l')).toBeNull();
  expect(words('abc 1234567890', 'abc 0987654321')).toBeNull();
  expect(words('abc 123456789', 'abc 987654321')).toEqual(['abc [123456789]', 'abc [987654321]']);
  // Measured by the longer line, without what it is indented by.
  expect(words('abc', `abc ${'x'.repeat(10)}`)).toBeNull();
  expect(words(`${' '.repeat(20)}abc 123456`, 'abc 654321')).not.toBeNull();
  expect(words('abc 123456', `abc 654321${' '.repeat(20)}`)).not.toBeNull();
});

test('a line that nobody reads to its end is not compared', () => {
  const line = (length: number) => 'x '.repeat(length / 2);
  expect(words(line(2000), line(2000))).not.toBeNull();
  expect(words(line(2002), line(2000))).toBeNull();
  expect(words(line(2000), line(2002))).toBeNull();
});
