import { describe, expect, test } from 'vitest';
import { certifiedKey, fingerprint, isPlainKey, keyType } from '../../src/domain/host-key.ts';
import { wire, wireKey } from '../support/wire-key.ts';

const TYPES = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
  'ssh-dss',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
];

test.each([
  [
    'AAAAC3NzaC1lZDI1NTE5AAAAIFxbCkmg2cxB+HEgniYrd+DmeHOHywJvNjUmHW1ElRMD',
    'ssh-ed25519',
    'SHA256:xpH3UWyjV8xsdsMJR0SgETQgaC5+ucwvG337MtIuf4U',
  ],
  [
    'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBBIVrEH2O51gqW4GZDf0f88xfAQWKaLFf7CkeZxrjlzlmDcwbiigTRaTscnqHlmOYyCGeNe9MHljyaSSO8lDUk8=',
    'ecdsa-sha2-nistp256',
    'SHA256:xeJmeMKqocO+NInyyGUABXRoCySHqEyGAM18YES3Mzs',
  ],
  [
    'AAAAB3NzaC1yc2EAAAADAQABAAAAgQDCXie57HqXpE4dC2baRKCp884HU0gM0QvNiU7CQzBK7Db9GqhwK/dc1nEcsyWZeGGx5q61SGpUWQHYzsiluwLTAFnADsyyrrA+/ym613rS4x2Dvdbo3/MGB6bhdE9lx7XkKrs75rzHZLNp5diOHWtHc/bJniKrpZdBoawAyq18Xw==',
    'ssh-rsa',
    'SHA256:TYHiGBIkSbiCmJm/izjdju2dU6H+k1Tg/BfsZ2G+u7s',
  ],
])('%s is read as ssh-keygen -lf reads it', (base64, type, print) => {
  const blob = Buffer.from(base64, 'base64');
  expect({ type: keyType(blob), print: fingerprint(blob), plain: isPlainKey(blob) }).toEqual({
    type,
    print,
    plain: true,
  });
});

describe.each(TYPES)('%s', type => {
  const key = wireKey(type, 7);

  test('is a plain key, and not one byte more or less', () => {
    expect(isPlainKey(key)).toBe(true);
    expect(isPlainKey(Buffer.concat([key, Buffer.of(0)]))).toBe(false);
    for (let size = 0; size < key.length; size++) expect(isPlainKey(key.subarray(0, size))).toBe(false);
  });

  test('is what its certificate certifies', () => {
    const fields = key.subarray(4 + type.length);
    const name = `${type.replace('@openssh.com', '')}-cert-v01@openssh.com`;
    const certificate = Buffer.concat([wire(name, 'nonce'), fields, Buffer.alloc(8), wire('signature')]);
    expect(certifiedKey(certificate)).toEqual(key);
    expect(isPlainKey(certificate)).toBe(false);
    expect(certifiedKey(key)).toBeNull();
  });
});

test.each([
  ['an unknown type', wire('ssh-xxx', 'key')],
  ['the name of an object property', wire('constructor', 'key')],
  ['no type', wire('', 'key')],
  ['nothing', Buffer.alloc(0)],
  ['a length beyond the end', Buffer.of(255, 255, 255, 255, 1)],
  ['an ECDSA key that names another curve', wire('ecdsa-sha2-nistp256', 'nistp384', Buffer.alloc(65, 4))],
  ['a compressed point', wire('ecdsa-sha2-nistp256', 'nistp256', Buffer.alloc(33, 2))],
  ['a short Ed25519 key', wire('ssh-ed25519', Buffer.alloc(31))],
  ['an RSA key of 1023 bits', wire('ssh-rsa', Buffer.of(1, 0, 1), Buffer.alloc(128, 0x7f))],
])('%s is no key', (_, blob) => {
  expect(isPlainKey(blob)).toBe(false);
  expect(certifiedKey(blob)).toBeNull();
});

test('an RSA key of 1024 bits is the shortest that counts, with its leading zero', () => {
  expect(isPlainKey(wire('ssh-rsa', Buffer.of(1, 0, 1), Buffer.alloc(128, 0x80)))).toBe(true);
  const signed = Buffer.concat([Buffer.of(0), Buffer.alloc(128, 0x80)]);
  expect(isPlainKey(wire('ssh-rsa', Buffer.of(1, 0, 1), signed))).toBe(true);
});

test('a blob without a type is of an unknown one', () => {
  expect(keyType(Buffer.alloc(3))).toBe('unknown');
  expect(keyType(wire(''))).toBe('unknown');
});
