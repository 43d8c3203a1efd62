import { expect, test } from 'vitest';
import { readStrings, wireNumber, wireString } from '../../src/domain/ssh-wire.ts';

// The examples of RFC 4251, section 5.
test.each([
  ['', '00000000'],
  ['00', '00000000'],
  ['0000', '00000000'],
  ['80', '000000020080'],
  ['7f', '000000017f'],
  ['0001', '0000000101'],
  ['09a378f9b2e332a7', '0000000809a378f9b2e332a7'],
])('the number %s is %s', (number, wire) => {
  expect(wireNumber(Buffer.from(number, 'hex')).toString('hex')).toBe(wire);
});

test('strings, text as UTF-8', () => {
  expect(wireString('ü').toString('hex')).toBe('00000002c3bc');
  const bytes = Buffer.concat([Buffer.of(9), wireString('a'), wireString(''), Buffer.of(7)]);
  expect(readStrings(bytes, 2, 1)).toEqual({ strings: [Buffer.from('a'), Buffer.alloc(0)], end: 10 });
  expect(readStrings(bytes, 0, 3)).toEqual({ strings: [], end: 3 });
  expect(readStrings(wireString(''), 1)).toEqual({ strings: [Buffer.alloc(0)], end: 4 });
});

test('fewer strings than wanted are none', () => {
  const bytes = Buffer.concat([wireString('a'), wireString('bc')]);
  expect(readStrings(bytes, 3)).toBeNull();
  for (let end = 0; end < bytes.length; end += 1) expect(readStrings(bytes.subarray(0, end), 2)).toBeNull();
});
