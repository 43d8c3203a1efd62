// What is in the bundles as CycloneDX 1.5, with the hashes of the lock file. Alike in every build, so without a time and a
// serial number. `npm sbom` would list what the lock file calls for, which is neither all of it (`yaml` is left out, since
// a development tool would like to have it too) nor nothing else (ssh2's native code).

import { readFileSync } from 'node:fs';

const read = path => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'));
const { name, version, license } = read('package.json');
const locked = read('package-lock.json').packages;

const purl = (of, at) => `pkg:npm/${of.replace('@', '%40')}@${at}`;
const hashOf = integrity => ({
  alg: 'SHA-512',
  content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex'),
});

const refOf = of => purl(of, locked[`node_modules/${of}`].version);

const component = (type, of, at, spdx) => ({
  type,
  'bom-ref': purl(of, at),
  name: of,
  version: at,
  purl: purl(of, at),
  licenses: [{ license: { id: spdx } }],
});

export function sbomOf(packages) {
  const names = new Set(packages.map(bundled => bundled.name));
  const dependsOn = of =>
    Object.keys(of.dependencies ?? {})
      .filter(dependency => names.has(dependency))
      .sort()
      .map(refOf);
  const sbom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: component('application', name, version, license) },
    components: packages.map(bundled => ({
      ...component('library', bundled.name, bundled.version, bundled.license),
      hashes: [hashOf(locked[`node_modules/${bundled.name}`].integrity)],
    })),
    dependencies: [
      { ref: purl(name, version), dependsOn: dependsOn(locked['']) },
      ...packages.map(bundled => ({
        ref: refOf(bundled.name),
        dependsOn: dependsOn(locked[`node_modules/${bundled.name}`]),
      })),
    ],
  };
  return `${JSON.stringify(sbom, null, 2)}\n`;
}
