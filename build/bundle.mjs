// `npm run build`: src/ and the packages that it uses as a few files in dist/, or another directory that is named. The
// bundles are the same bytes in every build; the code caches are not.
//
// - main.js (start.cjs) starts; sshdrift.js is the program; each package of LATER is a file of its own, loaded when the
//   program first imports it. CommonJS, because Node 20 takes V8's code cache for nothing else.
// - Nothing is minified, and each module stands under its name: so stack traces say enough. Node 20 reads no source map
//   of a script that has a code cache.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundledPackages } from './bundled-packages.mjs';
import { noticesOf } from './notices.mjs';
import { sbomOf } from './sbom.mjs';
import { warmUp } from './warm-up.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = resolve(process.argv[2] ?? join(ROOT, 'dist'));

/** Packages that a run needs later than its first milliseconds, or not at all. */
const LATER = ['ssh2', 'undici'];

const options = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.18',
  // Without it `import()` of what is outside a bundle would pass by the loader in start.cjs.
  supported: { 'dynamic-import': false },
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
  legalComments: 'inline',
  logLevel: 'warning',
  absWorkingDir: ROOT,
  metafile: true,
};

mkdirSync(DIST, { recursive: true });
// What an older build left.
for (const file of readdirSync(DIST)) if (/\.(cache|map)$/.test(file)) rmSync(join(DIST, file));
const program = await build({
  ...options,
  entryPoints: ['src/main.ts'],
  outfile: join(DIST, 'sshdrift.js'),
  external: LATER.flatMap(name => [name, `${name}/*`]),
});

const imported = new Set(
  Object.values(program.metafile.inputs).flatMap(({ imports }) =>
    imports
      .filter(({ external, path }) => external && LATER.includes(path.split('/')[0]))
      .map(({ path }) => path),
  ),
);
const metafiles = [program.metafile];
for (const name of LATER) {
  const parts = [...imported].filter(path => path.split('/')[0] === name).sort();
  const contents = parts.map(path => `exports['${path}'] = () => require('${path}');`).join('\n');
  const { metafile } = await build({
    ...options,
    stdin: { contents, resolveDir: ROOT, sourcefile: `${name}.cjs` },
    outfile: join(DIST, `${name}.js`),
    // Native code, which ssh2 does without.
    external: ['cpu-features', '*.node'],
  });
  metafiles.push(metafile);
}

const packages = bundledPackages(metafiles);
writeFileSync(join(DIST, 'THIRD-PARTY.txt'), noticesOf(packages));
writeFileSync(join(DIST, 'sbom.cdx.json'), sbomOf(packages));

// esbuild leaves comments, regular expressions and tagged templates as they are. What a tag sees as `raw` changes here.
const hashes = {};
for (const name of ['sshdrift', ...LATER]) {
  const file = join(DIST, `${name}.js`);
  const unit = char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const source = readFileSync(file, 'utf8').replace(/[^\0-\x7f]/g, unit);
  writeFileSync(file, source);
  hashes[name] = createHash('sha256').update(source).digest('hex').slice(0, 16);
}

// The package is one of ES modules; these files are not.
writeFileSync(join(DIST, 'package.json'), '{ "type": "commonjs" }\n');
const start = readFileSync(new URL('start.cjs', import.meta.url), 'utf8');
const main = start
  .replace('LATER = []', `LATER = ${JSON.stringify(LATER)}`)
  .replace('HASHES = {}', `HASHES = ${JSON.stringify(hashes)}`);
writeFileSync(join(DIST, 'main.js'), main, { mode: 0o755 });
await warmUp(join(DIST, 'main.js'));
