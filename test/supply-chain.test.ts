// What comes from elsewhere: which packages, whether exactly those, under which licences, what they may do while they
// are installed, and that the bundle is made of them and of nothing else, alike everywhere.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import pkg from '../package.json' with { type: 'json' };
import lock from '../package-lock.json' with { type: 'json' };
import { needs } from './support/programs.ts';
import { createRepository, inventoryOf } from './support/repository.ts';
import { run } from './support/run.ts';
import { startSshd } from './support/sshd.ts';

const ROOT = join(import.meta.dirname, '..');
const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}
const locked = Object.entries(lock.packages as Readonly<Record<string, Locked>>).filter(
  ([path]) => path !== '',
);

/** The name of the package that a path or a source lies in; null for our own. */
const packageOf = (path: string): string | null =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? null;

/** As the bundles themselves say: every module stands below its path. */
const sources: readonly string[] = readdirSync(join(ROOT, 'dist'))
  .filter(name => name.endsWith('.js'))
  .flatMap(name => text(`dist/${name}`).match(/^ *\/\/ \S*node_modules\/\S+$/gm) ?? []);
const bundled = [...new Set(sources.map(packageOf))].filter(name => name !== null).sort();

const temporary: string[] = [];
const newDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'sshdrift-supply-'));
  temporary.push(dir);
  return dir;
};
afterAll(() => {
  for (const dir of temporary) rmSync(dir, { recursive: true });
});

test('the lock file names every package by version and hash, none by an address', () => {
  expect(locked.length).toBeGreaterThan(50);
  const loose = locked.filter(
    ([, { version = '', integrity = '', resolved, link }]) =>
      !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version) ||
      !/^sha512-[\w+/]{86}==$/.test(integrity) ||
      resolved !== undefined ||
      link !== undefined,
  );
  expect(loose.map(([path]) => path)).toEqual([]);
  const wanted = { ...pkg.dependencies, ...pkg.devDependencies };
  expect(Object.entries(wanted).filter(([, range]) => !/^\^?\d+\.\d+\.\d+$/.test(range))).toEqual([]);
});

test('no install script is run, and no package but these has one', () => {
  expect(text('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  const scripted = locked
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => packageOf(path));
  // Native code that ssh2 does without, and esbuild's check of its own binary.
  expect(scripted.sort()).toEqual(['cpu-features', 'esbuild', 'ssh2']);
});

test('the bundle holds what package.json asks for, what that needs, and nothing else', () => {
  const needed = new Set<string>();
  const visit = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    const { dependencies = {} } = JSON.parse(text(`node_modules/${name}/package.json`));
    for (const dependency of Object.keys(dependencies)) visit(dependency);
  };
  for (const name of Object.keys(pkg.dependencies)) visit(name);
  expect(bundled).toEqual([...needed].sort());
});

test('every licence in the bundle lets it be passed on, and goes with it', () => {
  const notices = text('dist/THIRD-PARTY.txt');
  for (const name of bundled) {
    const { version, license, licenses } = JSON.parse(text(`node_modules/${name}/package.json`));
    const spdx = license ?? licenses[0].type;
    expect(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Unlicense']).toContain(spdx);
    expect(notices).toContain(`\n${name} ${version} (${spdx})\n`);
    const file =
      readdirSync(join(ROOT, 'node_modules', name)).find(entry => /^licen[cs]e/i.test(entry)) ?? '';
    expect(notices).toContain(text(`node_modules/${name}/${file}`).trim());
  }
  const listing = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: 'pipe',
  });
  const packed = JSON.parse(listing)[0].files.map(({ path }: { readonly path: string }) => path);
  expect(packed).toEqual(
    expect.arrayContaining(['LICENSE', 'dist/THIRD-PARTY.txt', 'dist/sbom.cdx.json', 'dist/main.js']),
  );
});

