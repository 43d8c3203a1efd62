import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileVerdict } from '../../src/domain/file-verdict.ts';
import type { Server } from '../../src/domain/inventory.ts';
import { parseInventory } from '../../src/domain/parse-inventory.ts';
import { showPath } from '../../src/domain/remote-path.ts';
import { type InventoryEntry, startingInventory } from '../../src/domain/starting-inventory.ts';
import { type Found, startingRepository } from '../../src/domain/starting-repository.ts';
import { matchesWatch } from '../../src/domain/watch.ts';
import { pathOf, unmanaged, unmanagedOther } from '../support/builders.ts';
import { destinationOf } from '../support/connecting.ts';

const SERVERS = parseInventory({
  text: 'servers: {relay-1: {}, relay-2: {}, "10": {}, "null": {}}',
  file: 'inventory.yaml',
  directory: '/repo',
  home: '/home/op',
}).servers;
const serverOf = (name: string): Server =>
  SERVERS.find(server => server.name === name) ?? expect.fail(`no ${name}`);
const found = (name: string, ...files: readonly FileVerdict[]): Found => ({ server: serverOf(name), files });

/** What a server should have by its layers. */
const layered = (start: ReturnType<typeof startingRepository>, name: string): Record<string, string> => {
  const layers = start.servers.find(server => server.name === name)?.layers ?? [];
  return Object.fromEntries(
    layers.flatMap(layer =>
      start.files
        .filter(({ path }) => path.startsWith(`${layer}/`))
        .map(({ path, bytes }) => [path.slice(layer.length + 1), bytes.toString()]),
    ),
  );
};

test('whatever servers have, their layers say just that, and files/ holds what all of them have', () => {
  const trees = fc.array(
    fc.dictionary(fc.constantFrom('a.conf', 'b.conf', 'd/c.conf', 'd/d.conf'), fc.constantFrom('', 'x', 'y')),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(trees, all => {
      const names = ['relay-2', 'relay-1', 'null', '10'];
      const start = startingRepository(
        all.map((tree, i) =>
          found(
            names[i] ?? '',
            ...Object.entries(tree).map(([name, text]) => unmanaged(`/etc/${name}`, text)),
          ),
        ),
      );
      all.forEach((tree, i) => {
        expect(layered(start, names[i] ?? '')).toEqual({ ...tree });
      });
      const common = Object.keys(all[0] ?? {}).filter(name => all.every(tree => name in tree));
      const base = start.files.filter(({ path }) => path.startsWith('files/'));
      expect(base.map(({ path }) => path)).toEqual(common.sort().map(name => `files/${name}`));
      for (const { path, bytes } of base) expect(bytes.toString()).toBe(all[0]?.[path.slice(6)]);
    }),
  );
});

test('what could not be read on one server does not move the copy that others have', () => {
  const start = startingRepository([
    found('relay-1', unmanaged('/etc/a.conf', 'a'), unmanaged('/etc/b.conf', 'b')),
    found(
      'relay-2',
      unmanaged('/etc/a.conf', 'a'),
      unmanagedOther('/etc/b.conf', { notes: [{ code: 'unreadable' }] }),
    ),
  ]);
  expect(start.files.map(({ path }) => path)).toEqual(['files/a.conf', 'files/b.conf']);
  expect(start.servers[1]?.leftOut).toEqual([
    { path: '/etc/b.conf', name: 'b.conf', reason: 'cannot be read: permission denied' },
  ]);
  expect(start.lacking).toEqual([]);
});

test.each(['/etc/.git', '/etc/x/.gitattributes', '/etc/../up', '/etc/./x', '/etc//x', '/etc/x/..'])(
  '%s is not copied',
  path => {
    const start = startingRepository([found('relay-1', unmanaged('/etc/a', 'a'), unmanaged(path, 'evil'))]);
    expect(start.files.map(file => file.path)).toEqual(['files/a']);
  },
);

