// Patches are judged by Git: whatever is drawn up here, `git apply` has to make the server's tree of it.

import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compare } from '../../src/domain/compare.ts';
import type { FileVerdict } from '../../src/domain/file-verdict.ts';
import type { Scope } from '../../src/domain/inventory.ts';
import { fromBytes, type RemotePath, remotePath, toBytes } from '../../src/domain/remote-path.ts';
import type { RemoteFile } from '../../src/domain/snapshot.ts';
import { UserError } from '../../src/domain/user-error.ts';
import { parseWatch } from '../../src/domain/watch.ts';
import { readGitCopies } from '../../src/io/git-copies.ts';
import { findPlaces } from '../../src/io/patch-places.ts';
import { renderPatch } from '../../src/render/patch.ts';
import { patchFile } from '../../src/render/patch-file.ts';
import * as build from '../support/builders.ts';
import { findProgram } from '../support/find-program.ts';
import { needs } from '../support/programs.ts';
import { CLEAN_ENV } from '../support/run.ts';

const git = needs('git');
const ENV = { ...CLEAN_ENV, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sshdrift-patch-'));
  if (findProgram('git')) execFileSync('git', ['init', '-q'], { cwd: dir, env: ENV });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface File {
  readonly bytes: Buffer;
  readonly executable: boolean;
}
/** Files by name below a directory, one character per byte. */
type Tree = ReadonlyMap<string, File>;

const file = (content: string | Buffer, executable = false): File => ({
  bytes: Buffer.from(content as string),
  executable,
});
const tree = (files: Readonly<Record<string, string | Buffer>>): Tree =>
  new Map(Object.entries(files).map(([name, content]) => [name, file(content)]));

/** Each layer keeps one file that never drifts: Git removes a directory with its last file. */
const KEPT = 'rsyslog.conf';

/** Writes the layers of one repository, which stands in a directory of the test's repository. */
function writeLayers(place: string, layers: readonly Tree[]): Scope {
  const names = layers.map((_, i) => join(dir, place, `layer ${i}`));
  layers.forEach((files, i) => {
    const layer = names[i] ?? '';
    mkdirSync(join(layer, 'rsyslog.d'), { recursive: true });
    writeFileSync(join(layer, KEPT), 'kept\n');
    for (const [path, { bytes, executable }] of files) {
      const at = toBytes(`${layer}/rsyslog.d/${path}`);
      writeFileSync(at, bytes);
      if (executable) chmodSync(at, 0o755);
    }
  });
  return {
    layers: names,
    service: 'rsyslogd',
    root: remotePath('/etc'),
    watch: ['/etc/rsyslog.conf', '/etc/rsyslog.d/*'].map(w => parseWatch(remotePath(w))),
    unmanaged: 'drift',
    ignore: [],
    expect: null,
    maxFileSize: 1024 ** 2,
  };
}

/** Every file of the layers with its mode and contents; links count as where they lead to. */
const listing = ({ layers }: Scope): readonly string[] =>
  layers
    .map(layer => `${layer}/rsyslog.d`)
    .filter(existsSync)
    .flatMap(layer =>
      readdirSync(layer, { encoding: 'buffer' }).map(entry => {
        const at = toBytes(`${layer}/${fromBytes(entry)}`);
        const stats = lstatSync(at);
        const bytes = stats.isSymbolicLink() ? readlinkSync(at, { encoding: 'buffer' }) : readFileSync(at);
        return `${fromBytes(at)} ${(stats.mode & 0o170100).toString(8)} ${bytes.toString('hex')}`;
      }),
    )
    .sort();

async function verdictsOf(scope: Scope, server: Tree): Promise<readonly FileVerdict[]> {
  const files = new Map<RemotePath, RemoteFile>();
  const copies = await readGitCopies(scope, dir);
  for (const path of copies.keys()) files.set(path, { kind: 'absent' });
  files.set(remotePath('/etc/rsyslog.conf'), build.serverFile('kept\n'));
  for (const [path, { bytes, executable }] of server) {
    const metadata = { ...build.METADATA, mode: executable ? '0755' : '0644' };
    files.set(`/etc/rsyslog.d/${path}` as RemotePath, build.serverFile(bytes, { metadata }));
  }
  const nothing = { listings: new Map(), directories: new Map(), shipped: new Map(), running: null };
  return compare(scope, copies, { files, ...nothing });
}

interface Wish {
  readonly env?: Readonly<Record<string, string>>;
  readonly showSecrets?: boolean;
  readonly change?: (file: FileVerdict) => FileVerdict;
}

async function patchFor(scope: Scope, server: Tree, wish: Wish = {}): Promise<Buffer> {
  const files = (await verdictsOf(scope, server)).map(wish.change ?? (f => f));
  const places = await findPlaces({ scope, files, directory: dir, env: wish.env ?? ENV });
  return renderPatch(build.server('lab', files), {
    git: build.GIT,
    places,
    showSecrets: wish.showSecrets ?? true,
    alsoSecret: [],
  });
}

const apply = (patch: Buffer, ...args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const argv = ['apply', '--whitespace=nowarn', ...args];
    const child = execFile('git', argv, { cwd: dir, env: ENV }, (error, _, stderr) => {
      if (error) reject(new Error(`git apply ${args.join(' ')}: ${stderr}\n${patch.toString('latin1')}`));
      else resolve();
    });
    child.stdin?.end(patch);
  });