test('the SBOM lists the bundled packages with the hashes of the lock file, and no others', () => {
  const sbom = JSON.parse(text('dist/sbom.cdx.json'));
  expect(sbom).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    metadata: { component: { version: pkg.version } },
  });
  const components: readonly {
    name: string;
    version: string;
    hashes: { content: string }[];
    'bom-ref': string;
  }[] = sbom.components;
  const listed = components.map(({ name, version, hashes }) => ({
    name,
    version,
    integrity: `sha512-${Buffer.from(hashes[0]?.content ?? '', 'hex').toString('base64')}`,
  }));
  const expected = bundled.map(name => {
    const { version, integrity } = Object.fromEntries(locked)[`node_modules/${name}`] ?? {};
    return { name, version, integrity };
  });
  expect(listed).toEqual(expected);
  const refs = [sbom.metadata.component, ...components].map(component => component['bom-ref']);
  expect(sbom.dependencies.map(({ ref }: { ref: string }) => ref)).toEqual(refs);
  const reached: readonly string[] = sbom.dependencies.flatMap(
    ({ dependsOn }: { dependsOn: string[] }) => dependsOn,
  );
  expect([...new Set(reached)].sort()).toEqual(refs.slice(1).sort());
});

/** A directory with the sources, and only the packages that are bundled or bundle. */
function sourcesIn(parent: string): string {
  const dir = join(parent, 'sshdrift');
  const own = ['src', 'build', 'files', 'package.json', 'package-lock.json', '.npmrc', 'tsconfig.json'];
  const used = [...bundled, 'esbuild', '@esbuild'].map(name => `node_modules/${name}`);
  for (const path of [...own, ...used].filter(name => existsSync(join(ROOT, name))))
    cpSync(join(ROOT, path), join(dir, path), { recursive: true, dereference: true });
  mkdirSync(join(dir, 'node_modules/.bin'));
  cpSync(join(ROOT, 'node_modules/.bin/esbuild'), join(dir, 'node_modules/.bin/esbuild'), {
    verbatimSymlinks: true,
  });
  return dir;
}

const npmRun = (dir: string, script: string): void =>
  void execFileSync('npm', ['run', '--silent', script], { cwd: dir, stdio: 'pipe', timeout: 60_000 });

function buildIn(parent: string): string {
  const dir = sourcesIn(parent);
  npmRun(dir, 'build');
  return join(dir, 'dist');
}

/** Files by name; V8's cache of compiled code, if there is one, differs by machine and is only a copy of the rest. */
const contents = (dir: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(dir)
      .filter(name => !name.endsWith('.cache'))
      .map(name => [name, readFileSync(join(dir, name), 'latin1')]),
  );

test('the tarball of a fresh clone holds a program that runs, though no script of npm does', () => {
  const dir = sourcesIn(newDir());
  expect(existsSync(join(dir, 'dist'))).toBe(false);
  npmRun(dir, 'tarball');
  const alone = newDir();
  execFileSync('tar', ['-xzf', join(dir, `sshdrift-${pkg.version}.tgz`), '-C', alone]);
  const main = join(alone, 'package', pkg.bin.sshdrift);
  const version = execFileSync(process.execPath, [main, '--version'], { encoding: 'utf8', cwd: alone });
  expect(version).toContain(pkg.version);
});

needs('sshd', 'ssh-keygen').test(
  'two builds are the same, byte for byte, and run without anything else',
  async () => {
    const [one, two] = [buildIn(newDir()), buildIn(join(newDir(), 'elsewhere/deep'))];
    const [first, second] = [contents(one), contents(two)];
    expect(Object.keys(first)).toEqual(Object.keys(second));
    for (const name of Object.keys(first)) expect(first[name] === second[name], name).toBe(true);
    expect(Object.keys(first)).toEqual(expect.arrayContaining(['main.js', 'THIRD-PARTY.txt']));

    // No package, and so no native code either, can be found from here.
    const alone = newDir();
    cpSync(one, join(alone, 'dist'), { recursive: true });
    expect(
      readdirSync(alone, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.node')),
    ).toEqual([]);
    const server = await startSshd();
    const repo = createRepository({ 'files/rsyslog.conf': 'main\n' });
    await server.write({ 'rsyslog.conf': 'main\n' });
    repo.write({ 'inventory.yaml': inventoryOf({ lab: server }) });
    const args = ['check', '-i', join(repo.dir, 'inventory.yaml'), '--ssh-config', 'none'];
    expect(String(await run([process.execPath, join(alone, 'dist/main.js'), ...args]))).toContain(
      '✓ SYNCED lab',
    );
    repo.remove();
    await server.stop();
  },
);
