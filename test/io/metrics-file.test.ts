import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { readMetricsFile, writeMetricsFile } from '../../src/io/metrics-file.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sshdrift-metrics-'));
  path = join(dir, 'sshdrift.prom');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('the file is there for everybody, and nothing else', async () => {
  await writeMetricsFile(path, 'one\n');
  chmodSync(path, 0o600);
  await writeMetricsFile(path, 'two\n');
  expect([readdirSync(dir), await readMetricsFile(path)]).toEqual([['sshdrift.prom'], 'two\n']);
  expect(statSync(path).mode & 0o777).toBe(0o644);
});

test('what is beside it for a moment is no file that an exporter reads', async () => {
  const names = new Set<string>();
  const watcher = watch(dir, (_, name) => void names.add(name ?? ''));
  onTestFinished(() => watcher.close());
  const closed = new Promise<void>(resolve => {
    watcher.on('change', (_, name) => name === 'end' && resolve());
  });
  await writeMetricsFile(path, 'x\n');
  writeFileSync(join(dir, 'end'), '');
  await closed;
  const beside = [...names].filter(name => !['sshdrift.prom', 'end'].includes(name));
  expect(beside).toEqual([expect.stringMatching(/^\.sshdrift\.prom\.[0-9a-f]{12}\.new$/)]);
});

test('while runs overlap, whoever reads sees one of them, whole', async () => {
  const texts = Array.from({ length: 8 }, (_, i) => `${`${i}`.repeat(300_000)}\n`);
  await writeMetricsFile(path, texts[0] ?? '');
  let writing = true;
  const written = Promise.all(texts.map(text => writeMetricsFile(path, text))).finally(() => {
    writing = false;
  });
  const seen = new Set<string>();
  while (writing) seen.add((await readMetricsFile(path)) ?? 'nothing');
  await written;
  seen.add(readFileSync(path, 'utf8'));
  expect([...seen].filter(text => !texts.includes(text))).toEqual([]);
  expect(readdirSync(dir)).toEqual(['sshdrift.prom']);
});

test('nothing but an ordinary file is replaced', async () => {
  const elsewhere = join(dir, 'elsewhere');
  writeFileSync(elsewhere, 'kept');
  symlinkSync(elsewhere, path);
  await expect(writeMetricsFile(path, 'x')).rejects.toThrow(/is there and is no ordinary file/);
  rmSync(path);
  mkdirSync(path);
  await expect(writeMetricsFile(path, 'x')).rejects.toThrow(/is there and is no ordinary file/);
  expect([readFileSync(elsewhere, 'utf8'), readdirSync(dir)]).toEqual([
    'kept',
    ['elsewhere', 'sshdrift.prom'],
  ]);
});

test('a directory that is not there is named, as the operator wrote it', async () => {
  await expect(writeMetricsFile(join(dir, 'no\u001b/x.prom'), 'x')).rejects.toThrow(
    `cannot write ${dir}/no\\x1b/x.prom: no such file or directory`,
  );
});

test('what cannot be read says nothing', async () => {
  expect([await readMetricsFile(path), await readMetricsFile(dir)]).toEqual([null, null]);
});
