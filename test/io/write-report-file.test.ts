import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeReportFile } from '../../src/io/write-report-file.ts';
import { MAIN } from '../support/cli.ts';
import { outcomeOf } from '../support/run.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sshdrift-report-'));
  path = join(dir, 'report.html');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a new report is for its owner alone', async () => {
  await writeReportFile(path, 'one');
  expect([readdirSync(dir), readFileSync(path, 'utf8')]).toEqual([['report.html'], 'one']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a report that was there is replaced, with its mode', async () => {
  writeFileSync(path, 'old');
  chmodSync(path, 0o644);
  await writeReportFile(path, 'new');
  expect([readdirSync(dir), readFileSync(path, 'utf8')]).toEqual([['report.html'], 'new']);
  expect(statSync(path).mode & 0o777).toBe(0o644);
});

test('whoever reads while reports are written sees one of them, whole', async () => {
  const texts = Array.from({ length: 8 }, (_, i) => `${i}`.repeat(300_000));
  writeFileSync(path, texts[0] ?? '');
  let writing = true;
  const written = Promise.all(texts.map(text => writeReportFile(path, text))).finally(() => {
    writing = false;
  });
  const seen = new Set<string>();
  while (writing) {
    seen.add(readFileSync(path, 'utf8'));
    await setImmediate();
  }
  await written;
  expect([...seen].filter(text => !texts.includes(text)).map(text => text.length)).toEqual([]);
  expect(readdirSync(dir)).toEqual(['report.html']);
});

test('a disk that takes half of a report leaves the last one, and nothing beside it', async () => {
  writeFileSync(path, 'a good report');
  writeFileSync(join(dir, 'inventory.yaml'), 'servers: {a: {host: 127.0.0.1}}\n');
  mkdirSync(join(dir, 'files'));
  writeFileSync(join(dir, 'files/rsyslog.conf'), '');
  // A block is 512 bytes or 1024; too little for the page, enough for its beginning.
  const limited = 'trap "" XFSZ; ulimit -f 1; cd "$1" || exit; shift; exec "$@"';
  const check = ['check', '--ssh-config', 'none', '--no-post', '-q', '-o', 'html=report.html'];
  const { exitCode, stderr } = await outcomeOf([
    'sh',
    '-c',
    limited,
    'sh',
    dir,
    process.execPath,
    MAIN,
    ...check,
  ]);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('report.html: it is too large')]);
  expect([readFileSync(path, 'utf8'), readdirSync(dir).sort()]).toEqual([
    'a good report',
    ['files', 'inventory.yaml', 'report.html'],
  ]);
});

test('where no file can be made beside it, it is written into', async () => {
  writeFileSync(path, 'old');
  chmodSync(path, 0o666);
  chmodSync(dir, 0o555);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    await writeReportFile(path, 'new');
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(dir, 0o755);
  }
  expect([readFileSync(path, 'utf8'), readdirSync(dir)]).toEqual(['new', ['report.html']]);
});

describe('a symbolic link', () => {
  test.each(['there', 'not there'])('stays one, to a file that is %s', async is => {
    mkdirSync(join(dir, 'elsewhere'));
    if (is === 'there') writeFileSync(join(dir, 'elsewhere/today'), 'old');
    symlinkSync('elsewhere/today', path);
    symlinkSync('report.html', join(dir, 'latest'));
    await writeReportFile(join(dir, 'latest'), 'new');
    expect([lstatSync(path).isSymbolicLink(), lstatSync(join(dir, 'latest')).isSymbolicLink()]).toEqual([
      true,
      true,
    ]);
    expect(readFileSync(join(dir, 'elsewhere/today'), 'utf8')).toBe('new');
    expect([readdirSync(dir).length, readdirSync(join(dir, 'elsewhere'))]).toEqual([3, ['today']]);
  });

  test('to itself is told in words', async () => {
    symlinkSync('report.html', path);
    await expect(writeReportFile(path, 'x')).rejects.toThrow(/cannot write .*: too many symbolic links/);
  });
});

describe('what is no regular file is written into', () => {
  test('a FIFO stays one', async () => {
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    const read = readFile(path, 'utf8');
    await writeReportFile(path, 'through');
    expect([await read, lstatSync(path).isFIFO()]).toEqual(['through', true]);
  });

  test('a device, and a directory, which takes nothing', async () => {
    await writeReportFile('/dev/null', 'x');
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
    await expect(writeReportFile(dir, 'x')).rejects.toThrow(/it is a directory/);
  });

  test('and so is an open file by its number, whatever it is', async () => {
    const fd = openSync(path, 'w+');
    const { ino } = statSync(path);
    await writeReportFile(`/dev/fd/${fd}`, 'into it');
    closeSync(fd);
    expect([readFileSync(path, 'utf8'), statSync(path).ino]).toEqual(['into it', ino]);
  });
});

test('a directory that is not there is named, as the operator wrote it', async () => {
  await expect(writeReportFile(join(dir, 'no\u001b/x.html'), 'x')).rejects.toThrow(
    `cannot write ${dir}/no\\x1b/x.html: no such file or directory`,
  );
  expect(existsSync(join(dir, 'no\u001b'))).toBe(false);
});
