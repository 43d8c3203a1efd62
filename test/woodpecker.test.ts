// .woodpecker.yml as Woodpecker 3 reads it: each step's own commands, in its own environment, against real servers.

import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { MAIN } from './support/cli.ts';
import { commitAll, gitIn } from './support/git.ts';
import { needsOwnEtc } from './support/programs.ts';
import { createRepository, inventoryOf, type Repository } from './support/repository.ts';
import { type Sshd, startSshd } from './support/sshd.ts';
import { startStatusReceiver } from './support/status-receiver.ts';

interface Step {
  readonly name: string;
  readonly image: string;
  readonly commands: readonly string[];
  readonly environment?: Readonly<Record<string, string | { readonly from_secret: string }>>;
  readonly when: readonly {
    readonly event: string | readonly string[];
    readonly cron?: string;
    readonly status?: readonly string[];
  }[];
}

const ROOT = join(import.meta.dirname, '..');
const TEXT = readFileSync(join(ROOT, '.woodpecker.yml'), 'utf8');
const pipeline = parse(TEXT, { merge: true });
const steps: readonly Step[] = pipeline.steps;
const step = (name: string): Step => steps.find(s => s.name === name) ?? expect.fail(`no step ${name}`);

describe('the file', () => {
  test('has only keys that Woodpecker knows, and every step an image and commands', () => {
    expect(Object.keys(pipeline)).toEqual(['variables', 'when', 'concurrency', 'clone', 'steps']);
    for (const { name, image, commands, when, ...rest } of steps) {
      expect([name, image]).toEqual([
        expect.stringMatching(/^[a-z_-]+$/),
        expect.stringMatching(/^docker\.io\//),
      ]);
      expect(commands.every(command => typeof command === 'string')).toBe(true);
      expect(when.every(condition => condition.event)).toBe(true);
      expect(Object.keys(rest)).toEqual(rest.environment ? ['environment'] : []);
    }
  });

  test('leaves no dollar-brace to Woodpecker but its own variable', () => {
    expect([...TEXT.matchAll(/\$\{([^}]*)\}/g)].map(match => match[1])).toEqual(['CI_PIPELINE_EVENT']);
  });

  test.each([
    ['pull_request', ['test', 'validate']],
    ['push', ['build', 'validate', 'pre-deploy-check', 'deploy', 'update-gitops-status']],
    ['cron', ['build', 'gitops_sync_check']],
    ['manual', ['build', 'ad-hoc-check']],
  ])('on %s runs %j', (event, names) => {
    const runs = (s: Step): boolean => s.when.some(condition => [condition.event].flat().includes(event));
    expect(steps.filter(runs).map(s => s.name)).toEqual(names);
    expect(pipeline.when.map((condition: { event: string }) => condition.event)).toContain(event);
  });

  test('gives secrets to no step of a pull request', () => {
    for (const name of ['test', 'validate', 'build']) expect(step(name).environment).toBeUndefined();
  });

  test('sends the status after a failed deploy too, and filters the cron job by name', () => {
    expect(step('update-gitops-status').when[0]?.status).toEqual(['success', 'failure']);
    expect(step('gitops_sync_check').when[0]?.cron).toBe('gitops_sync_check');
  });

  test('ends a check well before the next one is due', () => {
    const timeout = /--timeout (\d+)s/.exec(step('gitops_sync_check').commands.join('\n'))?.[1];
    expect(Number(timeout) + 30).toBeLessThan(120);
  });

  test('builds as the README says', () => {
    expect(step('build').commands).toEqual(['npm ci', 'npm run build']);
    expect(step('test').commands).toEqual(['bash .ci/run']);
  });
});

/** What a step may find on a server: the deploy's programs, and a systemctl that writes down what it was asked. */
const TOOLS = [
  'sh',
  'env',
  'id',
  'mktemp',
  'rsync',
  'rsyslogd',
  'sed',
  'rm',
  'find',
  'cmp',
  'install',
  'mv',
  'cat',
  'sha256sum',
  'stat',
];

