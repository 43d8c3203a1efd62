import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesHostNames } from '../../src/domain/host-pattern.ts';
import { knownHostsLine, parseKnownHosts } from '../../src/domain/known-hosts.ts';
import { keyText, wire, wireKey } from '../support/wire-key.ts';

const KEY = wireKey('ssh-ed25519', 1);
const RSA = wireKey('ssh-rsa', 1);
const ECDSA = wireKey('ecdsa-sha2-nistp384', 1);
const base64 = KEY.toString('base64');

const read = (text: string) => parseKnownHosts('known_hosts', text);

test('a file of all kinds of lines', () => {
  const text = [
    '# plain',
    `sisyphus.example.com ${keyText(ECDSA)} a comment`,
    `  sisyphus.example.com\t${keyText(KEY)}`,
    '',
    `prometheus.example.com,192.0.2.1,2001:db8::1 ${keyText(RSA)}`,
    `@revoked * ${keyText(KEY)}`,
    `@cert-authority *.example.com ${keyText(ECDSA)}`,
    'sisyphus.example.com',
  ].join('\n');
  expect(read(text).map(({ file, line, marker, keyType }) => [file, line, marker, keyType])).toEqual([
    ['known_hosts', 2, 'none', 'ecdsa-sha2-nistp384'],
    ['known_hosts', 3, 'none', 'ssh-ed25519'],
    ['known_hosts', 5, 'none', 'ssh-rsa'],
    ['known_hosts', 6, 'revoked', 'ssh-ed25519'],
    ['known_hosts', 7, 'cert-authority', 'ecdsa-sha2-nistp384'],
  ]);
  expect(read(text)[1]?.blob).toEqual(KEY);
});

describe('a line counts', () => {
  test.each([
    ['with tabs', `host\t${keyText(KEY).replace(' ', '\t')}\tcomment`],
    ['after blanks', ` \t host   ${keyText(KEY)}`],
    ['at the end of a file without newline', `# first\nhost ${keyText(KEY)}`],
    ['with a carriage return', `host ${keyText(KEY)}\r\n`],
    ['with a comment that looks like a key', `host ${keyText(KEY)} ${keyText(RSA)}`],
    ['with the name of an RSA signature', `host rsa-sha2-512 ${RSA.toString('base64')}`],
    ['with a tab after its marker', `@revoked\thost ${keyText(KEY)}`],
    ['with its end cut off by a NUL byte behind the key', `host ${keyText(KEY)}\0 tail`],
  ])('%s', (_, line) => {
    expect(read(line)).toHaveLength(1);
  });
});

describe('a line is skipped, and the next one counts', () => {
  test.each([
    ['a comment', `#host ${keyText(KEY)}`],
    ['an unknown marker', `@what host ${keyText(KEY)}`],
    ['a marker in upper case', `@REVOKED host ${keyText(KEY)}`],
    ['the name of an object property as marker', `@constructor host ${keyText(KEY)}`],
    ['two markers', `@revoked @revoked host ${keyText(KEY)}`],
    ['a host that begins like a marker', `@revoked @host ${keyText(KEY)}`],
    ['a marker alone', '@revoked'],
    ['no key', 'host'],
    ['no key, but blanks', 'host     '],
    ['no blob', 'host ssh-ed25519 '],
    ['a truncated blob', `host ssh-ed25519 ${base64.slice(0, 40)}`],
    ['a blob with something behind it', `host ssh-ed25519 ${Buffer.concat([KEY, KEY]).toString('base64')}`],
    ['an unknown type', `host ssh-xxx ${wire('ssh-xxx', 'key').toString('base64')}`],
    ['a type that is not the key’s', `host ssh-rsa ${base64}`],
    ['another curve than the key’s', `host ecdsa-sha2-nistp256 ${ECDSA.toString('base64')}`],
    ['a type in upper case', `host SSH-ED25519 ${base64}`],
    ['no type', `host ${base64}`],
    ['a protocol 1 key', 'host 1024 35 1234567890'],
    ['URL-safe base64', `host ssh-ed25519 ${base64.replace(/A/g, '_')}`],
    ['junk in the base64', `host ssh-ed25519 ${base64}!`],
    ['a bad hash', `|1|abc|def ${keyText(KEY)}`],
  ])('%s', (_, line) => {
    expect(read(`${line}\nnext ${keyText(KEY)}`).map(entry => entry.line)).toEqual([2]);
  });
});

test('revoking a certificate revokes the key in it, and a plain line with one is about no plain key', () => {
  const certificate = Buffer.concat([
    wire('ssh-ed25519-cert-v01@openssh.com', 'nonce', KEY.subarray(-32)),
    Buffer.alloc(60),
  ]);
  expect(read(`@revoked * ${keyText(certificate)}`)[0]?.blob).toEqual(KEY);
  expect(read(`* ${keyText(certificate)}`)[0]?.blob).toEqual(certificate);
});

test('no text is fatal', () => {
  const word = fc.oneof(
    fc.constantFrom(
      '@revoked',
      '@cert-authority',
      'host',
      '|1|',
      'ssh-ed25519',
      base64,
      ' ',
      '\t',
      '\n',
      '\0',
      '#',
    ),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), words => {
      for (const entry of read(words.join(''))) expect(entry.line).toBeGreaterThan(0);
    }),
  );
});

describe('the line for a new key', () => {
  test.each(['web-1', '[web-1]:2222', '2001:db8::1', '[2001:db8::1]:2222', 'fe80::1%eth0'])(
    'of %s is read back as it was written',
    name => {
      const [entry, ...rest] = read(knownHostsLine(name, KEY) ?? '');
      expect(rest).toEqual([]);
      expect(entry?.blob).toEqual(KEY);
      expect(entry && matchesHostNames(entry.names, name)).toBe(true);
    },
  );

  test.each([
    '*',
    'web-?',
    'a,b',
    '!a',
    '#a',
    '@a',
    '|1|a',
    'a b',
    'a\nb',
    '',
    '[[a]]:22',
    '[*]:22',
    'a\u200bb',
  ])('is not written for the name "%s"', name => {
    expect(knownHostsLine(name, KEY)).toBeNull();
  });
});

test.each([
  'x[web]:22',
  '[web]:22x',
  '[web',
  'a b',
  '',
  '@web',
  '#web',
  'web,db',
  '!web',
  'we*',
  'web\u200b',
])('the name %j cannot stand in a known_hosts file', name => {
  expect(knownHostsLine(name, wireKey('ssh-ed25519', 1))).toBeNull();
});
