// PuTTY's own files, made by puttygen, and what becomes of them in the post.

import { afterAll, beforeAll, expect } from 'vitest';
import { openSshNumbers } from '../../src/domain/open-ssh-key.ts';
import { type Ppk, type PpkTrouble, readPpk } from '../../src/domain/ppk.ts';
import { createKeyDir, type KeyDir } from '../support/key-dir.ts';
import { needs } from '../support/programs.ts';
import { run } from '../support/run.ts';

const { test } = needs('ssh-keygen', 'puttygen');

let keys: KeyDir;
const puttygen = (name: string, ...options: readonly string[]) =>
  run(['puttygen', keys.path('ed'), '-O', 'private', '-o', keys.path(name), '-C', 'a b', ...options]);
beforeAll(async () => {
  keys = createKeyDir();
  await keys.make('ed', '-t', 'ed25519');
  const locked = ['--new-passphrase', keys.write('passphrase', 'open sesame')];
  await puttygen('2', '--ppk-param', 'version=2');
  await puttygen('3', '--ppk-param', 'version=3');
  await puttygen('2-locked', '--ppk-param', 'version=2', ...locked);
  await puttygen('3-locked', '--ppk-param', 'version=3', ...locked);
});
afterAll(() => keys.remove());

const read = (name: string, passphrase: string | null = null) =>
  readPpk(keys.text(name).replaceAll('\r\n', '\n'), passphrase);

test.each([
  ['2', null],
  ['3', null],
  ['2', 'needless'],
  ['2-locked', 'open sesame'],
])('%s, passphrase %s: the very numbers of the key', (name, passphrase) => {
  // PuTTY fills an encrypted part up to whole blocks.
  const numbers = openSshNumbers(keys.text('ed')) as Ppk;
  const ppk = read(name, passphrase) as Ppk;
  expect(ppk.blob).toEqual(numbers.blob);
  expect(ppk.secret.subarray(0, numbers.secret.length)).toEqual(numbers.secret);
});

test.each<[string, string | null, PpkTrouble]>([
  ['2-locked', null, 'passphrase-needed'],
  ['2-locked', '', 'passphrase-wrong'],
  ['2-locked', 'open sesame ', 'passphrase-wrong'],
  ['3-locked', null, 'argon2'],
  ['3-locked', 'open sesame', 'argon2'],
])('%s, passphrase %s: %s', (name, passphrase, trouble) => {
  expect(read(name, passphrase)).toBe(trouble);
});

test('a file that is no PPK is not ours', () => {
  expect(readPpk(keys.text('ed'), null)).toBeNull();
  expect(readPpk(`x${keys.text('2')}`, null)).toBeNull();
});

test('whatever is changed, the file is damaged', () => {
  for (const name of ['2', '3']) {
    const text = keys.text(name).replaceAll('\r\n', '\n');
    expect(readPpk(text.replace('Comment: a b', 'Comment: a c'), null)).toBe('damaged');
    expect(readPpk(text.replace('ssh-ed25519', 'ssh-ed25518'), null)).toBe('damaged');
    expect(readPpk(text.replace(/(Private-MAC: .*)../, '$1'), null)).toBe('damaged');
    expect(
      readPpk(
        text.replace(/(?<=Private-MAC: )./, digit => (digit === '0' ? '1' : '0')),
        null,
      ),
    ).toBe('damaged');
    expect(readPpk(text.replace(/Private-Lines[\s\S]*/, ''), null)).toBe('damaged');
    expect(readPpk(text.replace('Encryption: none', 'Encryption: rot13'), 'x')).toBe(
      name === '3' ? 'argon2' : 'damaged',
    );
  }
  const locked = keys.text('2-locked').replaceAll('\r\n', '\n');
  expect(readPpk(locked.replace(/(Private-Lines: \d+\n)..../, '$1'), 'open sesame')).toBe('damaged');
});
