// Memory and time of the engine as a fleet grows, without SSH: servers are made up and answer at once, 2 % have drifted,
// each is rendered with its diff and let go, as `sshdrift check --diff` does. Says how many bytes a further server costs.
//
//   node --expose-gc test/bench/fleet.mjs [SERVERS…]

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');
const sizes = process.argv.slice(2).map(Number);
const dir = mkdtempSync(join(tmpdir(), 'sshdrift-bench-'));
const outfile = join(dir, 'engine.mjs');
await build({
  stdin: {
    contents: `
      export { checkFleet } from './src/engine/check-fleet.ts';
      export { withoutContents } from './src/domain/without-contents.ts';
      export { textPieces } from './src/render/text.ts';
      export { createStyle } from './src/render/style.ts';
      export { madeFleet } from './test/support/made-fleet.ts';`,
    resolveDir: ROOT,
  },
  ...{ bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error', external: ['ssh2'] },
});
const { checkFleet, withoutContents, textPieces, createStyle, madeFleet } = await import(
  pathToFileURL(outfile).href
);

async function measure(servers) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed + process.memoryUsage().external;
  const { fleet, ports } = madeFleet(servers, i => i % 50 === 0);
  const pieces = textPieces({
    ...{
      style: createStyle(false),
      diff: true,
      context: 3,
      showSecrets: false,
      quiet: false,
      verbose: false,
    },
  });
  let written = 0;
  const began = performance.now();
  const report = await checkFleet(fleet, ports, {
    atOnce: { busy: 32, open: 256 },
    timeoutMs: 600_000,
    signal: new AbortController().signal,
    follower: {
      tried: () => {},
      checked: async server => {
        written += pieces.server(server, null).length;
        return withoutContents(server);
      },
    },
  });
  const ms = performance.now() - began;
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  const drifted = report.servers.filter(server => server.status === 'OUT_OF_SYNC').length;
  if (drifted !== Math.ceil(servers / 50)) throw new Error(`${drifted} drifted`);
  return { servers, ms, kept: heapUsed + external - before, rss, written, fleet };
}

try {
  await measure(100); // warm
  let last = null;
  console.log('servers      ms  ms/server  KiB kept  KiB per further server  RSS MiB');
  for (const size of sizes.length > 0 ? sizes : [100, 500, 1000, 2000, 5000, 10_000]) {
    const { fleet: _, ...now } = await measure(size);
    const more = last ? (now.kept - last.kept) / (size - last.servers) / 1024 : now.kept / size / 1024;
    console.log(
      [
        String(size).padStart(7),
        now.ms.toFixed(0).padStart(8),
        (now.ms / size).toFixed(2).padStart(10),
        (now.kept / 1024).toFixed(0).padStart(9),
        more.toFixed(1).padStart(23),
        (now.rss / 1024 ** 2).toFixed(0).padStart(8),
      ].join(' '),
    );
    last = now;
  }
} finally {
  rmSync(dir, { recursive: true });
}