/** In sync by the program's own judgement, and byte by byte. */
async function expectEqual(scope: Scope, server: Tree): Promise<void> {
  const verdicts = await verdictsOf(scope, server);
  expect(verdicts.filter(f => f.verdict !== 'in-sync')).toEqual([]);
  for (const [path, { bytes }] of server) {
    const copy = verdicts.find(f => f.name === `rsyslog.d/${path}`)?.git?.bytes;
    expect(copy?.toString('hex')).toBe(bytes.toString('hex'));
  }
}

const LINES = ['a', 'b', 'c', '', ' ', 'diff --git a/x b/x', '--- a/x', '@@ -1 +1 @@', '\\ No newline', 'ä'];
const someText = fc
  .tuple(fc.array(fc.constantFrom(...LINES), { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, end, finished]) => Buffer.from(lines.join(end) + (finished ? end : '')));
const content = fc.oneof(
  { weight: 4, arbitrary: someText },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map(b => Buffer.from(b)) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('', '\n', '\r', 'a\rb\n', '\xe4\n', '\x9b1m\n', '\0', '\u202e\n')
      .map(s => Buffer.from(s, 'latin1')),
  },
);
const oddName = fc
  .array(
    fc.oneof(
      fc.constantFrom(' ', '\t', '\n', '"', '\\', "'", '\xff', '\xc3\xa4', '-', '.', '{', ' => ', '\r'),
      fc.constantFrom('a', 'b', 'c'),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map(parts => `${parts.join('').replace(/^\.+/, '_')}.conf`);
const name = fc.oneof(fc.constantFrom('1.conf', '2.conf', '3.conf', '4.conf', '5.conf'), oddName);
const anyFile = fc.record({ bytes: content, executable: fc.boolean() });
const anyTree = fc.array(fc.tuple(name, anyFile), { maxLength: 8 }).map((entries): Tree => new Map(entries));

/** What a server makes of Git's files: edits, losses, renames, additions. */
const edit = fc.oneof(
  fc.record({ kind: fc.constant('keep' as const) }),
  fc.record({ kind: fc.constant('drop' as const) }),
  fc.record({ kind: fc.constant('rename' as const), to: name }),
  fc.record({ kind: fc.constant('append' as const), bytes: content }),
  fc.record({ kind: fc.constant('replace' as const), file: anyFile }),
);
const anyPair = fc
  .tuple(
    anyTree,
    fc.option(anyTree, { nil: null }),
    anyTree,
    fc.array(edit, { minLength: 16, maxLength: 16 }),
  )
  .map(([base, overlay, extra, edits]) => {
    const server = new Map<string, File>();
    [...base, ...(overlay ?? [])].forEach(([path, own], i) => {
      const how = edits[i] ?? { kind: 'keep' };
      if (how.kind === 'keep') server.set(path, own);
      if (how.kind === 'rename') server.set(how.to, own);
      if (how.kind === 'append') server.set(path, { ...own, bytes: Buffer.concat([own.bytes, how.bytes]) });
      if (how.kind === 'replace') server.set(path, how.file);
    });
    for (const [path, own] of extra) if (!server.has(path)) server.set(path, own);
    return { layers: overlay ? [base, overlay] : [base], server };
  });

const clear = (): void => rmSync(join(dir, 'cases'), { recursive: true, force: true });

git.describe('git apply', () => {
  test('makes Git equal to the server, and -R takes it back, for 500 pairs of trees', async () => {
    const BATCH = 25;
    // Git is asked once for a batch, and not at all where the repository begins: a child process costs 20 ms.
    const noGit = { PATH: '/nonexistent' };
    let drifted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyPair, { minLength: BATCH, maxLength: BATCH }), async pairs => {
        clear();
        const cases = pairs.map(({ layers, server }, i) => ({
          scope: writeLayers(`cases/${i}`, layers),
          server,
        }));
        const before = cases.map(({ scope }) => listing(scope));
        const patches = await Promise.all(
          cases.map(({ scope, server }) => patchFor(scope, server, { env: noGit })),
        );
        drifted += patches.filter(patch => patch.includes('diff --git')).length;
        const patch = Buffer.concat(patches);
        await apply(patch);
        for (const { scope, server } of cases) await expectEqual(scope, server);
        await apply(patch, '-R');
        expect(cases.map(({ scope }) => listing(scope))).toEqual(before);
      }),
      { numRuns: 500 / BATCH, endOnFailure: true },
    );
    expect(drifted).toBeGreaterThan(400);
  }, 120_000);

  /** One pair: the patch as text, after it was seen to work both ways. */
  async function roundTrip(scope: Scope, server: Tree, wish: Wish = {}): Promise<string> {
    const before = listing(scope);
    const patch = await patchFor(scope, server, wish);
    await apply(patch);
    await expectEqual(scope, server);
    await apply(patch, '-R');
    expect(listing(scope)).toEqual(before);
    return patch.toString('latin1');
  }

  const cases = (layers: readonly Tree[]): Scope => {
    clear();
    return writeLayers('cases', layers);
  };

  test('a rename stays one, and git says so', async () => {
    const patch = await roundTrip(cases([tree({ 'a.conf': 'x\n' })]), tree({ 'b \t"q".conf': 'x\n' }));
    expect(patch).toContain(
      [
        'similarity index 100%',
        'rename from "cases/layer 0/rsyslog.d/a.conf"',
        'rename to "cases/layer 0/rsyslog.d/b \\t\\"q\\".conf"',
      ].join('\n'),
    );
  });

  test("whether a file may be executed follows the server; other modes are the inventory's", async () => {
    const scope = cases([tree({ 'a.conf': 'x\n', 'b.conf': 'x\n' })]);
    const server = new Map([...tree({ 'b.conf': 'x\n' }), ['a.conf', file('y\n', true)] as const]);
    const patch = await patchFor(scope, server, {
      change: f =>
        f.name.endsWith('b.conf')
          ? {
              ...f,
              verdict: 'metadata',
              counted: true,
              notes: [{ code: 'mode', expected: '0644', actual: '0600' }],
            }
          : f,
    });
    expect(patch.toString()).toMatch(
      /\nold mode 100644\nnew mode 100755\nindex [0-9a-f]{40}\.\.[0-9a-f]{40}\n/,
    );
    expect(patch.toString()).toContain(
      '\n# not in this patch: rsyslog.d/b.conf: mode is 0600, expected 0644\n',
    );
    await apply(patch);
    expect(lstatSync(join(scope.layers[0] ?? '', 'rsyslog.d/a.conf')).mode & 0o777).toBe(0o755);
  });

  test('files that differ too much for a diff are replaced as a whole', async () => {
    const lines = (letter: string) => Array.from({ length: 3000 }, (_, i) => `${letter}${i}\n`).join('');
    const scope = cases([tree({ 'a.conf': lines('a'), 'b.conf': `${lines('a')}end` })]);
    const patch = await roundTrip(scope, tree({ 'a.conf': `${lines('b')}end`, 'b.conf': lines('c') }));
    expect(patch).toContain('\n@@ -1,3000 +1,3001 @@\n-a0\n');
  });

  test('a lost file goes from every layer; the winning copy is the one that changes', async () => {
    const scope = cases([
      tree({ 'a.conf': '1\n', 'b.conf': '1\n' }),
      tree({ 'a.conf': '2\n', 'b.conf': '2\n' }),
    ]);
    const patch = await roundTrip(scope, tree({ 'b.conf': '3\n', 'new.conf': 'new\n' }));
    expect([...patch.matchAll(/^diff --git "a\/cases\/(.*?)" /gm)].map(([, path]) => path)).toEqual([
      'layer 0/rsyslog.d/a.conf',
      'layer 1/rsyslog.d/a.conf',
      'layer 1/rsyslog.d/b.conf',
      'layer 1/rsyslog.d/new.conf',
    ]);
  });

  test('a copy that is a symbolic link becomes a file, and what it led to stays', async () => {
    const scope = cases([tree({ 'a.conf': 'x\n' })]);
    symlinkSync('a.conf', join(scope.layers[0] ?? '', 'rsyslog.d/b.conf'));
    symlinkSync('a.conf', join(scope.layers[0] ?? '', 'rsyslog.d/c.conf'));
    await roundTrip(scope, tree({ 'a.conf': 'x\n', 'b.conf': 'y\n' }));
  });

  test('paths are those of the repository, wherever the layers are and whoever runs it', async () => {
    const scope = cases([tree({ 'a.conf': 'x\n' })]);
    const patch = await patchFor(scope, tree({ 'a.conf': 'y\n' }));
    expect(patch.toString()).toContain('\n--- "a/cases/layer 0/rsyslog.d/a.conf"\n');
    const outside = mkdtempSync(join(tmpdir(), 'sshdrift-outside-'));
    await expect(
      findPlaces({ scope: { ...scope, layers: [outside] }, files: [], directory: dir, env: ENV }),
    ).rejects.toThrow(/is not below .*so that no patch could reach it/);
    rmSync(outside, { recursive: true });
  });

  test('what cannot be seen goes into the binary form, so that a patch is safe to print and to review', async () => {
    const odd = ['\u001b[2J\n', 'a\rb\n', '\u202etxt\n', '\u009b1m\n', '\ufeffx\n'].map(s => Buffer.from(s));
    const server = tree({
      ...Object.fromEntries([...odd, Buffer.from('\x9b1m\xe4\n', 'latin1')].map((s, i) => [`${i}.conf`, s])),
      'latin1.conf': Buffer.from('# f\xfcr alle\n', 'latin1'),
      'crlf.conf': '# für alle\r\n\tx\r\n',
    });
    const patch = await roundTrip(cases([tree({})]), server);
    expect(patch.match(/^GIT binary patch$/gm)).toHaveLength(6);
    expect(patch).toContain('\n+# f\xfcr alle\n');
    expect(patch.replace(/\r\n|[\n\t]/g, '')).not.toMatch(/[\0-\x1f\x7f]/);
  });

  test('in a repository of SHA-256 objects, binary patches name them so', async () => {
    const place = mkdtempSync(join(tmpdir(), 'sshdrift-sha256-'));
    const change = { from: null, to: { path: 'b', mode: '100644', bytes: Buffer.from('a\0') } } as const;
    execFileSync('git', ['init', '-q', '--object-format=sha256'], { cwd: place, env: ENV });
    const input = Buffer.from(patchFile(change, 'sha256', []).text, 'latin1');
    execFileSync('git', ['apply'], { cwd: place, env: ENV, input });
    expect(readFileSync(join(place, 'b'), 'latin1')).toBe('a\0');
    rmSync(place, { recursive: true });
  });
});

