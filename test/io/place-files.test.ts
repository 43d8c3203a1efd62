// New files in a directory that may hold anything, under names that may be anything.

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../src/domain/user-error.ts';
import { filesInTheWay, type NewFile, placeFiles } from '../../src/io/place-files.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sshdrift-place-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const file = (path: string, text = 'new'): NewFile => ({ path, bytes: Buffer.from(text), secret: false });
const listing = (): readonly string[] =>
  (readdirSync(dir, { recursive: true, encoding: 'latin1' }) as string[]).sort();

test('files go where nothing is, and among what is there', async () => {
  mkdirSync(join(dir, 'files/d'), { recursive: true });
  writeFileSync(join(dir, 'files/d/old'), 'old');
  writeFileSync(join(dir, 'files/d/a'), 'old');
  const files = [file('files/d/a'), file('files/e/b'), file('top'), file('files/\xff\n')];
  expect(
    await filesInTheWay(
      dir,
      files.map(({ path }) => path),
    ),
  ).toEqual(['files/d/a']);
  await placeFiles(dir, files);
  expect(listing()).toEqual([
    'files',
    'files/d',
    'files/d/a',
    'files/d/old',
    'files/e',
    'files/e/b',
    'files/\xff\n',
    'top',
  ]);
  expect(readFileSync(join(dir, 'files/d/a'), 'utf8')).toBe('new');
});

test('one that cannot be written leaves nothing of the others', async () => {
  writeFileSync(join(dir, 'first'), 'old');
  await expect(placeFiles(dir, [file('first'), file('x'.repeat(300))])).rejects.toThrow(
    /the name is too long/,
  );
  expect(listing()).toEqual(['first']);
  expect(readFileSync(join(dir, 'first'), 'utf8')).toBe('old');
});

test.each([
  ['a symbolic link for a directory', 'files/a', /files is a symbolic link/],
  ['a file for a directory', 'plain/a', /plain is no directory/],
  ['a directory for a file', 'directory', /directory is a directory/],
])('%s is refused', async (_, path, message) => {
  symlinkSync(tmpdir(), join(dir, 'files'));
  writeFileSync(join(dir, 'plain'), '');
  mkdirSync(join(dir, 'directory'));
  const refused = filesInTheWay(dir, [path]);
  await expect(refused).rejects.toThrow(UserError);
  await expect(refused).rejects.toThrow(message);
});

test('a symbolic link to nothing is in the way, too', async () => {
  symlinkSync('/nowhere', join(dir, 'link'));
  expect(await filesInTheWay(dir, ['link'])).toEqual(['link']);
});
