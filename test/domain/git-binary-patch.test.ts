// That Git takes it is tested in render/patch.test.ts; here is the form, byte by byte.

import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { base85, binaryPatch, noBlob } from '../../src/domain/git-binary-patch.ts';

// As Python's base64.b85encode(..., pad=True).
test.each([
  ['', ''],
  ['00000000', '00000'],
  ['ffffffff', '|NsC0'],
  ['80000000', 'fB*mh'],
  ['01', '0RR91'],
  ['0001020304', '009C61ONa4'],
])('base85 of %s is %s', (hex, text) => {
  expect(base85(Buffer.from(hex, 'hex'))).toBe(text);
});

test('lines of at most 52 bytes, each after its length: A to Z are 1 to 26, a to z 27 to 52', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const noise = Buffer.concat(['a', 'b', 'c'].map(seed => createHash('sha512').update(seed).digest()));
  const last = new Set<number>();
  for (let bytes = 0; bytes < noise.length; bytes += 1) {
    const contents = noise.subarray(0, bytes);
    const [head, size, ...lines] = binaryPatch(Buffer.alloc(0), contents).split('\n');
    expect([head, size]).toEqual(['GIT binary patch', `literal ${bytes}`]);
    const parts = lines.slice(0, lines.indexOf(''));
    const lengths = parts.map(line => letters.indexOf(line.charAt(0)) + 1);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(deflateSync(contents).length);
    expect(lengths.slice(0, -1).every(length => length === 52)).toBe(true);
    expect(parts.map(line => line.length - 1)).toEqual(lengths.map(length => 5 * Math.ceil(length / 4)));
    last.add(lengths.at(-1) ?? 0);
  }
  expect(last.size).toBe(52);
});

test('both directions, an empty line after each', () => {
  expect(binaryPatch(Buffer.from('a'), Buffer.alloc(0))).toMatch(
    /^GIT binary patch\nliteral 0\nH.{10}\n\nliteral 1\nI.{15}\n\n$/,
  );
});

test('the name of nothing is as long as others', () => {
  expect([noBlob('sha1'), noBlob('sha256')]).toEqual(['0'.repeat(40), '0'.repeat(64)]);
});
