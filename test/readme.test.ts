// What the README shows is run here, so that it stays true.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { EXIT } from '../src/cli/exit-code.ts';
import { parseInventory } from '../src/domain/parse-inventory.ts';
import { shareOf } from '../src/domain/shard.ts';
import { MAIN, sshdrift } from './support/cli.ts';
import { closedPort } from './support/fault-tcp.ts';
import { needs } from './support/programs.ts';
import { createRepository } from './support/repository.ts';

const ROOT = join(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Fenced blocks in order; those inside a list lose its indentation. */
const blocks = [...README.matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm)].map(
  ([, indent, language, text]) => ({
    language,
    text: (text ?? '').replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }),
);
const block = (language: string, index = 0): string =>
  blocks.filter(candidate => candidate.language === language)[index]?.text ??
  expect.fail(`no ${language} block`);

test('the first block is two commands, each of which does its own set-up', () => {
  expect(blocks[0]?.text).toBe('npm ci && npm run demo\nnpm ci && npm test\n');
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(scripts.demo).toMatch(/npm run --silent build && node dist\/main\.js demo/);
  expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toContain('npm ci && npm test');
});

test('the terminal excerpt is what the demo prints', async () => {
  const { stdout } = await sshdrift(['demo'], { cwd: '/' });
  const shown = stdout
    .replace(/\/tmp\/sshdrift-demo-\w+\/etc/g, '/etc')
    .replace(/(last changed) [\d-]+T[\d:]+Z/g, '$1 2026-04-21T02:51:07Z')
    .split('\n');
  const excerpt = block('text').trimEnd().split('\n');
  let at = 0;
  for (const line of excerpt) {
    const found = shown.indexOf(line, at);
    expect({ line, found: found !== -1 }).toEqual({ line, found: true });
    at = found + 1;
  }
});

const inventory = (text: string) =>
  parseInventory({ text, file: 'README.md', directory: '/repo', home: '/home/op' });

test('the first inventory needs no more than a server', () => {
  expect(inventory(block('yaml')).servers.map(server => server.host)).toEqual(['relay-1.example.net']);
});

test('the inventory is a valid one', () => {
  const { servers } = inventory(block('yaml', 1));
  expect(servers.map(({ name, ssh }) => [name, ssh.port])).toEqual([
    ['relay-1', 2222],
    ['rsyslog-lab', 22],
  ]);
});

test('the table of exit codes is the one in the code', () => {
  const codes = [...README.matchAll(/^\| (\d+)(?:, (\d+))? \|/gm)].flatMap(([, ...found]) =>
    found.filter(Boolean).map(Number),
  );
  expect(codes.sort()).toEqual(Object.values(EXIT).sort());
});

