import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { packageText, shippedBy } from '../../src/domain/shipped-by.ts';
import type { RemoteFile } from '../../src/domain/snapshot.ts';
import { serverFile } from '../support/builders.ts';

const digest = (algorithm: string, text = 'x'): string => createHash(algorithm).update(text).digest('hex');
const large = serverFile('x', { bytes: null });

test.each<[string, RemoteFile, string, boolean | null]>([
  ['the MD5 of dpkg', serverFile('x'), digest('md5'), true],
  ['another MD5', serverFile('x'), digest('md5', 'y'), false],
  ['the SHA-1 of an old rpm', serverFile('x'), digest('sha1'), true],
  ['the SHA-256 of rpm', serverFile('x'), digest('sha256'), true],
  ['another SHA-256', serverFile('x'), digest('sha256', 'y'), false],
  ['SHA-384', serverFile('x'), digest('sha384'), true],
  ['SHA-512', serverFile('x'), digest('sha512'), true],
  ['a digest that nobody knows', serverFile('x'), 'a'.repeat(50), null],
  ['the MD5 of a file that was not sent', large, digest('md5'), null],
  ['the SHA-256 of a file that was not sent', large, digest('sha256'), true],
  ['a directory', { kind: 'not-a-file', type: 'directory' }, digest('md5'), null],
])('%s', (_, remote, hash, unmodified) => {
  const by = shippedBy(remote, { package: 'ufw', digest: hash });
  expect(by).toEqual(unmodified === null ? null : { name: 'ufw', unmodified });
});

test('what no package ships', () => {
  expect(shippedBy(serverFile('x'), null)).toBeNull();
});

test('as reports say it', () => {
  expect(packageText({ name: 'ufw', unmodified: true })).toBe('shipped by ufw');
  expect(packageText({ name: 'ufw', unmodified: false })).toBe('shipped by ufw, modified');
});
