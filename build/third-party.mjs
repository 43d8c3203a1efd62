// Writes dist/THIRD-PARTY.txt: the licences of the packages in the bundle ask for their text to go with it.

import { writeFileSync } from 'node:fs';
import { bundledPackages } from './bundled-packages.mjs';

const notices = bundledPackages().map(
  ({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`,
);
const head = 'sshdrift contains these packages, under the licences that follow their names.\n';
writeFileSync(new URL('../dist/THIRD-PARTY.txt', import.meta.url), [head, ...notices].join(`\n${'-'.repeat(80)}\n\n`));
