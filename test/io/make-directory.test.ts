// Directories for what is kept, wherever the path to them leads.

import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDirectory } from '../../src/io/make-directory.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sshdrift-make-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a directory is made with those above it, by several at once, and is then left alone', async () => {
  const path = join(dir, 'a/b/c');
  await Promise.all([makeDirectory(path, 0o700), makeDirectory(path, 0o700), makeDirectory(`${path}/d`)]);
  await makeDirectory(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  symlinkSync(path, join(dir, 'link'));
  await makeDirectory(join(dir, 'link/e'));
  expect(statSync(join(path, 'e')).isDirectory()).toBe(true);
});

test.each([
  ['link', 'EEXIST'],
  ['link/below', 'EEXIST'],
  ['file', 'EEXIST'],
  ['file/below', 'ENOTDIR'],
])('nothing is made at %s, and that is said at once', async (path, code) => {
  symlinkSync(join(dir, 'nowhere'), join(dir, 'link'));
  writeFileSync(join(dir, 'file'), '');
  await expect(makeDirectory(join(dir, path))).rejects.toMatchObject({ code });
});
