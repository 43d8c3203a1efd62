// The picture in the README, as a law: imports run one way, there are no cycles, and only main.ts names `process`.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../src');

/** What each layer may import: own layers by name, `layer/file` for one file, packages and Node modules by name. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  main: ['main', 'cli', 'node:os', 'node:tty', 'package.json'],
  cli: ['cli', 'engine', 'render', 'io', 'domain', 'commander', 'node:path'],
  engine: ['engine', 'domain', 'p-limit', 'node:events'],
  render: ['render', 'domain', 'node:util'],
  io: ['io', 'engine/ports', 'domain', 'node:', 'ssh2', 'undici', 'p-limit'],
  // Hashing and deflating are pure functions that happen to live in Node.
  domain: ['domain', 'zod', 'yaml', 'diff', 'node:crypto', 'node:zlib'],
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .sort();

const source = (file: string): string => readFileSync(join(SRC, file), 'utf8');

const layerOf = (file: string): string => (file === 'main.ts' ? 'main' : (file.split('/')[0] ?? ''));

function importsOf(file: string): readonly string[] {
  const specifiers = [...source(file).matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/g)].map(
    m => m[1] ?? '',
  );
  return specifiers.map(s => (s.startsWith('.') ? relative(SRC, normalize(join(SRC, dirname(file), s))) : s));
}

function allowed(layer: string, imported: string): boolean {
  const target = imported.replace(/\.ts$/, '');
  return (MAY_IMPORT[layer] ?? []).some(
    rule =>
      target === rule || target.startsWith(rule.endsWith(':') ? rule : `${rule}/`) || target === `../${rule}`,
  );
}

describe.each(files)('%s', file => {
  test('imports only what its layer may', () => {
    expect(importsOf(file).filter(imported => !allowed(layerOf(file), imported))).toEqual([]);
  });

  test('does not touch process, unless it is main.ts', () => {
    const code = source(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '');
    expect(/\bprocess\b|\bglobalThis\b/.test(code)).toBe(file === 'main.ts');
  });

  test('has at most 250 lines, no default export and no dumping-ground name', () => {
    expect(source(file).split('\n').length).toBeLessThanOrEqual(251);
    expect(source(file)).not.toMatch(/^export default/m);
    expect(file).not.toMatch(/(^|\/)(utils?|helpers?|common|types|index)\.ts$/);
  });
});

test('there are files, and every layer has some', () => {
  expect(new Set(files.map(layerOf))).toEqual(new Set(Object.keys(MAY_IMPORT)));
});

test('there are no import cycles', () => {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) throw new Error(`cycle: ${[...path, file].join(' → ')}`);
    if (done.has(file)) return;
    for (const next of importsOf(file)) if (files.includes(next)) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
});
