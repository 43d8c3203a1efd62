// The bundles and their code caches: a cache makes the start faster and may change nothing else.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAIN } from '../support/cli.ts';

const BUILD = join(import.meta.dirname, '../../build/bundle.mjs');
const DIST = join(MAIN, '..');

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'sshdrift-bundle-'));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** A copy of dist/ alone, as an installed package has it: without the packages that are in the bundles. */
function copy(name: string): string {
  const directory = join(place, name);
  cpSync(DIST, directory, { recursive: true });
  return directory;
}

const caches = (directory: string): readonly string[] =>
  readdirSync(directory).filter(file => file.endsWith('.cache'));

/** Runs the demo, which uses every bundle; which of the caches V8 took. */
function demo(directory: string, ...options: readonly string[]): Readonly<Record<string, boolean>> {
  const report = join(place, 'accepted.json');
  const look = join(place, 'look.cjs');
  writeFileSync(
    look,
    `const vm = require('node:vm'), path = require('node:path'), accepted = {};
    vm.Script = class extends vm.Script {
      constructor(source, options) {
        super(source, options);
        accepted[path.basename(options.filename)] = this.cachedDataRejected === false;
      }
    };
    process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(report)}, JSON.stringify(accepted)));`,
  );
  const stdout = execFileSync(
    process.execPath,
    ['--require', look, ...options, join(directory, 'main.js'), 'demo'],
    { encoding: 'utf8', env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  expect(stdout).toContain('The check exited with 2');
  return JSON.parse(readFileSync(report, 'utf8'));
}

const ALL = { 'sshdrift.js': true, 'ssh2.js': true, 'undici.js': true };
const NONE = { 'sshdrift.js': false, 'ssh2.js': false, 'undici.js': false };

describe('the build', () => {
  test('makes a cache for every bundle', () => {
    const directory = copy('once');
    execFileSync(process.execPath, [BUILD, directory]);
    const bundles = readdirSync(directory).filter(file => file.endsWith('.js') && file !== 'main.js');
    expect(bundles).toEqual(['ssh2.js', 'sshdrift.js', 'undici.js']);
    expect(caches(directory)).toHaveLength(bundles.length);
  });

  test('leaves out what zod says in other languages: `import { z }` would bring all of it', () => {
    const bundle = readFileSync(join(DIST, 'sshdrift.js'), 'utf8');
    const languages = [...bundle.matchAll(/zod\/v4\/locales\/(\w+)\./g)].map(([, name]) => name);
    expect(languages.filter(name => name !== 'en' && name !== 'index')).toEqual([]);
    expect(bundle).toContain('zod/v4/');
  });

  test('leaves no cache of an older build', () => {
    const directory = copy('stale');
    writeFileSync(join(directory, 'sshdrift.js.0.0-old.cache'), '');
    execFileSync(process.execPath, [BUILD, directory]);
    expect(existsSync(join(directory, 'sshdrift.js.0.0-old.cache'))).toBe(false);
  });

  test('has only ASCII in the bundles, since they are read as one byte a character', () => {
    for (const file of Object.keys(ALL))
      expect(readFileSync(join(DIST, file)).every(byte => byte < 0x80)).toBe(true);
  });
});

describe('a code cache', () => {
  test('is taken by the V8 that it was made by, and nothing is written beside it', () => {
    const directory = copy('whole');
    const before = readdirSync(directory);
    expect(demo(directory)).toEqual(ALL);
    expect(readdirSync(directory)).toEqual(before);
  });

  test('that is not there, as with another version of Node, is not needed', () => {
    const directory = copy('absent');
    for (const file of caches(directory)) rmSync(join(directory, file));
    expect(demo(directory)).toEqual(NONE);
    expect(caches(directory)).toEqual([]);
  });

  test.each([
    ['cut off', (file: string) => truncateSync(file, 1000)],
    ['empty', (file: string) => truncateSync(file, 0)],
    ['something else', (file: string) => writeFileSync(file, 'no cache\n'.repeat(10_000))],
  ])('that is %s is passed over', (name, spoil) => {
    const directory = copy(name);
    for (const file of caches(directory)) spoil(join(directory, file));
    expect(demo(directory)).toEqual(NONE);
  });

  test('of another source of the same length is passed over, as after an update that was copied over it', () => {
    const directory = copy('updated');
    const [bundle, main] = [join(directory, 'sshdrift.js'), join(directory, 'main.js')];
    const hash = (source: string) => createHash('sha256').update(source).digest('hex').slice(0, 16);
    const old = readFileSync(bundle, 'latin1');
    const updated = old.replace('kept the passwords out', 'kept the pa55words out');
    expect(updated).not.toBe(old);
    const start = readFileSync(main, 'utf8');
    expect(start).toContain(hash(old));
    writeFileSync(bundle, updated);
    writeFileSync(main, start.replace(hash(old), hash(updated)));
    expect(demo(directory)).toEqual({ ...ALL, 'sshdrift.js': false });
  });

  test('made for other settings of V8 is passed over', () => {
    expect(demo(copy('flags'), '--stack-size=900', '--no-opt')).toEqual(NONE);
  });

  test('leaves the stack of a bug with names and places', () => {
    const breaks = join(place, 'breaks.cjs');
    writeFileSync(breaks, `require('node:net').connect = () => { throw new TypeError('broken'); };`);
    const stack = (): string => {
      try {
        execFileSync(process.execPath, ['--require', breaks, MAIN, 'demo'], {
          encoding: 'utf8',
          stdio: 'pipe',
        });
      } catch (error) {
        return (error as { readonly stderr: string }).stderr;
      }
      throw new Error('it did not break');
    };
    expect(stack()).toMatch(/TypeError: broken\n[\s\S]* at openSocket \(.*\/dist\/sshdrift\.js:\d+:\d+\)/);
  });
});
