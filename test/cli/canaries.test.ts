// No secret leaves: files as they are found, with a canary wherever a secret stands, on a real server and in Git, each
// drifted in all its secrets and beside them. Every command and every format is run, and all that comes out is searched:
// streams, files, posted bodies, and what child processes were given.

import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAIN, type Outcome, sshdrift } from '../support/cli.ts';
import { CORPUS, canary, type Planted, plant, shownIn } from '../support/corpus.ts';
import { freshPrivateKey } from '../support/fault-server.ts';
import { scriptedServer } from '../support/http-ends.ts';
import { needs } from '../support/programs.ts';
import { createRepository, inventoryOf, type Repository, serverEntry } from '../support/repository.ts';
import { CLEAN_ENV } from '../support/run.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { canTrace } from '../support/trace.ts';

const GIT_ENV = { ...CLEAN_ENV, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
const AUTHOR = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.net'];

const inGit = ({ files }: Planted): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`files/${name}`, text]));

needs('sshd', 'ssh-keygen', 'ssh', 'git', 'nc').describe('canaries', () => {
  const [old, git, live] = [plant('one'), plant('two'), plant('three')];
  const said = canary();
  const subject = canary();
  const everything = [...old.canaries, ...git.canaries, ...live.canaries, said, subject];
  let server: Sshd;
  let behind: Sshd;
  let broken: Sshd;
  let repo: Repository;
  beforeAll(async () => {
    [server, behind, broken] = await Promise.all([
      startSshd({
        user: 'deploy',
        etc: { ...live.files, 'rsyslog.d/99-extra.conf': live.files['site/netrc'] ?? '' },
      }),
      startSshd({ user: 'deploy', etc: old.files }),
      startSshd({ user: 'deploy', config: [`ForceCommand echo 'db password=${said}'; exit 1`] }),
    ]);
    repo = createRepository(inGit(old));
    const commit = (message: string): void => {
      execFileSync('git', ['add', '-A'], { cwd: repo.dir, env: GIT_ENV });
      execFileSync('git', [...AUTHOR, 'commit', '-qm', message], { cwd: repo.dir, env: GIT_ENV });
    };
    execFileSync('git', ['init', '-q'], { cwd: repo.dir, env: GIT_ENV });
    commit(`Set password=${subject}`);
    repo.write({
      ...inGit(git),
      'inventory.yaml': inventoryOf(
        { lab: server, behind, broken },
        {
          watch: ['rsyslog.conf', 'rsyslog.d/*.conf', 'site/*'].map(server.path),
          redact: ['lab_code'],
        },
      ),
      'proxy.yaml': JSON.stringify({
        watch: ['rsyslog.conf', 'rsyslog.d/*.conf', 'site/*'].map(name => `/etc/${name}`),
        servers: { failing: { ...serverEntry(server), host: '192.0.2.99' } },
      }),
      'mistake.yaml': `servers:\n  lab: {host: h, ssh: {password: ${said}}}\n  "b:c": {host: "https://u:${said}@h"}\n`,
      ssh_config: `Host 192.0.2.99\n  ProxyCommand sh -c 'echo "token: ${said}" >&2; exit 1'\nHost *\n  ProxyCommand nc %h %p\n`,
    });
    commit('Change everything');
  });
  afterAll(async () => {
    repo.remove();
    await Promise.all([server.stop(), behind.stop(), broken.stop()]);
  });
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
    sshdrift(args, { cwd: repo.dir, env });

  const drifted = CORPUS.length + 1;
  const FORMATS = ['text', 'json', 'payload', 'junit', 'markdown', 'html'] as const;

  test('they are there: --show-secrets shows every one of both sides', async () => {
    const { stdout } = await run(['check', 'lab', '--diff', '--context', '200', '--show-secrets']);
    expect(shownIn(stdout, [...git.canaries, ...live.canaries])).toEqual([...git.canaries, ...live.canaries]);
  });

  test.each(FORMATS)('check --format %s shows the drift and no secret', async format => {
    const args = ['check', '--diff', '-v', '--context', '200', '--format', format];
    const { code, stdout, stderr } = await run(args);
    expect(shownIn(stdout + stderr, everything)).toEqual([]);
    expect(code).toBe(1); // `broken` could not be compared
    expect(stdout).toContain('rsyslog.d/40-queues.conf');
    if (format !== 'payload') expect(stdout).toContain('probe/no-answer');
    if (['text', 'json', 'markdown'].includes(format))
      expect(stdout).toMatch(/Revision three[\s\S]*secret 1/);
  });

  test('every changed secret is seen to have changed, and all that is beside it', async () => {
    const { stdout } = await run(['check', 'lab', '--format', 'json', '--diff']);
    const [{ files, drift_count: count }] = JSON.parse(stdout).servers;
    expect(count).toBe(drifted);
    for (const file of files.filter((f: { verdict: string }) => f.verdict === 'modified')) {
      const hidden = (sign: string): readonly string[] =>
        [...file.diff.matchAll(/^([-+]).*$/gm)]
          .filter(([, s]) => s === sign)
          .flatMap(([line]) => line.match(/\[secret \d+\]/g) ?? []);
      expect(hidden('-').length, file.name).toBeGreaterThan(0);
      expect(hidden('+').length, file.name).toBe(hidden('-').length);
      expect(
        hidden('+').filter(name => hidden('-').includes(name)),
        file.name,
      ).toEqual([]);
      expect(file.diff).toMatch(/^-.*Revision two$[\s\S]*^\+.*Revision three$/m);
    }
  });

  test('what is harmless in them stays readable', async () => {
    const { stdout } = await run(['check', 'lab', '--diff', '--context', '200']);
    for (const text of [
      'tokenfile="/etc/rsyslog.token"',
      'defaultNetstreamDriverKeyFile="/etc/pki/relay.key"',
      '$ActionFileDefaultTemplate RSYSLOG_TraditionalFileFormat',
      'auth,authpriv.*                 /var/log/auth.log',
      'tls.myprivkey="/etc/pki/es.key"',
      'queue.filename="search"',
      '"X-Insert-Key: [secret ',
      'topic="syslog" key="relay-1"',
      '"ssl.key.location=/etc/pki/kafka.key"',
      'if $msg contains "password" then stop',
      'machine collect.example.net login relay password [secret 1]',
      'curl -s -u relay:[secret ',
      "queue: {filename: collect, secret: '[secret ",
    ])
      expect(stdout).toContain(text);
  });

  test('files, a posted status, an echo of it, and --ref', async () => {
    const token = canary();
    const receiver = await scriptedServer({ status: 400, body: `no: token=${said} ${token}` });
    const files = FORMATS.flatMap(format => ['-o', `${format}=out.${format}`]);
    const env = { GITOPS_STATUS_TOKEN: token, CI: '1' };
    const { stdout, stderr } = await run(
      ['check', '--diff', '--ref', 'HEAD', '--timeout', '5s', '--status-url', receiver.url, ...files],
      env,
    );
    const written = FORMATS.map(format => readFileSync(join(repo.dir, `out.${format}`), 'utf8')).join('');
    const posted = receiver.seen.map(({ url, body }) => url + body).join('');
    expect(posted).toContain('rsyslog.d/40-queues.conf');
    expect(stderr).toContain('HTTP 400');
    expect(shownIn(stdout + stderr + written + posted, [...everything, token])).toEqual([]);
  });

  test.each([
    ['pre-deploy', ['pre-deploy', '--diff', '-v', '--context', '200'], /STOP|GO/],
    ['a patch, which is refused', ['check', 'lab', '--format', 'patch'], /password or a key: .*40-queues/],
    ['the doctor', ['doctor'], /probe did not run/],
    ['the probe', ['probe', 'lab'], /sha256/],
    ['an inventory with a password', ['check', '-i', 'mistake.yaml'], /ssh\.password: unknown key/],
    ['as JSON', ['check', '-i', 'mistake.yaml', '--format', 'json'], /sshdrift\/error\/1/],
    ['as JUnit', ['check', '-i', 'mistake.yaml', '--format', 'junit'], /ssh\.password: unknown key/],
    [
      'a proxy command that says it',
      ['check', '-i', 'proxy.yaml', '--ssh-config', 'ssh_config'],
      /proxy-failed.*token: \[secret 1\]/,
    ],
  ])('%s', async (_, args, expected) => {
    const { stdout, stderr } = await run(args);
    expect(stdout + stderr).toMatch(expected);
    expect(shownIn(stdout + stderr, everything)).toEqual([]);
  });

  test('init says where they are, and writes them into the copies alone', async () => {
    const target = `${server.user}@${server.host}:${server.port}`;
    const watch = ['rsyslog.conf', 'rsyslog.d/*.conf', 'site/*'].flatMap(n => ['--watch', server.path(n)]);
    const { code, stdout, stderr } = await run(
      ['init', target, '-C', 'new', '--accept-host-keys', '--root', server.root, ...watch],
      { SSH_PRIVATE_KEY: readFileSync(server.identityFile, 'utf8') },
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('holds a password (line')]);
    expect(shownIn(stdout + stderr, everything)).toEqual([]);
    for (const name of readdirSync(join(repo.dir, 'new')).filter(n => n !== 'files'))
      expect(shownIn(readFileSync(join(repo.dir, 'new', name), 'utf8'), everything)).toEqual([]);
  });

  needs('strace').describe('child processes', () => {
    const traceable = canTrace();
    if (!traceable) console.warn('skipped: no process may be traced here');

    test.skipIf(!traceable)('get no secret, as an argument or in their environment', async () => {
      const secrets = [canary(), canary(), canary(), freshPrivateKey()];
      const trace = join(repo.dir, 'trace');
      const [token = '', passphrase = '', password = '', key = ''] = secrets;
      await new Promise(resolve => {
        const args = ['-f', '-qq', '-v', '-e', 'trace=execve', '-s', '1000000', '-o', trace];
        const check = ['check', 'lab', 'behind', '--diff', '-v', '--ssh-config', 'ssh_config'];
        spawn('strace', [...args, process.execPath, MAIN, ...check], {
          cwd: repo.dir,
          env: {
            PATH: process.env.PATH,
            GITOPS_STATUS_TOKEN: token,
            SSH_KEY_PASSPHRASE: passphrase,
            SSHDRIFT_BECOME_PASSWORD: password,
            SSH_PRIVATE_KEY: key,
          },
        }).once('close', resolve);
      });
      const [own, ...children] = readFileSync(trace, 'utf8')
        .split('\n')
        .filter(line => line.includes('execve('));
      expect(own).toContain(token); // so the trace would show it
      const programs = children.filter(line => / = 0$/.test(line)).join('\n');
      expect(programs).toMatch(/"git"[\s\S]*"nc"|"nc"[\s\S]*"git"/);
      expect(shownIn(children.join('\n'), [...everything, ...secrets])).toEqual([]);
    });
  });
});
