import { expect, test } from 'vitest';
import { isPlainText } from '../../src/domain/plain-text.ts';

test.each([
  ['lines', 'a\nb\n', true],
  ['lines that end as on Windows', 'a\r\nb\r\n', true],
  ['tabs', 'a\tb', true],
  ['UTF-8', 'größe 😀', true],
  ['nothing', '', true],
  ['a carriage return within a line', 'a\rb\n', false],
  ['an escape', 'a\x1b[2J', false],
  ['a character that is not seen', 'a\u200bb', false],
  ['NUL', 'a\0', false],
])('%s', (_, text, plain) => {
  expect(isPlainText(Buffer.from(text))).toBe(plain);
});

test.each([
  ['Latin-1', 'gr\xf6\xdfe\n', true],
  ['lines of it that end as on Windows', 'gr\xf6\xdfe\r\n', true],
  ['a tab in it', '\xf6\t\n', true],
  ['a carriage return within a line of it', '\xf6\rx\n', false],
  ['an escape in it', '\xf6\x1b[2J', false],
  ['a control character of eight bits', '\xf6\x9b2J', false],
])('one byte per character: %s', (_, text, plain) => {
  expect(isPlainText(Buffer.from(text, 'latin1'))).toBe(plain);
});
