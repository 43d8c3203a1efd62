import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Destination } from '../../src/domain/destination.ts';
import { isFailure } from '../../src/engine/ports.ts';
import { createKnownHosts, type KnownHosts } from '../../src/io/known-hosts-files.ts';
import { destinationOf } from '../support/connecting.ts';
import { keyText, wireKey } from '../support/wire-key.ts';

const KEY = wireKey('ssh-ed25519', 1);
const RSA = wireKey('ssh-rsa', 1);

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'known-hosts-'));
});
afterEach(() => rm(dir, { recursive: true }));

const server = (knownHostsFiles: readonly string[], host = 'web', port = 22): Destination =>
  destinationOf({ host, port, knownHostsFiles });

const open = (text: string | null = null): KnownHosts => createKnownHosts(text);

async function entries(hosts: KnownHosts, of: Destination): Promise<readonly string[]> {
  const found = await hosts.entriesFor(of);
  if (isFailure(found)) throw new Error(`unexpected ${JSON.stringify(found)}`);
  return found.map(({ file, line, keyType }) => `${file}:${line} ${keyType}`);
}

describe('which files', () => {
  test('the named ones, in order, missing ones too', async () => {
    await writeFile(join(dir, 'b'), `web ${keyText(KEY)}\n`);
    await writeFile(join(dir, 'a'), `# a\nweb ${keyText(RSA)}\n`);
    const of = server([join(dir, 'b'), join(dir, 'missing'), join(dir, 'a')]);
    expect(await entries(open(), of)).toEqual([
      `${join(dir, 'b')}:1 ssh-ed25519`,
      `${join(dir, 'a')}:2 ssh-rsa`,
    ]);
    expect(open().filesFor(of)).toEqual([join(dir, 'b'), join(dir, 'missing'), join(dir, 'a')]);
  });

  test('none if the list is empty', async () => {
    expect(await entries(open(), server([]))).toEqual([]);
  });

  test('none at all if there is text from the environment, even empty text', async () => {
    await writeFile(join(dir, 'a'), `web ${keyText(RSA)}\n`);
    const of = server([join(dir, 'a')]);
    const hosts = open(`\r\nweb ${keyText(KEY)}\r\n`);
    expect(await entries(hosts, of)).toEqual(['SSH_KNOWN_HOSTS:2 ssh-ed25519']);
    expect(hosts.filesFor(of)).toEqual(['SSH_KNOWN_HOSTS']);
    expect(await entries(open(''), of)).toEqual([]);
  });
});

test('a file is read once for all servers, and again when it has changed', async () => {
  const path = join(dir, 'a');
  await writeFile(path, `web,db ${keyText(KEY)}\n`);
  const hosts = open();
  const lines = async (host: string): Promise<unknown> => {
    const found = await hosts.entriesFor(server([path], host));
    return isFailure(found) ? found : found[0];
  };
  const first = await lines('web');
  // The very same object: it was not parsed again.
  expect(await lines('db')).toBe(first);
  await writeFile(path, `web ${keyText(RSA)}\n`);
  expect(await entries(hosts, server([path]))).toEqual([`${path}:1 ssh-rsa`]);
  await rm(path);
  expect(await entries(hosts, server([path]))).toEqual([]);
});

describe('a file that cannot be read fails the server', () => {
  test('a directory', async () => {
    const found = await open().entriesFor(server([join(dir, 'missing'), dir]));
    expect(found).toMatchObject({ code: 'ssh/known-hosts-unreadable', file: dir });
    expect(isFailure(found) && 'detail' in found && found.detail).toBe('it is a directory');
  });

  test('a file below a file', async () => {
    await writeFile(join(dir, 'a'), '');
    const found = await open().entriesFor(server([join(dir, 'a/b')]));
    expect(found).toMatchObject({ code: 'ssh/known-hosts-unreadable', file: join(dir, 'a/b') });
  });

  test('a symbolic link to itself', async () => {
    const { symlink } = await import('node:fs/promises');
    await symlink(join(dir, 'loop'), join(dir, 'loop'));
    expect(await open().entriesFor(server([join(dir, 'loop')]))).toMatchObject({
      code: 'ssh/known-hosts-unreadable',
    });
  });
});

