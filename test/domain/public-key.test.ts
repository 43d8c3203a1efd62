// What people and programs write into .pub files, read twice: to offer a key, and to let it into authorized_keys.

import { describe, expect, test } from 'vitest';
import { parsePublicKey } from '../../src/domain/public-key.ts';
import { openSshHead, publicKeyOf } from '../../src/domain/public-key-text.ts';
import { UserError } from '../../src/domain/user-error.ts';
import { keyText, wire, wireKey } from '../support/wire-key.ts';

const KEY = wireKey('ssh-ed25519', 1);
const LINE = keyText(KEY);
const CERTIFICATE = Buffer.concat([
  wire('ssh-ed25519-cert-v01@openssh.com', 'nonce', KEY.subarray(-32)),
  Buffer.alloc(60),
]);

test.each([
  ['a key', LINE, KEY],
  ['a key and its comment', `${LINE} me@home`, KEY],
  ['blanks and tabs around the parts', `  ${LINE.replace(' ', ' \t')}\t x \r\n`, KEY],
  ['a key after comments and empty lines', `\n  # of\n#my\n${LINE}\n`, KEY],
  ['the first of several', `${LINE}\n${keyText(wireKey('ssh-rsa', 1))}`, KEY],
  ['a certificate', keyText(CERTIFICATE), CERTIFICATE],
  ['nothing', '', null],
  ['a type alone', 'ssh-ed25519', null],
  ['a type that is not the key’s', LINE.replace('ssh-ed25519', 'ssh-rsa'), null],
  ['text where the key should be', 'ssh-ed25519 key', null],
  ['a key with a sign in it', LINE.replace('AAAA', 'AAA!A'), null],
  ['a key with a sign behind it', `${LINE}!`, null],
  ['a key with a sign before it', LINE.replace(' ', ' !'), null],
  ['a key that is cut off', LINE.slice(0, -20), null],
  ['a form that is neither key nor certificate', keyText(wire('ssh-none', 'x')), null],
])('%s', (_, text, blob) => {
  expect(publicKeyOf(text)).toEqual(blob);
});

describe('the head of an OpenSSH key file', () => {
  const file = (cipher: string, magic = 'openssh-key-v1\0'): string => {
    const bytes = Buffer.concat([
      Buffer.from(magic),
      wire(cipher, 'bcrypt', 'salt and rounds'),
      Buffer.of(0, 0, 0, 1),
      wire(KEY, 'the private part'),
    ]);
    const lines = bytes.toString('base64').match(/.{1,70}/g) ?? [];
    return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----\n'].join(
      '\n',
    );
  };

  /** Just the first characters of the base64. */
  const cut = (length: number): string =>
    file('none').replace(/\n([\w+/=\n]+)\n-/, (_, base64: string) => `\n${base64.slice(0, length)}\n-`);

  test('tells the public key without a passphrase', () => {
    expect(openSshHead(file('none'))).toEqual({ blob: KEY, encrypted: false });
    expect(openSshHead(file('aes256-ctr'))).toEqual({ blob: KEY, encrypted: true });
  });

  test.each([
    ['another form of key', file('none').replaceAll('OPENSSH ', 'RSA ')],
    ['another version', file('none', 'openssh-key-v2\0')],
    ['text in front of it', `x${file('none')}`],
    ['no end', file('none').replace(/-----END.*/, '')],
    ['a head that is cut off', cut(40)],
    ['a head without key', cut(68)],
    ['nothing', ''],
  ])('%s has none', (_, text) => {
    expect(openSshHead(text)).toBeNull();
  });
});

describe('a line for authorized_keys', () => {
  test.each([
    ['as it is', `${LINE} me@home-1`, `${LINE} me@home-1`],
    ['without comment', `${LINE}\n`, LINE],
    [
      'with blanks around it',
      `\n # of mine\n  ${LINE.replace(' ', '  ')}   a   b  \r\n`.replace(' #', '#'),
      `${LINE} a b`,
    ],
    ['with a comment that holds signs', `${LINE} a"b,c=d'$(x)`, `${LINE} a_b_c_d___x_`],
    ['a certificate', keyText(CERTIFICATE), keyText(CERTIFICATE)],
  ])('%s', (_, text, line) => {
    expect(parsePublicKey(text, 'id.pub')).toBe(line);
  });

  test.each([
    ['two keys', `${LINE}\n${LINE}`, 'id.pub is not one public key'],
    ['no key', '\n', 'id.pub is not one public key'],
    ['options in front of a key', `command="x" ${LINE}`, 'id.pub is not one public key'],
    ['another type than the key’s', LINE.replace('ssh-ed25519', 'ssh-rsa'), 'id.pub is not one public key'],
    ['no whole key', LINE.slice(0, -20), 'id.pub is not one public key'],
    ['a private key', `-----BEGIN OPENSSH PRIVATE KEY-----\n${LINE}`, 'id.pub is a private key'],
    ['a private key of the old form', '-----BEGIN PRIVATE KEY-----\nx', 'id.pub is a private key'],
  ])('%s is refused', (_, text, message) => {
    const refused = () => parsePublicKey(text, 'id.pub');
    expect(refused).toThrow(UserError);
    expect(refused).toThrow(message);
  });
});
