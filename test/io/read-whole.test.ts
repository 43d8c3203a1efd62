import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileTrouble } from '../../src/io/file-trouble.ts';
import { readWhole } from '../../src/io/read-whole.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sshdrift-read-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const SOON = { forWriterMs: 20, forBytesMs: 20 };
const trouble = (path: string, limit = 1000): string => {
  try {
    return `read: ${readWhole(path, limit, SOON)}`;
  } catch (error) {
    return fileTrouble(error);
  }
};
const fifo = (): string => {
  const path = join(dir, 'fifo');
  execFileSync('mkfifo', [path]);
  return path;
};

test('a file up to the limit, and not beyond', () => {
  const path = join(dir, 'file');
  writeFileSync(path, 'x'.repeat(70_000));
  expect(readWhole(path, 70_000)).toHaveLength(70_000);
  expect(trouble(path, 69_999)).toBe('it is too large');
  writeFileSync(path, '');
  expect(readWhole(path, 0)).toHaveLength(0);
});

test('a device without an end', () => {
  expect(trouble('/dev/zero')).toBe('it is too large');
  expect(readWhole('/dev/null', 10)).toHaveLength(0);
});

test('what cannot be read, in words', () => {
  symlinkSync('nowhere', join(dir, 'dangling'));
  symlinkSync('loop', join(dir, 'loop'));
  expect(trouble(dir)).toBe('it is a directory');
  expect(trouble(join(dir, 'dangling'))).toBe('no such file or directory');
  expect(trouble(join(dir, 'loop'))).toBe('too many symbolic links, or a loop of them');
  expect(trouble(join(dir, 'a'.repeat(300)))).toBe('the name is too long');
});

test('a pipe that nobody writes into is not waited for without end', () => {
  expect(trouble(fifo())).toBe('nothing is written into this pipe');
});

test('a pipe that is open for writing and stays empty is not, either', () => {
  const path = fifo();
  const writer = spawn('sh', ['-c', 'exec sleep 60 <> "$0"', path]);
  try {
    expect(trouble(path)).toBe('nothing is written into this pipe');
  } finally {
    writer.kill('SIGKILL');
  }
});

test('a pipe is read to its end, however slowly that comes', () => {
  const path = fifo();
  spawn('sh', ['-c', '{ printf a; sleep 0.05; printf b; } > "$0"', path]);
  expect(readWhole(path, 10).toString()).toBe('ab');
});
