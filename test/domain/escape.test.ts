import { describe, expect, test } from 'vitest';
import { decodeBytes, escapeText, needsEscape } from '../../src/domain/escape.ts';
import { jsonText } from '../../src/render/json-text.ts';

/** With any of these a name can look like another one, because nothing of them is seen. */
const UNSEEN = [
  0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180e, 0x200b, 0x2060, 0x2800, 0x3164, 0xfe0f, 0xfeff, 0xffa0,
  0xe0001, 0xe0061, 0xe0100,
];

describe.each(UNSEEN)('%i', code => {
  const name = `a${String.fromCodePoint(code)}.conf`;

  test('is seen in text', () => {
    expect(escapeText(name)).toMatch(/^a\\(x..|u\{[0-9a-f]+\})\.conf$/);
  });

  test('is spelt out in JSON, and the same to its readers', () => {
    const json = jsonText({ name }, 0);
    expect(json).toMatch(/^[ -~]+\n$/);
    expect(JSON.parse(json)).toEqual({ name });
  });
});

test.each(['ümlaut', '日本語', '😀', 'e\u0301', 'नमस्ते'])('%s stays as it is', text => {
  expect(escapeText(text)).toBe(text);
  expect(jsonText(text, 0)).toBe(`"${text}"\n`);
});

test.each([
  ['\x00', '\\x00'],
  ['\t', '\\x09'],
  ['\x9b', '\\x9b'],
  ['\u2028', '\\u{2028}'],
  ['\ud800', '\\u{d800}'],
  ['\uffff', '\\u{ffff}'],
  ['\u{e0001}', '\\u{e0001}'],
])('%j is spelt out', (char, text) => {
  expect(escapeText(`a${char}b${char}`)).toBe(`a${text}b${text}`);
  expect([needsEscape(`a${char}`), needsEscape('a')]).toEqual([true, false]);
});

test('bytes that are UTF-8 are text, mark at the beginning included; of others each but ASCII is spelt out', () => {
  expect(decodeBytes(Buffer.from('\ufeffgröße'))).toBe('\ufeffgröße');
  expect(decodeBytes(Buffer.from('a\x80\xff\xc3\xb6\x1b', 'latin1'))).toBe('a\\x80\\xff\\xc3\\xb6\x1b');
});
