#!/usr/bin/env node
// Becomes dist/main.js: loads the bundles beside it, out of V8's code cache where there is one that fits. Compiling them
// would take longer than asking a server.
//
// - A cache is read from this directory and nowhere else: who can write here can change the program itself.
// - Its name says for which source, V8, system and processor it was made, since V8 itself takes any source of the same
//   length: an update that is copied over an older one must not go on running that. V8 refuses a cache for other flags.
//   Then the source is compiled, as it is where there is no cache, and nothing else changes.

'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const { platform, arch, versions } = process;
const KIND = `${versions.v8}-${platform}-${arch}.cache`;

/** Packages that have a bundle of their own, filled in by bundle.mjs. */
const LATER = [];

/** The hash of each bundle, by its name, filled in as well. */
const HASHES = {};

const loaded = new Map();

/** `require` of the bundles. */
const requireFrom = id => {
  const [name] = id.split('/');
  return LATER.includes(name) ? load(name)[id]() : require(id);
};

function load(name) {
  const known = loaded.get(name);
  if (known) return known;
  const exports = {};
  loaded.set(name, exports);
  const filename = join(__dirname, `${name}.js`);
  // ASCII, see bundle.mjs: V8 keeps one byte of each character. The whole file is one function.
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    cachedData: cacheOf(name, filename),
  });
  script.runInThisContext()(exports, requireFrom, { exports }, filename, __dirname);
  return exports;
}

function cacheOf(name, filename) {
  try {
    return readFileSync(`${filename}.${HASHES[name]}-${KIND}`);
  } catch {
    return undefined;
  }
}

load('sshdrift');
