import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/domain/git-copies.ts';
import type { Scope } from '../../src/domain/inventory.ts';
import { remotePath, toBytes } from '../../src/domain/remote-path.ts';
import { UserError } from '../../src/domain/user-error.ts';
import { parseWatch } from '../../src/domain/watch.ts';
import { createGitCopies, readGitCopies } from '../../src/io/git-copies.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sshdrift-copies-'));
  mkdirSync(join(dir, 'files'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Writes a file whose path is given one character per byte. */
function write(path: string, content = path): void {
  mkdirSync(join(dir, dirname(path)), { recursive: true });
  writeFileSync(toBytes(`${dir}/${path}`), content);
}

const scope = (
  change: { layers?: string[]; watch?: string[]; root?: string; position?: string } = {},
): Scope => ({
  layers: (change.layers ?? ['files']).map(layer => join(dir, layer)),
  root: remotePath(change.root ?? '/etc'),
  watch: (change.watch ?? ['/etc/rsyslog.conf', '/etc/rsyslog.d/*.conf']).map(w => parseWatch(remotePath(w))),
  unmanaged: 'drift',
  ignore: [],
  expect: null,
  service: 'rsyslogd',
  maxFileSize: 1024 ** 2,
  ...(change.position === undefined ? {} : { filesPosition: change.position }),
});

const read = async (of: Scope): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries([...(await readGitCopies(of, dir))].map(([path, copy]) => [path, copy.source]));

async function refusal(of: Scope): Promise<UserError> {
  const error = await readGitCopies(of, dir).then(
    () => null,
    reason => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error;
}

describe('reads Git copies', () => {
  test('with their bytes, hash and source, sorted by path', async () => {
    write('files/rsyslog.d/9.conf');
    write('files/rsyslog.d/10.conf');
    write('files/rsyslog.conf', 'a\r\n\0');
    const copies = await readGitCopies(scope(), dir);
    expect([...copies.keys()]).toEqual([
      '/etc/rsyslog.conf',
      '/etc/rsyslog.d/10.conf',
      '/etc/rsyslog.d/9.conf',
    ]);
    const bytes = Buffer.from('a\r\n\0');
    expect(copies.get(remotePath('/etc/rsyslog.conf'))).toEqual({
      source: 'files/rsyslog.conf',
      bytes,
      sha256: sha256(bytes),
    });
  });

  test('whatever bytes are in their names', async () => {
    const names = ['a b', '"q" \'s\'', 'new\nline', '\xff\xfe', '$(x)', '\xc3\xa4', '-rf'];
    for (const name of names) write(`files/rsyslog.d/${name}.conf`, name);
    const copies = await readGitCopies(scope(), dir);
    expect([...copies.keys()]).toEqual(names.map(name => `/etc/rsyslog.d/${name}.conf`).sort());
    const source = (name: string) => copies.get(`/etc/rsyslog.d/${name}.conf` as never)?.source;
    expect(source('\xff\xfe')).toBe('files/rsyslog.d/\\xff\\xfe.conf');
    expect(source('new\nline')).toBe('files/rsyslog.d/new\\x0aline.conf');
    expect(source('\xc3\xa4')).toBe('files/rsyslog.d/ä.conf');
  });

  test('from layers, of which later ones win', async () => {
    write('files/rsyslog.conf', 'base');
    write('files/rsyslog.d/a.conf');
    write('over/rsyslog.conf', 'over');
    write('over/rsyslog.d/b.conf');
    expect(await read(scope({ layers: ['files', 'over'] }))).toEqual({
      '/etc/rsyslog.conf': 'over/rsyslog.conf',
      '/etc/rsyslog.d/a.conf': 'files/rsyslog.d/a.conf',
      '/etc/rsyslog.d/b.conf': 'over/rsyslog.d/b.conf',
    });
  });

  test('below the root /', async () => {
    write('files/srv/x');
    expect(await read(scope({ root: '/', watch: ['/srv/x'] }))).toEqual({ '/srv/x': 'files/srv/x' });
  });

  test('none from an empty layer', async () => {
    expect(await read(scope())).toEqual({});
  });

  test('through a symbolic link to a file in a layer', async () => {
    write('files/rsyslog.d/a.conf', 'shared');
    mkdirSync(join(dir, 'over/rsyslog.d'), { recursive: true });
    symlinkSync('../../files/rsyslog.d/a.conf', join(dir, 'over/rsyslog.d/b.conf'));
    const copies = await readGitCopies(scope({ layers: ['files', 'over'] }), dir);
    expect(copies.get(remotePath('/etc/rsyslog.d/b.conf'))?.bytes.toString()).toBe('shared');
  });
});

describe('names that begin with a dot', () => {
  test('are passed over at every level, directories and links too', async () => {
    write('files/.gitattributes');
    write('files/rsyslog.d/.gitkeep');
    write('files/rsyslog.d/.old.conf');
    write('files/.git/objects/x');
    symlinkSync('nowhere', join(dir, 'files/.link'));
    expect(await read(scope())).toEqual({});
  });

  test('count where a watch entry asks for them', async () => {
    write('files/.profile');
    write('files/.d/a.conf');
    write('files/.d/README');
    write('files/.d/e/a.conf');
    expect(await read(scope({ watch: ['/etc/.profile', '/etc/.d/*.conf'] }))).toEqual({
      '/etc/.profile': 'files/.profile',
      '/etc/.d/a.conf': 'files/.d/a.conf',
    });
  });
});

describe('refuses', () => {
  test('a layer that is not there, or is a file', async () => {
    write('plain');
    const { message, hint } = await refusal(
      scope({ layers: ['plain', 'nope'], position: 'inventory.yaml:2:8' }),
    );
    expect(message.split('\n')).toEqual([
      'inventory.yaml:2:8: files: nope cannot be read: no such file or directory',
      'inventory.yaml:2:8: files: plain cannot be read: not a directory, or a part of its path is none',
    ]);
    expect(hint).toContain('no server was contacted');
  });

  test('a copy that nothing watches, and says what is watched', async () => {
    write('files/rsyslog.conf');
    write('files/rsyslog.d/a.conf.bak');
    write('files/READ\x1bME');
    const { message, hint } = await refusal(scope());
    expect(message.split('\n')).toEqual([
      'files/READ\\x1bME would be the copy of /etc/READ\\x1bME, which `watch` does not cover: /etc/rsyslog.conf, /etc/rsyslog.d/*.conf',
      'files/rsyslog.d/a.conf.bak would be the copy of /etc/rsyslog.d/a.conf.bak, which `watch` does not cover: /etc/rsyslog.conf, /etc/rsyslog.d/*.conf',
    ]);
    expect(hint).toBe('Add the path to `watch`, or move the file out of `files`; no server was contacted.');
  });

  test('links that lead out, to nothing or to a directory, and special files, without opening them', async () => {
    write('secret');
    mkdirSync(join(dir, 'files/rsyslog.d'));
    const link = (target: string, name: string) => symlinkSync(target, join(dir, 'files/rsyslog.d', name));
    link('../../secret', 'out.conf');
    link('nowhere', 'dangling.conf');
    link('..', 'dir.conf');
    link('/dev/zero', 'zero.conf');
    execFileSync('mkfifo', [join(dir, 'files/rsyslog.d/fifo.conf')]);
    const { message, hint } = await refusal(scope());
    expect(message.split('\n')).toEqual([
      'files/rsyslog.d/dangling.conf is a symbolic link that cannot be followed: no such file or directory',
      'files/rsyslog.d/dir.conf is a symbolic link to something that is no regular file',
      'files/rsyslog.d/fifo.conf is neither a regular file nor a directory',
      `files/rsyslog.d/out.conf is a symbolic link that leads out of \`files\`, to ${dir}/secret`,
      'files/rsyslog.d/zero.conf is a symbolic link to something that is no regular file',
    ]);
    expect(hint).toContain('readable Git copies');
  });

  test('a directory beside the layer whose name begins like it', async () => {
    write('files-old/x.conf');
    mkdirSync(join(dir, 'files/rsyslog.d'));
    symlinkSync('../../files-old/x.conf', join(dir, 'files/rsyslog.d/x.conf'));
    expect((await refusal(scope())).message).toContain('leads out of `files`');
  });

  test('a copy larger than 64 MiB', async () => {
    write('files/rsyslog.conf');
    truncateSync(join(dir, 'files/rsyslog.conf'), 64 * 1024 ** 2 + 1);
    expect((await refusal(scope())).message).toBe('files/rsyslog.conf is larger than 64 MiB');
  });

  test('a copy that may not be read', async () => {
    write('files/rsyslog.conf');
    chmodSync(join(dir, 'files/rsyslog.conf'), 0);
    chmodSync(dir, 0o755);
    // Root reads everything: for a moment this process is somebody else.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    const refused = await refusal(scope()).finally(() => isRoot && process.seteuid?.(0));
    expect(refused.message).toBe('files/rsyslog.conf cannot be read: permission denied');
  });

  test('and names ten at most', async () => {
    for (let index = 10; index < 22; index++) write(`files/${index}`);
    const lines = (await refusal(scope())).message.split('\n');
    expect(lines).toHaveLength(11);
    expect(lines[10]).toBe('… and 2 more');
  });
});

describe('for one run', () => {
  test('servers with the same layers, root and watch share what was read', async () => {
    write('files/rsyslog.conf', 'old');
    const copiesOf = createGitCopies(dir);
    const first = await copiesOf(scope());
    write('files/rsyslog.conf', 'new');
    expect(await copiesOf({ ...scope(), unmanaged: 'ignore' })).toBe(first);
    const other = await copiesOf(scope({ watch: ['/etc/rsyslog.conf'] }));
    expect(other.get(remotePath('/etc/rsyslog.conf'))?.bytes.toString()).toBe('new');
  });
});
