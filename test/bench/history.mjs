// What origins cost on a long history: `node test/bench/history.mjs [commits]`. See README.md here.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const COMMITS = Number(process.argv[2] ?? 10_000);
const ROUNDS = 7;
const ROOT = join(import.meta.dirname, '../..');
const dir = mkdtempSync(join(tmpdir(), 'sshdrift-bench-'));
const repository = join(dir, 'repository');
const env = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };

/** A stream for `git fast-import`: 51 files of 60 lines, one line of one file changed in each commit, always alike. */
function stream() {
  let seed = 1;
  const random = below => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const names = Array.from({ length: 50 }, (_, i) => `files/rsyslog.d/${10 + i}-part.conf`);
  const files = new Map(
    [...names, 'files/rsyslog.conf'].map(name => [
      name,
      Array.from({ length: 60 }, (_, i) => `# ${name} line ${i}`),
    ]),
  );
  const parts = [];
  const textOf = name => `${files.get(name).join('\n')}\n`;
  for (let index = 0; index < COMMITS; index += 1) {
    const message = `Change ${index}`;
    parts.push(
      `commit refs/heads/master\ncommitter Ann <ann@example.net> ${1_600_000_000 + index * 600} +0000\ndata ${message.length}\n${message}\n`,
    );
    const all = [...files.keys()];
    const changed = index === 0 ? all : [all[random(all.length)]];
    if (index > 0) files.get(changed[0])[random(60)] = `edit ${index}`;
    for (const name of changed)
      parts.push(`M 100644 inline ${name}\ndata ${textOf(name).length}\n${textOf(name)}\n`);
  }
  return parts.join('');
}

/** Milliseconds, the median of some rounds after one that does not count. */
async function median(act) {
  const times = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const start = performance.now();
    await act();
    if (round > 0) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[ROUNDS >> 1];
}

try {
  execFileSync('git', ['init', '-q', '-b', 'master', repository], { env });
  execFileSync('git', ['fast-import', '--quiet'], {
    cwd: repository,
    env,
    input: stream(),
    maxBuffer: 2 ** 30,
  });
  execFileSync('git', ['reset', '-q', '--hard'], { cwd: repository, env });
  const bundle = join(dir, 'engine.mjs');
  await build({
    stdin: {
      contents: `
        export { createFindOrigins } from './src/engine/find-origins.ts';
        export { withHistory } from './src/io/git-history.ts';
        export { readGitState } from './src/io/git-state.ts';
        export * as made from './test/support/builders.ts';`,
      resolveDir: ROOT,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: bundle,
    logLevel: 'error',
  });
  const { createFindOrigins, withHistory, readGitState, made } = await import(pathToFileURL(bundle).href);
  const git = await readGitState({ directory: repository, env }, []);
  const layers = [join(repository, 'files')];
  const show = revision =>
    execFileSync('git', ['show', revision], { cwd: repository, env, stdio: ['ignore', 'pipe', 'ignore'] });

  const NAME = 'rsyslog.d/30-part.conf';
  const history = execFileSync('git', ['log', '--format=%H', '--', `files/${NAME}`], {
    cwd: repository,
    env,
  });
  const versions = history.toString().trim().split('\n');
  const oldest = show(`${versions.at(-1)}:files/${NAME}`);
  const recent = show(`${versions[2]}:files/${NAME}`);
  const current = show(`HEAD:files/${NAME}`);

  /** Origins of one file on so many servers, each with contents of its own. */
  const origins = async (servers, contents) => {
    const reports = Array.from({ length: servers }, (_, i) =>
      made.server(`s${i}`, [made.modified(`/etc/${NAME}`, [current, contents(i)])]),
    );
    const place = { directory: repository, env, git, otherwise: '/' };
    return withHistory(place, h => {
      const find = createFindOrigins(h, () => new Date());
      return Promise.all(reports.map(report => find(report, layers)));
    });
  };
  const edited = i => Buffer.concat([oldest, Buffer.from(`by hand ${i}\n`)]);
  const kinds = (await origins(2, i => (i === 0 ? oldest : edited(i)))).map(s => s.files[0].origin.kind);
  if (kinds.join() !== 'behind,edited') throw new Error(`wrong origins: ${kinds}`);

  const logArgs = [
    'log',
    '--topo-order',
    '--raw',
    '-z',
    '--no-abbrev',
    '-M20%',
    '-c',
    '--format=%H%n%P%n%ct%n%an%n%s',
  ];
  const rows = [
    [
      'git log alone, what origins read',
      () => spawnSync('git', logArgs, { cwd: repository, env, maxBuffer: 2 ** 30 }),
    ],
    ['2 commits behind, 1 server', () => origins(1, () => recent)],
    ['behind all of its commits, 1 server', () => origins(1, () => oldest)],
    ['edited, 1 server', () => origins(1, edited)],
    ['edited, 100 servers, each another edit', () => origins(100, edited)],
    [
      `one git for each of the ${versions.length} versions of the file`,
      () => {
        for (const version of versions) show(`${version}:files/${NAME}`);
      },
    ],
  ];
  let unit = 0;
  console.log(`${COMMITS} commits, medians of ${ROUNDS}:`);
  for (const [name, act] of rows) {
    const time = await median(async () => act());
    unit ||= time;
    console.log(
      `${(time / unit).toFixed(1).padStart(6)} x  ${`${Math.round(time)} ms`.padStart(8)}  ${name}`,
    );
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
