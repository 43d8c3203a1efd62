// Preloaded by warm-up.mjs, so that nothing of this is in the program itself: remembers the scripts that start.cjs makes,
// and writes their caches when the run is over, with the functions that were compiled meanwhile.

'use strict';

const { createHash } = require('node:crypto');
const { writeFileSync } = require('node:fs');
const vm = require('node:vm');

const scripts = new Map();

vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    const hash = createHash('sha256').update(source, 'latin1').digest('hex').slice(0, 16);
    scripts.set(`${options.filename}.${hash}`, this);
  }
};

process.on('exit', () => {
  const { platform, arch, versions } = process;
  for (const [bundle, script] of scripts)
    writeFileSync(`${bundle}-${versions.v8}-${platform}-${arch}.cache`, script.createCachedData());
});
