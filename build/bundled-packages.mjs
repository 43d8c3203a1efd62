// The packages that went into the bundles, as esbuild tells: what is there, not what was asked for.

import { readdirSync, readFileSync } from 'node:fs';

const read = path => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** The name of the package that a source belongs to; undefined for our own. */
const packageOf = source => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];

/** Sorted by name: name, version, licence (an SPDX identifier) and its text. Throws if a package has none of it. */
export function bundledPackages(metafiles) {
  const outputs = metafiles.flatMap(({ outputs }) => Object.values(outputs));
  const sources = outputs.flatMap(({ inputs }) => Object.keys(inputs));
  return [...new Set(sources.flatMap(source => packageOf(source) ?? []))].sort().map(name => {
    const { version, license, licenses } = JSON.parse(read(`node_modules/${name}/package.json`));
    const files = readdirSync(new URL(`../node_modules/${name}/`, import.meta.url));
    const file = files.find(entry => /^(licen[cs]e|copying)(\.\w+)?$/i.test(entry));
    const spdx = license ?? licenses?.[0]?.type;
    if (!file || !spdx) throw new Error(`${name} says nothing about its licence`);
    return { name, version, license: spdx, text: read(`node_modules/${name}/${file}`).trim() };
  });
}
