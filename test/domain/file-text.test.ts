import { expect, test } from 'vitest';
import { countLines, fileText } from '../../src/domain/file-text.ts';
import { createLineDistance } from '../../src/domain/line-distance.ts';

test.each([
  ['', 0],
  ['a', 1],
  ['a\n', 1],
  ['a\nb', 2],
  ['\n', 1],
  ['\n\n', 2],
  ['a\r\nb\r\n', 2],
])('%j has %i lines', (text, lines) => {
  expect(countLines(text)).toBe(lines);
});

test('text that is UTF-8 as a whole stays as it is, whatever its lines hold', () => {
  expect(fileText(Buffer.from('größe\n\ufeffx\ufffd\n'))).toBe('größe\n\ufeffx\ufffd\n');
});

test('a stray byte is spelt out, and so is everything but ASCII in its line; others stay', () => {
  expect(fileText(Buffer.from('gr\xc3\xb6\xc3\x9fe\n\xf6 \xc3\xb6\n', 'latin1'))).toBe(
    'größe\n\\xf6 \\xc3\\xb6\n',
  );
});

test.each([
  ['the same', 'a\nb\n', 'a\nb\n', 0],
  ['another order', 'a\nb\n', 'b\na\n', 0],
  ['carriage returns', 'a\nb\n', 'a\r\nb\r\n', 0],
  ['a changed line', 'a\nb\nc\n', 'a\nx\nc\n', 2],
  ['a line more', 'a\n', 'a\nb\n', 1],
  ['a line less', 'a\nb\n', 'a\n', 1],
  ['a line twice', 'a\n', 'a\na\n', 1],
  ['a line thrice, there once', 'a\na\na\n', 'a\n', 2],
  ['no newline at the end', 'a\nb\n', 'a\nb', 1],
])('%s is as far away as lines differ', (_, one, other, distance) => {
  expect(createLineDistance(Buffer.from(one))(Buffer.from(other))).toBe(distance);
});
