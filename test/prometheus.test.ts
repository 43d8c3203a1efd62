// Metrics, as the programs of Prometheus read them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { sshdrift } from './support/cli.ts';
import { closedPort } from './support/http-ends.ts';
import { payload } from './support/poster.ts';
import { needs } from './support/programs.ts';
import {
  expectNoComplaint,
  programDirectory,
  startNodeExporter,
  startPrometheus,
  startPushgateway,
} from './support/prometheus.ts';
import { testPusher } from './support/pusher.ts';
import { createRepository, inventoryOf, type Repository, serverEntry } from './support/repository.ts';
import { dataDirectory, postTo, startServe } from './support/serve.ts';
import { type Sshd, startSshd } from './support/sshd.ts';

const { describe, test } = needs(
  'prometheus',
  'promtool',
  'prometheus-node-exporter',
  'prometheus-pushgateway',
  'sshd',
  'ssh-keygen',
);

/** Whoever forgets to escape one of these says something else. */
const HOSTILE = 'a"} 1\ngitops_sync_status{b="\\n\\\n\\"//ü☃\u2028\r\t,\u0007';

const CONF = '*.* @@log.example.net\n';
let sshd: Sshd;
let port: number;
beforeAll(async () => {
  sshd = await startSshd({ user: 'deploy', etc: { 'rsyslog.conf': CONF } });
  port = await closedPort();
});
afterAll(() => sshd?.stop());

/** Servers `lab`, which is there, and `dead`, which is not. */
function repository(conf = CONF): Repository {
  const lab = serverEntry(sshd) as { readonly ssh: object };
  const servers = { lab, dead: { ...lab, ssh: { ...lab.ssh, port } } };
  const repo = createRepository({
    'files/rsyslog.conf': conf,
    'inventory.yaml': inventoryOf({ lab: sshd }, { servers }),
  });
  onTestFinished(() => repo.remove());
  return repo;
}

const fetchText = async (url: string): Promise<string> => (await fetch(url)).text();

test('the status server is scraped, whatever its servers are called', async () => {
  const { url } = await startServe({ data: dataDirectory() });
  const statuses = [
    { ...payload, server: 'b', sync_status: 'SYNCED', drift_count: 0, files: [] },
    { ...payload, server: `${HOSTILE}\0`, sync_status: 'SYNCED', drift_count: 0, files: [] },
    { ...payload, repo: HOSTILE },
    { ...payload, server: 'c', sync_status: 'UNKNOWN', drift_count: 0, files: [] },
  ];
  for (const status of statuses) expect((await postTo(url, status)).status).toBe(200);
  expectNoComplaint(await fetchText(`${url}/metrics`));

  const prometheus = await startPrometheus(url);
  expect(await prometheus.scraped()).toBe('');
  const values = async (name: string) =>
    Object.fromEntries(
      (await prometheus.query(name)).map(({ labels, value }) => [`${labels.repo}|${labels.server}`, value]),
    );
  expect(await values('gitops_sync_status')).toEqual({
    'rsyslog|b': 1,
    [`rsyslog|${HOSTILE}\0`]: 1,
    [`${HOSTILE}|rsyslog-lab`]: 0,
    'rsyslog|c': 0,
  });
  expect(await values('gitops_drift_files')).toMatchObject({ [`${HOSTILE}|rsyslog-lab`]: 1 });
  expect(await values('gitops_last_check_success')).toMatchObject({ 'rsyslog|b': 1, 'rsyslog|c': 0 });
  expect(await values('gitops_last_check_timestamp_seconds')).toMatchObject({
    'rsyslog|b': Date.parse(payload.last_check) / 1000,
  });
});

