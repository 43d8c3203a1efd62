import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tidyPrivateKey } from '../../src/domain/private-key-text.ts';

const BODY = ['a'.repeat(64), 'b'.repeat(64), 'cccc=='];
const KEY = ['-----BEGIN PRIVATE KEY-----', ...BODY, '-----END PRIVATE KEY-----', ''].join('\n');
const LOCKED = [
  '-----BEGIN RSA PRIVATE KEY-----',
  'Proc-Type: 4,ENCRYPTED',
  'DEK-Info: AES-128-CBC,0123456789ABCDEF',
  '',
  ...BODY,
  '-----END RSA PRIVATE KEY-----',
  '',
].join('\n');

const MANGLES: Readonly<Record<string, (key: string) => string>> = {
  nothing: key => key,
  CRLF: key => key.replaceAll('\n', '\r\n'),
  'CR alone': key => key.replaceAll('\n', '\r'),
  'literal \\n': key => key.replaceAll('\n', '\\n'),
  'literal \\r\\n': key => key.replaceAll('\n', '\\r\\n'),
  'double quotes': key => `"${key}"`,
  'single quotes and a newline': key => `'${key}'\n`,
  indentation: key => key.replace(/^/gm, '\t  '),
  'blanks for newlines': key => key.replaceAll('\n', ' '),
  'a byte order mark': key => `\ufeff${key}`,
  'text around it': key => `my key:\n${key}\n# end`,
  'EC PARAMETERS in front of it, as openssl writes them': key =>
    `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${key}`,
  'no final newline': key => key.trimEnd(),
  base64: key => Buffer.from(key).toString('base64'),
  'base64 of base64': key => Buffer.from(Buffer.from(key).toString('base64')).toString('base64'),
  'lines of another length': key =>
    key.replace(/(.{50})/g, (line, text) => (/-----|:/.test(line) ? line : `${text}\n`)),
};

describe.each([
  ['PKCS#8', KEY],
  ['an encrypted PEM file', LOCKED],
])('%s', (_, key) => {
  test.each(Object.entries(MANGLES))('survives %s', (_name, mangle) => {
    expect(tidyPrivateKey(mangle(key))).toBe(key);
  });

  test('survives any two of them, one upon the other', () => {
    const some = fc.constantFrom(...['CRLF', 'double quotes', 'indentation', 'a byte order mark', 'base64']);
    fc.assert(
      fc.property(some, some, (first, second) => {
        const mangled = MANGLES[second]?.(MANGLES[first]?.(key) ?? '') ?? '';
        expect(tidyPrivateKey(mangled)).toBe(key);
      }),
    );
  });
});

test('PPK keeps its lines', () => {
  const ppk = 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: a b\nPublic-Lines: 1\n';
  expect(tidyPrivateKey(`"${ppk.replaceAll('\n', '\\r\\n')}"`)).toBe(ppk);
});

test('no text makes it fail, or run for long', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 2000 }),
      text => typeof tidyPrivateKey(text) === 'string',
    ),
  );
  expect(tidyPrivateKey('-----BEGIN A-----'.repeat(5000)).length).toBeGreaterThan(0);
});
