// Preloaded by warm-up.mjs, so that nothing of this is in the program itself: remembers the scripts that start.cjs makes,
// and writes their caches when the run is over, with the functions that were compiled meanwhile.

'use strict';

const { writeFileSync } = require('node:fs');
const vm = require('node:vm');

const scripts = new Map();

vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    scripts.set(options.filename, this);
  }
};

process.on('exit', () => {
  const { platform, arch, versions } = process;
  for (const [filename, script] of scripts)
    writeFileSync(`${filename}.${versions.v8}-${platform}-${arch}.cache`, script.createCachedData());
});