const real = needsOwnEtc('rsync', 'rsyslogd', 'ssh', 'ssh-agent', 'git');
real.describe('the steps, run', () => {
  let server: Sshd;
  let repo: Repository;
  let receiver: Awaited<ReturnType<typeof startStatusReceiver>>;
  const gitCopy = (name: string): string => readFileSync(join(ROOT, 'files', name), 'utf8');
  const OLD_CONF = gitCopy('rsyslog.conf').replace('0640', '0666');

  beforeAll(async () => {
    receiver = await startStatusReceiver();
    server = await startSshd({
      tools: TOOLS,
      files: {
        '/var/spool/rsyslog': { type: 'directory' },
        '/run/tools/systemctl': {
          type: 'file',
          content: '#!/bin/sh\necho "$@" >>/run/systemctl.log\n',
          mode: 0o755,
        },
      },
      etc: {
        'rsyslog.conf': OLD_CONF,
        'rsyslog.d/30-lab.conf': gitCopy('rsyslog.d/30-lab.conf'),
        'rsyslog.d/99-local.conf': '# somebody else looks after this file\n',
      },
    });
    repo = createRepository({ 'inventory.yaml': inventoryOf({ lab: server }, { ssh: {} }) });
    // The key and known_hosts come from the environment, as in a pipeline.
    const inventory = JSON.parse(readFileSync(join(repo.dir, 'inventory.yaml'), 'utf8'));
    inventory.servers.lab.ssh = { user: 'root', port: server.port };
    writeFileSync(join(repo.dir, 'inventory.yaml'), JSON.stringify(inventory));
    cpSync(join(ROOT, 'files'), join(repo.dir, 'files'), { recursive: true });
    // The server is one commit behind.
    gitIn(repo.dir)('init', '-q', '-b', 'master');
    repo.write({ 'files/rsyslog.conf': OLD_CONF });
    commitAll(repo.dir, 'Before', 1);
    repo.write({ 'files/rsyslog.conf': gitCopy('rsyslog.conf') });
    commitAll(repo.dir, 'Now', 2);
    symlinkSync(dirname(MAIN), join(repo.dir, 'dist'));
    // Installing is the image's business here: everything that the steps install is checked above.
    mkdirSync(join(repo.dir, '.shims'));
    writeFileSync(join(repo.dir, '.shims/apt-get'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  });
  afterAll(async () => {
    repo.remove();
    await Promise.all([server.stop(), receiver.close()]);
  });

  /** Runs a step as Woodpecker does: all commands in one `/bin/sh -e`, secrets in the environment. */
  function run(name: string): Promise<{ readonly code: number | null; readonly output: string }> {
    const secrets: Readonly<Record<string, string>> = {
      ssh_private_key: readFileSync(server.identityFile, 'utf8'),
      ssh_known_hosts: server.knownHosts,
    };
    const given = Object.entries(step(name).environment ?? {}).map(([key, value]) => [
      key,
      typeof value === 'string'
        ? value
        : (secrets[value.from_secret] ?? expect.fail(`no secret ${value.from_secret}`)),
    ]);
    const environment = Object.fromEntries(given);
    if (environment.GITOPS_STATUS_SERVER_URL) environment.GITOPS_STATUS_SERVER_URL = receiver.url;
    return new Promise((resolve, reject) => {
      const shell = spawn('/bin/sh', ['-e', '-c', step(name).commands.join('\n')], {
        cwd: repo.dir,
        env: {
          PATH: `${join(repo.dir, '.shims')}:${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
          HOME: repo.dir,
          CI: 'woodpecker',
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const output: Buffer[] = [];
      shell.stdout.on('data', chunk => output.push(chunk));
      shell.stderr.on('data', chunk => output.push(chunk));
      shell.on('error', reject);
      shell.on('close', code => resolve({ code, output: Buffer.concat(output).toString() }));
    });
  }
  const statuses = () =>
    receiver.received().map(({ sync_status, drift_count }) => `${sync_status} ${drift_count}`);
  const onServer = (name: string): Promise<string> => server.sh(`cat /etc/${name}`);

  test('validate: the whole tree, and a mistake in it is red', async () => {
    expect(await run('validate')).toMatchObject({
      code: 0,
      output: expect.stringContaining('End of config validation run'),
    });
    repo.write({ 'files/rsyslog.d/40-broken.conf': 'action(type="omfile" fyle="/x")\n' });
    expect((await run('validate')).code).not.toBe(0);
  });

  test('cron: the status goes out, and the step is red', async () => {
    const { code, output } = await run('gitops_sync_check');
    expect(output).toMatch(/^==> Response: HTTP 200$/m);
    expect(output).toMatch(/^SYNC_STATUS=OUT_OF_SYNC$/m);
    expect([code, statuses().at(-1)]).toEqual([2, 'OUT_OF_SYNC 4']);
    expect(output).not.toContain('FileCreateMode'); // names, no contents, in logs
  });

  test('pre-deploy: names what will be overwritten, posts nothing, and is green for an ordinary deploy', async () => {
    const before = receiver.received().length;
    const { code, output } = await run('pre-deploy-check');
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(
        /update +rsyslog\.conf[\s\S]*1 commit behind: \w+ "Before"[\s\S]*create +rsyslog\.d\/31-remote\.conf/,
      ),
    ]);
    expect(output).not.toContain('FileCreateMode');
    expect(receiver.received().length).toBe(before);
  });

  test('pre-deploy: an edit that is on the server only is red, so that the deploy does not run', async () => {
    await server.write({ 'rsyslog.conf': `${OLD_CONF}# by hand, at 3 a.m.\n` });
    expect(await run('pre-deploy-check')).toMatchObject({
      code: 2,
      output: expect.stringMatching(/✗ STOP lab[\s\S]*overwrite +rsyslog\.conf/),
    });
    await server.write({ 'rsyslog.conf': OLD_CONF });
  });

  test('deploy: a tree that rsyslogd refuses is red, and nothing was touched; the status goes out all the same', async () => {
    const before = await server.sh('cat /etc/rsyslog.conf /etc/rsyslog.d/*');
    expect(await run('deploy')).toMatchObject({ output: expect.stringContaining('40-broken.conf'), code: 1 });
    expect(await server.sh('cat /etc/rsyslog.conf /etc/rsyslog.d/*; ls -A /tmp')).toBe(before);
    expect(await run('update-gitops-status')).toMatchObject({ code: 0 });
    expect(statuses().at(-1)).toBe('OUT_OF_SYNC 4');
  });

  test('deploy: servers that differ get the files, one restart each, and no trace of the deploy stays', async () => {
    repo.write({ 'files/rsyslog.d/40-broken.conf': '# mended\n' });
    await run('pre-deploy-check');
    expect(await run('deploy')).toMatchObject({ code: 0 });
    expect(await onServer('rsyslog.conf')).toBe(gitCopy('rsyslog.conf'));
    expect(await onServer('rsyslog.d/31-remote.conf')).toBe(gitCopy('rsyslog.d/31-remote.conf'));
    expect(
      await server.sh(
        'stat -c "%a %U" /etc/rsyslog.d/31-remote.conf; ls -A /tmp; ls /etc/rsyslog.d | wc -l; cat /run/systemctl.log',
      ),
    ).toBe('644 root\n4\nrestart rsyslog\n');
  });

  test('after the deploy: the status says what is left, and is green', async () => {
    expect(await run('update-gitops-status')).toMatchObject({ code: 0 });
    expect(statuses().at(-1)).toBe('OUT_OF_SYNC 1'); // the file that Git does not know
    await server.remove('rsyslog.d/99-local.conf');
    expect(await run('gitops_sync_check')).toMatchObject({ code: 0 });
    expect(statuses().at(-1)).toBe('SYNCED 0');
  });

  test('a deploy of servers in sync does nothing', async () => {
    await run('pre-deploy-check');
    expect(await run('deploy')).toMatchObject({ code: 0 });
    expect(await server.sh('cat /run/systemctl.log')).toBe('restart rsyslog\n');
  });

  test('by hand: a look at everything, without a status', async () => {
    const before = receiver.received().length;
    expect(await run('ad-hoc-check')).toMatchObject({
      code: 0,
      output: expect.stringContaining('✓ SYNCED lab'),
    });
    expect(receiver.received().length).toBe(before);
  });
});