describe('--prom-file', () => {
  test('files of two shares, in one directory, go through node_exporter into Prometheus', async () => {
    const directory = programDirectory();
    const repo = repository(`${CONF}# more\n`);
    const check = (...args: readonly string[]) =>
      sshdrift(['check', ...args], { cwd: repo.dir, env: { REPO_NAME: HOSTILE } });
    const runs = await Promise.all(
      [1, 2].map(i => check('--shard', `${i}/2`, '--prom-file', join(directory, `share-${i}.prom`))),
    );
    // `lab` and `dead` are in different shares.
    expect(runs.map(({ code }) => code).sort()).toEqual([1, 2]);
    for (const i of [1, 2]) expectNoComplaint(readFileSync(join(directory, `share-${i}.prom`), 'utf8'));

    const exporter = await startNodeExporter(directory);
    const prometheus = await startPrometheus(exporter);
    expect(await prometheus.scraped()).toBe('');
    const query = async (expression: string) =>
      (await prometheus.query(expression)).map(({ labels, value }) => [labels.server ?? labels.file, value]);
    expect(await prometheus.query('gitops_sync_status')).toEqual([
      { labels: { repo: HOSTILE, server: 'dead' }, value: 0 },
      { labels: { repo: HOSTILE, server: 'lab' }, value: 0 },
    ]);
    expect(await query('gitops_last_check_success')).toEqual([
      ['dead', 0],
      ['lab', 1],
    ]);
    expect(await query('gitops_drift_files > 0')).toEqual([['lab', 1]]);
    expect(await query('gitops_compared_files / gitops_expected_files')).toEqual([['lab', 1]]);
    // Nobody has ever seen `dead`.
    expect(await query('time() - gitops_last_check_timestamp_seconds < bool 600')).toEqual([['lab', 1]]);
    expect((await query('sshdrift_run_exit_code')).map(([, code]) => code).sort()).toEqual([1, 2]);
    expect(await query('sshdrift_build_info')).toEqual([
      ['share-1.prom', 1],
      ['share-2.prom', 1],
    ]);
    expect(await query('node_textfile_scrape_error')).toEqual([[undefined, 0]]);
  });
});

describe('--pushgateway-url', () => {
  test('the old metric of every server that was compared; it follows the drift', async () => {
    const gateway = await startPushgateway();
    const repo = repository(`${CONF}# more\n`);
    const check = () =>
      sshdrift(['check', '--pushgateway-url', `${gateway}/`], { cwd: repo.dir, env: { REPO_NAME: HOSTILE } });
    const { code, stderr } = await check();
    expect([code, stderr]).toEqual([1, '==> lab: pushed OUT_OF_SYNC to the Pushgateway, HTTP 200\n']);
    const prometheus = await startPrometheus(gateway);
    const pushed = async () => {
      expect(await prometheus.scraped()).toBe('');
      return prometheus.query('gitops_sync_status');
    };
    expect(await pushed()).toEqual([{ labels: { repo: HOSTILE, server: 'lab' }, value: 0 }]);
    repo.write({ 'files/rsyslog.conf': CONF });
    await check();
    expect(await pushed()).toEqual([{ labels: { repo: HOSTILE, server: 'lab' }, value: 1 }]);
    expectNoComplaint(
      (await fetchText(`${gateway}/metrics`))
        .split('\n')
        .filter(line => /^(# \w+ )?gitops_/.test(line))
        .map(line => `${line}\n`)
        .join(''),
    );
  });

  test('names that a URL would change are the names that are kept', async () => {
    const gateway = await startPushgateway();
    const pusher = testPusher(gateway);
    const names = ['.', '..', 'a/b', '%2F', 'a?b#c', '=', '+', ' ', '\u{1f600}', '//', '-', HOSTILE];
    const pushed = await Promise.all(
      names.map(name => pusher.post({ ...payload, repo: name, server: name })),
    );
    expect(pushed.map(({ error }) => error)).toEqual(names.map(() => null));
    const groups: readonly { readonly labels: Readonly<Record<string, string>> }[] = JSON.parse(
      await fetchText(`${gateway}/api/v1/metrics`),
    ).data;
    expect(groups.map(({ labels }) => labels.repo).sort()).toEqual([...names].sort());
    for (const { labels } of groups)
      expect(labels).toEqual({ job: 'gitops', repo: labels.repo, server: labels.repo });
  });
});