describe('the inventory', () => {
  const entry = (found_: Found, more: Partial<InventoryEntry['destination']> = {}): InventoryEntry => ({
    server: found_.server,
    destination: { ...destinationOf({ host: found_.server.host, port: 22, user: 'deploy' }), ...more },
    from: startingRepository([found_]).servers[0] ?? expect.fail(),
  });
  const text = (...entries: readonly InventoryEntry[]): string =>
    startingInventory('rsyslog', entries as [InventoryEntry, ...InventoryEntry[]]);
  const parse = (written: string) =>
    parseInventory({ text: written, file: 'inventory.yaml', directory: '/repo', home: '/home/op' });
  const dangling = (path: string | Buffer): FileVerdict =>
    unmanagedOther(path, { notes: [{ code: 'dangling-link' }] });

  test('a rule of it matches the file that it is about, whatever its name', () => {
    const name = fc
      .uint8Array({ minLength: 1, maxLength: 12 })
      .map(bytes => bytes.map(b => (b === 0 || b === 47 ? 42 : b)));
    fc.assert(
      fc.property(name, bytes => {
        if (bytes[0] === 46) return;
        const path = Buffer.concat([Buffer.from('/etc/rsyslog.d/'), bytes, Buffer.from('.conf')]);
        const [server] = parse(
          text(entry(found('relay-1', unmanaged('/etc/a', ''), dangling(path)))),
        ).servers;
        expect(server?.scope.ignore).toHaveLength(1);
        expect(server?.scope.ignore.every(rule => matchesWatch(rule.watch, pathOf(path)))).toBe(true);
      }),
    );
  });

  test('says once what goes for all, and keeps apart what does not', () => {
    const one = found('relay-1', unmanaged('/etc/a', ''), dangling('/etc/both'), dangling('/etc/one'));
    const two = found('10', unmanaged('/etc/a', ''), dangling('/etc/both'));
    const written = text(
      entry(one),
      entry(two, { user: 'root', port: 2222 }),
      entry(found('null', unmanaged('/etc/a', ''), dangling('/etc/both'))),
    );
    expect(written.split('\n').slice(2)).toEqual([
      'repo: rsyslog',
      'files: files',
      'root: /etc',
      'watch: [/etc/rsyslog.conf, /etc/rsyslog.d/*.conf]',
      'ignore:',
      '  - {path: /etc/both, reason: is a symbolic link to nothing}',
      'ssh: {known_hosts: known_hosts}',
      'servers:',
      '  relay-1:',
      '    host: relay-1',
      '    ssh: {user: deploy}',
      '    ignore:',
      '      - {path: /etc/one, reason: is a symbolic link to nothing}',
      '  "10": {host: "10", ssh: {user: root, port: 2222}}',
      '  "null": {host: "null", ssh: {user: deploy}}',
      '',
    ]);
  });

  test('says for all what holds for all', () => {
    const one = found('relay-1', unmanaged('/etc/a', ''));
    const two = found('relay-2', unmanaged('/etc/a', ''));
    const written = text(entry(one, { become: 'sudo' }), entry(two));
    expect(written.split('\n').slice(2)).toEqual([
      'repo: rsyslog',
      'files: files',
      'root: /etc',
      'watch: [/etc/rsyslog.conf, /etc/rsyslog.d/*.conf]',
      'ssh: {user: deploy, known_hosts: known_hosts, become: sudo}',
      'servers:',
      '  relay-1: {host: relay-1}',
      '  relay-2: {host: relay-2}',
      '',
    ]);
  });

  test('names the layers of each server where they differ', () => {
    const start = startingRepository([
      found('relay-1', unmanaged('/etc/a', 'a'), unmanaged('/etc/b', 'b')),
      found('relay-2', unmanaged('/etc/a', 'a')),
    ]);
    const entries = start.servers.map(from => ({ ...entry(found(from.name)), from }));
    expect(parse(text(...entries)).servers.map(({ scope }) => scope.layers)).toEqual([
      ['/repo/files', '/repo/overlays/relay-1'],
      ['/repo/files'],
    ]);
  });

  test('is valid for odd names of repositories', () => {
    for (const repo of ['', ' x', 'a\nb', '# no', 'true', '0x1f', 'über: alles'])
      expect(() =>
        parse(startingInventory(repo, [entry(found('relay-1', unmanaged('/etc/a', '')))])),
      ).not.toThrow();
  });

  test('tells what another machine would have to know about the way', () => {
    const hop = destinationOf({ host: 'bastion', port: 22, user: 'me' });
    const plain = found('relay-1', unmanaged('/etc/a', ''));
    const written = text(entry(plain, { host: '192.0.2.7', via: { kind: 'jump', hop } }));
    expect(written).toMatch(/^ {2}# .*it is 192\.0\.2\.7 and lies behind me@bastion; .*\n {2}relay-1: /m);
    expect(parse(written).servers[0]?.host).toBe('relay-1');
    expect(text(entry(plain))).not.toContain('configuration of');
  });
});

test('a file that some servers lack is told, and is in the layers of those that have it', () => {
  const start = startingRepository([
    found('relay-1', unmanaged('/etc/a', 'a'), unmanaged('/etc/b', 'b')),
    found('relay-2', unmanaged('/etc/b', 'b')),
    found('10', unmanaged('/etc/b', 'b')),
  ]);
  expect(start.lacking).toEqual([{ name: 'a', servers: ['relay-2', '10'] }]);
  expect(start.files.map(({ path }) => path)).toEqual(['files/b', 'overlays/relay-1/a']);
});

test('of layers that have nothing in common there is no lowest one', () => {
  const start = startingRepository([
    found('relay-1', unmanaged('/etc/a', 'a')),
    found('relay-2', unmanaged('/etc/b', 'b')),
  ]);
  expect(start.servers.map(({ layers }) => layers)).toEqual([['overlays/relay-1'], ['overlays/relay-2']]);
});

test('names are shown escaped nowhere but in messages', () => {
  const odd = Buffer.from('/etc/\xe9.conf', 'latin1');
  const { files } = startingRepository([found('relay-1', unmanaged(odd, ''))]);
  expect(files[0]?.path).toBe('files/\xe9.conf');
  expect(showPath(files[0]?.path ?? '')).toBe('files/\\xe9.conf');
});

describe('a file that a package ships', () => {
  const shipped = (unmodified: boolean) => ({ package: { name: 'rsyslog', unmodified } });
  const own = unmanaged('/etc/rsyslog.d/30-lab.conf', 'lab');
  const packaged = (unmodified: boolean) =>
    unmanaged('/etc/rsyslog.d/50-default.conf', 'd', shipped(unmodified));
  const start = (...files: readonly FileVerdict[]) => startingRepository([found('relay-1', ...files)]);

  test('is left to the package if nobody edited it, without an ignore rule that would hide an edit', () => {
    const { files, packaged: left, servers } = start(own, packaged(true));
    expect(files.map(({ path }) => path)).toEqual(['files/rsyslog.d/30-lab.conf']);
    expect(left).toEqual([{ name: 'rsyslog.d/50-default.conf', package: 'rsyslog' }]);
    expect(servers[0]?.leftOut).toEqual([]);
  });

  test('is copied once it is edited, on one server at least', () => {
    const both = startingRepository([
      found('relay-1', own, packaged(true)),
      found('relay-2', own, packaged(false)),
    ]);
    expect(both.packaged).toEqual([]);
    expect(both.files.some(({ path }) => path.includes('50-default.conf'))).toBe(true);
  });

  test('is copied if there would be nothing else to compare', () => {
    expect(start(packaged(true)).files.length).toBe(1);
  });
});