describe('learning a key', () => {
  const line = (name: string, key = KEY): string => `${name} ${keyText(key)}\n`;

  test('makes the file, for its owner only, and this run knows the key', async () => {
    const hosts = open();
    const of = server([join(dir, '.ssh/known_hosts')], 'Web', 2222);
    const path = join(dir, '.ssh/known_hosts');
    expect(await entries(hosts, of)).not.toContain(`${path}:1 ssh-ed25519`);
    expect(await hosts.learn(of, KEY)).toBeNull();
    expect(await readFile(path, 'utf8')).toBe(line('[web]:2222'));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(dir, '.ssh'))).mode & 0o777).toBe(0o700);
    expect(await entries(hosts, of)).toContain(`${path}:1 ssh-ed25519`);
  });

  test.each([
    ['after a last line with its newline', 'a b c\n', `a b c\n${line('web')}`, 2],
    ['after a last line without', 'a b c\nd', `a b c\nd\n${line('web')}`, 3],
    ['into an empty file', '', line('web'), 1],
  ])('%s', async (_, before, after, number) => {
    const path = join(dir, 'known_hosts');
    await writeFile(path, before);
    const hosts = open();
    const of = server([path, join(dir, 'second')]);
    expect(await hosts.learn(of, KEY)).toBeNull();
    expect(await readFile(path, 'utf8')).toBe(after);
    await writeFile(path, '');
    expect((await entries(hosts, of)).at(-1)).toBe(`${path}:${number} ssh-ed25519`);
  });

  test('keeps the mode of a file that is there', async () => {
    const path = join(dir, 'known_hosts');
    await writeFile(path, '');
    await chmod(path, 0o640);
    await open().learn(server([path]), KEY);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  test('many at once, each on a line of its own', async () => {
    const path = join(dir, 'known_hosts');
    await writeFile(path, 'no newline');
    const hosts = open();
    const names = Array.from({ length: 30 }, (_, i) => `host-${i}`);
    await Promise.all(names.map(name => hosts.learn(server([path], name), KEY)));
    const [first, ...rest] = (await readFile(path, 'utf8')).split('\n');
    expect(first).toBe('no newline');
    expect(rest.sort()).toEqual(['', ...names.map(name => line(name).trimEnd())].sort());
  });

  test('the same key twice is one line; another key of the same server is another', async () => {
    const path = join(dir, 'known_hosts');
    const hosts = open();
    const of = server([path]);
    await Promise.all([hosts.learn(of, KEY), hosts.learn(of, KEY), hosts.learn(of, RSA)]);
    expect(await readFile(path, 'utf8')).toBe(line('web') + line('web', RSA));
  });

  test('only this run knows the key where there is nothing to write to, and a warning says why', async () => {
    const withText = open('');
    expect(await withText.learn(server([]), KEY)).toMatch(/web was not stored.*SSH_KNOWN_HOSTS/);
    expect(await entries(withText, server([]))).toEqual(['SSH_KNOWN_HOSTS:0 ssh-ed25519']);

    const unwritable = open();
    await mkdir(join(dir, 'known_hosts.d'));
    expect(await unwritable.learn(server([join(dir, 'known_hosts.d')]), KEY)).toMatch(
      /web was not stored.*EISDIR/,
    );
    expect(await unwritable.learn(server([join(dir, 'known_hosts_ok')], 'db'), KEY)).toBeNull();

    expect(await open().learn(server([]), KEY)).toMatch(/no known_hosts file is named/);
    expect(await open().learn(server([join(dir, 'known_hosts')], 'web,db'), KEY)).toMatch(
      /web,db was not stored/,
    );
    await expect(readFile(join(dir, 'known_hosts'))).rejects.toThrow(/ENOENT/);
  });

  test('only a file that is named known_hosts is written: the line would let a key into authorized_keys', async () => {
    const path = join(dir, 'authorized_keys');
    await writeFile(path, '');
    expect(await open().learn(server([path], 'restrict'), KEY)).toMatch(/not named known_hosts/);
    expect(await readFile(path, 'utf8')).toBe('');
  });
});
