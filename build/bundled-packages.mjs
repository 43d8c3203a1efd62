// The packages that went into dist/, as the source maps of the bundles tell: what is there, not what was asked for.

import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../', import.meta.url);
const read = path => readFileSync(new URL(path, ROOT), 'utf8');

/** The name of the package that a source belongs to; null for our own. */
function packageOf(source) {
  const at = source.lastIndexOf('node_modules/');
  return at === -1 ? null : /^(?:@[^/]+\/)?[^/]+/.exec(source.slice(at + 'node_modules/'.length))[0];
}

/** Sorted by name: name, version, licence (an SPDX identifier) and its text. Throws if a package has none of it. */
export function bundledPackages() {
  const maps = readdirSync(new URL('dist/', ROOT)).filter(name => name.endsWith('.map'));
  if (maps.length === 0) throw new Error('no source maps in dist: build first');
  const sources = maps.flatMap(map => JSON.parse(read(`dist/${map}`)).sources);
  return [...new Set(sources.map(packageOf))]
    .filter(name => name !== null)
    .sort()
    .map(name => {
      const directory = new URL(`node_modules/${name}/`, ROOT);
      const { version, license, licenses } = JSON.parse(read(`node_modules/${name}/package.json`));
      const file = readdirSync(directory).find(entry => /^(licen[cs]e|copying)(\.\w+)?$/i.test(entry));
      const spdx = license ?? licenses?.[0]?.type;
      if (!file || !spdx) throw new Error(`${name} says nothing about its licence`);
      return { name, version, license: spdx, text: read(`node_modules/${name}/${file}`).trim() };
    });
}
