// OpenSSH's own form, read without a library: against ssh-keygen, and against files with a byte too many or too few.

import { afterAll, beforeAll, expect } from 'vitest';
import { openSshNumbers } from '../../src/domain/open-ssh-key.ts';
import { publicKeyOf } from '../../src/domain/public-key-text.ts';
import { ppkPrivateKey } from '../../src/io/ssh/ppk-private-key.ts';
import { createKeyDir, type KeyDir } from '../support/key-dir.ts';
import { needs } from '../support/programs.ts';

const { test } = needs('ssh-keygen');

const TYPES: Readonly<Record<string, readonly string[]>> = {
  ed25519: ['-t', 'ed25519'],
  p256: ['-t', 'ecdsa', '-b', '256'],
  p384: ['-t', 'ecdsa', '-b', '384'],
  p521: ['-t', 'ecdsa', '-b', '521'],
  rsa: ['-t', 'rsa', '-b', '2048'],
};

let keys: KeyDir;
beforeAll(async () => {
  keys = createKeyDir();
  await Promise.all(Object.entries(TYPES).map(([name, options]) => keys.make(name, ...options)));
  await keys.make('encrypted', '-t', 'ed25519', '-N', 'secret', '-a', '1');
});
afterAll(() => keys.remove());

test.each(Object.keys(TYPES))('%s', name => {
  const numbers = openSshNumbers(keys.text(name));
  expect(numbers?.blob).toEqual(publicKeyOf(keys.text(`${name}.pub`)));
  expect(numbers && ppkPrivateKey(numbers)?.type).toBe('private');
});

test('an encrypted key is left to others', () => {
  expect(openSshNumbers(keys.text('encrypted'))).toBeNull();
});

/** The same file with other bytes inside. */
const changed = (change: (bytes: Buffer) => Buffer): string => {
  const [head = '', ...lines] = keys.text('ed25519').trim().split('\n');
  const end = lines.pop();
  return [head, change(Buffer.from(lines.join(''), 'base64')).toString('base64'), end, ''].join('\n');
};

test('a damaged key is none, wherever it is cut', () => {
  const whole = changed(bytes => bytes);
  expect(openSshNumbers(whole)).not.toBeNull();
  const length = Buffer.from(whole.split('\n')[1] ?? '', 'base64').length;
  for (let end = 0; end < length; end++)
    expect(openSshNumbers(changed(bytes => bytes.subarray(0, end)))).toBeNull();
});

test.each([
  ['another magic word', 0],
  ['another number of keys', 38],
  ['two check numbers that differ', 98],
  ['another type inside', 110],
])('%s is no key', (_, at) => {
  const spoilt = changed(bytes => {
    bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
    return bytes;
  });
  expect(openSshNumbers(spoilt)).toBeNull();
});

test('other texts are none', () => {
  for (const text of ['', 'x', keys.text('ed25519.pub')]) expect(openSshNumbers(text)).toBeNull();
});