describe('the commands', () => {
  let help: string;
  beforeAll(async () => {
    const pages = await Promise.all(
      [
        ['--help'],
        ['check', '--help'],
        ['pre-deploy', '--help'],
        ['watch', '--help'],
        ['probe', '--help'],
        ['init', '--help'],
        ['serve', '--help'],
        ['grafana', '--help'],
        ['k8s', '--help'],
        ['completion', '--help'],
        ['doctor', '--help'],
      ].map(args => sshdrift(args, { cwd: '/' })),
    );
    help = pages.map(({ stdout }) => stdout).join('\n');
  });
  const invocations = [...README.matchAll(/\bsshdrift ([\w-]+)((?: [^`\n|)]+)?)/g)].filter(([, command]) =>
    /^(check|pre-deploy|watch|probe|schema|demo|doctor|init|serve|grafana|k8s|completion)$/.test(
      command ?? '',
    ),
  );

  test('are there', () => {
    expect(invocations.length).toBeGreaterThan(5);
    for (const [, command] of invocations) expect(help).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  });

  test('and every option that is named', () => {
    const options = [...README.matchAll(/(?:`|\bsshdrift [^`\n]*?)(--[a-z-]+)/g)].map(
      ([, option]) => option ?? '',
    );
    expect(options.length).toBeGreaterThan(5);
    for (const option of new Set(options)) expect(help).toContain(option);
  });
});

describe('the examples of shares', () => {
  const SERVERS = ['a', 'b', 'c', 'd', 'e', 'f'];
  /** Runs a command line as a container does, with `sshdrift` on its PATH; the servers that it checked. */
  async function checkedBy(
    command: string,
    env: Readonly<Record<string, string>>,
  ): Promise<readonly string[]> {
    const port = await closedPort();
    const servers = Object.fromEntries(SERVERS.map(name => [name, { host: '127.0.0.1', ssh: { port } }]));
    const repo = createRepository({
      'files/rsyslog.conf': '',
      'inventory.yaml': JSON.stringify({ servers }),
      'bin/sshdrift': `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@" --ssh-config none\n`,
    });
    chmodSync(join(repo.dir, 'bin/sshdrift'), 0o755);
    const { stdout, stderr, status } = spawnSync('sh', ['-c', command], {
      cwd: repo.dir,
      env: { PATH: `${join(repo.dir, 'bin')}:${process.env.PATH}`, ...env },
      encoding: 'utf8',
    });
    repo.remove();
    // 1 for servers that are not there, 0 for an empty share; nothing that was not understood.
    expect([0, 1]).toContain(status);
    expect(stderr).not.toContain('error:');
    return [...stdout.matchAll(/^\? UNKNOWN (\w+)$/gm)].map(([, name]) => name ?? '');
  }

  test('in Kubernetes: all servers, each once', async () => {
    const { spec } = parse(block('yaml', 2)).spec.jobTemplate;
    const [container] = spec.template.spec.containers;
    expect([spec.completionMode, container.command.slice(0, 2)]).toEqual(['Indexed', ['sh', '-c']]);
    const shares = await Promise.all(
      Array.from({ length: spec.completions }, (_, i) =>
        checkedBy(container.command[2], { JOB_COMPLETION_INDEX: `${i}` }),
      ),
    );
    expect(shares.flat().sort()).toEqual(SERVERS);
  });

  test('in Woodpecker: all servers, each once', async () => {
    const matrix = parse(/`matrix: (\{[^`]*\})`/.exec(README)?.[1] ?? '');
    const command = /`(sshdrift check --shard \$\{SHARD\}[^`]*)`/.exec(README)?.[1] ?? expect.fail('no line');
    const shares = await Promise.all(
      matrix.SHARD.map((share: number) => checkedBy(command.replace(/\$\{SHARD\}/g, `${share}`), {})),
    );
    expect(shares.flat().sort()).toEqual(SERVERS);
  });

  test('and the way to compute a share', () => {
    const line = /`(echo \$\(\(0x[^`]*)`/.exec(README)?.[1] ?? expect.fail('no line');
    for (const name of ['relay-1', ...SERVERS])
      expect(execFileSync('sh', ['-c', line.replace('relay-1', name)]).toString()).toBe(
        `${shareOf(name, 4)}\n`,
      );
  });
});

test('the addresses of the status server are all there are', () => {
  const source = readFileSync(join(ROOT, 'src/io/status-server/answer-request.ts'), 'utf8');
  const routes = [...source.matchAll(/^ {4}'(\/[\w./]*)': \{/gm)].map(([, path]) => path ?? '');
  expect(routes.length).toBeGreaterThan(5);
  for (const path of routes) expect(README).toMatch(new RegExp(`[\`\\s]${path}\``));
});

const printed = blocks.flatMap(({ language, text }) =>
  language === 'sh' ? [...text.matchAll(/^sshdrift ((?:grafana|k8s|completion) .*) > \S+$/gm)] : [],
);

test('there are examples of what can be printed', () => {
  expect(printed).toHaveLength(7);
});

test.each(printed.map(([, args]) => args?.split(' ') ?? []))('sshdrift %s prints it', async (...args) => {
  const { code, stdout, stderr } = await sshdrift(args, { cwd: '/' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.length).toBeGreaterThan(500);
});

test('the failure codes that it explains are real ones', () => {
  const texts = readFileSync(join(ROOT, 'src/domain/failure-text.ts'), 'utf8');
  const codes = [...README.matchAll(/`((?:ssh|probe|check|run)\/[a-z-]+)`/g)].map(([, code]) => code ?? '');
  expect(codes.length).toBeGreaterThan(3);
  for (const code of codes) expect(texts).toContain(`'${code}':`);
});

test('every promise names a test that is there', () => {
  const rows = [...README.matchAll(/^\| .* \| `(test\/[\w/.-]+)`: (.+?) \| .+ \|$/gm)];
  expect(rows.length).toBeGreaterThan(8);
  for (const [, file = '', title = ''] of rows)
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(`'${title}'`);
  const named = [...README.matchAll(/`(test\/[\w/.-]+\.test\.ts)`/g)].map(([, file]) => file ?? '');
  for (const file of named) expect(readFileSync(join(ROOT, file), 'utf8')).not.toBe('');
});

test('the layers are the directories there are', () => {
  const named = [...README.matchAll(/^src\/([\w.]+)/gm)].map(([, name]) => name);
  expect(named).toEqual(['main.ts', 'cli', 'engine', 'domain', 'render', 'io']);
});

test('the payload has the six keys in their order', () => {
  expect(Object.keys(JSON.parse(block('json')))).toEqual([
    'repo',
    'server',
    'sync_status',
    'drift_count',
    'files',
    'last_check',
  ]);
});

const prometheus = needs('promtool');
const LAST_CHECK = 'gitops_last_check_timestamp_seconds';
const SERVER = { repo: 'rsyslog', server: 'relay-1' };
const SUMMARIES: Readonly<Record<string, string>> = {
  ServerOutOfSync: 'relay-1 is not what rsyslog says',
  ServerNotChecked: 'relay-1 (rsyslog) has not been compared for a while',
  NothingChecked: 'no server has been compared at all',
};

prometheus.describe('the alert rules for Prometheus', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'sshdrift-rules-'));
    writeFileSync(join(directory, 'rules.yml'), block('yaml', 3));
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  const promtool = (...args: readonly string[]) =>
    spawnSync('promtool', args, { cwd: directory, encoding: 'utf8' });

  prometheus.test('are rules', () => {
    const { status, stdout } = promtool('check', 'rules', 'rules.yml');
    expect([status, stdout]).toEqual([0, expect.stringContaining('3 rules found')]);
  });

  /** Alerts that fire after 20 minutes; samples are a minute apart, and time begins at 0. */
  prometheus.test.each<
    [string, Readonly<Record<string, string>>, Readonly<Record<string, readonly object[]>>]
  >([
    [
      'in sync and checked: none',
      { gitops_sync_status: '1x20', gitops_last_check_success: '1x20', [LAST_CHECK]: '0+60x20' },
      {},
    ],
    [
      'drift',
      { gitops_sync_status: '0x20', gitops_last_check_success: '1x20', [LAST_CHECK]: '0+60x20' },
      { ServerOutOfSync: [SERVER] },
    ],
    [
      'drift, as a Pushgateway or an older status server tells it',
      { gitops_sync_status: '0x20', [LAST_CHECK]: '0+60x20' },
      { ServerOutOfSync: [SERVER] },
    ],
    ['drift that is over soon', { gitops_sync_status: '0x17 1x2', [LAST_CHECK]: '0+60x20' }, {}],
    [
      'a server that cannot be compared any more',
      { gitops_sync_status: '0x20', gitops_last_check_success: '0x20', [LAST_CHECK]: '0x20' },
      { ServerNotChecked: [SERVER] },
    ],
    [
      'a server that never was compared, beside one that is',
      {
        gitops_sync_status: '0x20',
        gitops_last_check_success: '0x20',
        [`${LAST_CHECK}{repo="rsyslog",server="other"}`]: '0+60x20',
      },
      { ServerNotChecked: [SERVER] },
    ],
    [
      'a cron job that does not run',
      { gitops_sync_status: '1x20', gitops_last_check_success: '1x20', [LAST_CHECK]: '0x20' },
      { ServerNotChecked: [SERVER] },
    ],
    ['no metrics', { other: '1x20' }, { NothingChecked: [{}] }],
  ])('%s', (_, series, firing) => {
    const test = {
      interval: '1m',
      input_series: Object.entries(series).map(([name, values]) => ({
        series: name.includes('{') ? name : `${name}{repo="rsyslog",server="relay-1"}`,
        values,
      })),
      alert_rule_test: ['ServerOutOfSync', 'ServerNotChecked', 'NothingChecked'].map(alertname => ({
        eval_time: '20m',
        alertname,
        exp_alerts: (firing[alertname] ?? []).map(exp_labels => ({
          exp_labels,
          exp_annotations: { summary: SUMMARIES[alertname] },
        })),
      })),
    };
    const file = join(directory, 'test.yml');
    writeFileSync(
      file,
      JSON.stringify({ rule_files: ['rules.yml'], evaluation_interval: '1m', tests: [test] }),
    );
    const { status, stdout, stderr } = promtool('test', 'rules', file);
    expect({ status, said: stdout + stderr }).toEqual({
      status: 0,
      said: expect.stringContaining('SUCCESS'),
    });
  });
});