test('in sync: a patch that says so, and nothing to apply', async () => {
  const scope = writeLayers('in-sync', [tree({ 'a.conf': 'x\n' })]);
  const patch = await patchFor(scope, tree({ 'a.conf': 'x\n' }));
  expect(patch.toString()).toMatch(/^# lab, compared with commit 1a2b3c4d, .*nothing to apply\n$/);
});

describe('refuses', () => {
  const SECRET = 'a\nb\nc\nd\npwd="s3cret"\n';
  const scope = (git: string): Scope => writeLayers('refuses', [tree({ 'a.conf': git })]);
  const refusal = async (git: string, server: string | Buffer, wish: Wish = {}): Promise<string> => {
    const error = await patchFor(scope(git), tree({ 'a.conf': server }), {
      showSecrets: false,
      ...wish,
    }).then(
      () => null,
      reason => reason,
    );
    if (error === null) return '';
    expect(error).toBeInstanceOf(UserError);
    return `${error.message}\n${error.hint}`;
  };

  test.each([
    ['a changed password', SECRET, SECRET.replace('s3cret', 'other'), true],
    ['a password among the lines around a change', SECRET, SECRET.replace('c', 'C'), true],
    ['a password that the patch does not reach', SECRET, `X\n${SECRET.slice(2)}`, false],
    ['a password in what can only be carried as a whole', SECRET, `${SECRET}\0`, true],
    ['a password on a line of a value over several', 'x\n', 'pwd="a\nb\nc"\n', true],
  ])('%s', async (_, before, after, refused) => {
    const said = await refusal(before, after);
    expect(said).toMatch(refused ? /password or a key: .*a\.conf[\s\S]*--show-secrets/ : /^$/);
    expect(said).not.toMatch(/s3cret|other/);
    expect(await refusal(before, after, { showSecrets: true })).toBe('');
  });

  test('what was not transferred or not compared, by name', async () => {
    const large = await refusal('x\n', 'y\n', {
      change: f =>
        f.verdict === 'modified' && f.server ? { ...f, server: { ...f.server, bytes: null } } : f,
    });
    expect(large).toMatch(/equal to lab:\n\/etc\/rsyslog\.d\/a\.conf was not transferred \(2 bytes\)/);
    const locked = await refusal('x\n', 'y\n', {
      change: f => ({ ...f, verdict: 'not-compared', counted: false, cause: 'unreadable', server: null }),
    });
    expect(locked).toContain('/etc/rsyslog.d/a.conf cannot be read: permission denied');
    const other = await refusal('x\n', 'y\n', {
      change: f => ({
        ...f,
        verdict: 'unmanaged',
        counted: true,
        server: null,
        notes: [{ code: 'not-a-file', type: 'directory' }],
      }),
    });
    expect(other).toContain('is not a regular file but a directory');
  });

  test('nothing for drift that does not count', async () => {
    const patch = await patchFor(scope('x\n'), tree({ 'a.conf': 'x\n', 'z.conf': 'z\n' }), {
      change: f => ({ ...f, counted: false }),
    });
    expect(patch.toString()).toContain('nothing to apply');
  });
});
