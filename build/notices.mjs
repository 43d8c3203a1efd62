// THIRD-PARTY.txt: the licences of the packages in the bundles ask for their text to go with them.

const HEAD = 'sshdrift contains these packages, under the licences that follow their names.\n';

export const noticesOf = packages =>
  [
    HEAD,
    ...packages.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`),
  ].join(`\n${'-'.repeat(80)}\n\n`);
