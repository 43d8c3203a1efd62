// What Git tells about drift, from end to end: one repository with a history, five servers that each differ from it in
// another way, and what a deploy would do to them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { sshdrift } from '../support/cli.ts';
import { commitAll, gitIn } from '../support/git.ts';
import { needsOwnEtc } from '../support/programs.ts';
import { createRepository, inventoryOf, type Repository } from '../support/repository.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const { describe, test } = needsOwnEtc('git');

/** The main file as each commit left it; the third renamed the directory of all copies. */
const MAIN = ['one', 'two', 'three', 'four'].map(
  (word, index) => `# main\n*.* @@log${index}.example.net:514\nkeep\nlast ${word}\n`,
);
const LAB = 'lab\n';
const HOSTILE = 'E\u001b[2J\u202eve';

interface JsonFile {
  readonly name: string;
  readonly verdict: string;
  readonly origin: Record<string, unknown> | null;
}

describe('a repository with history and five servers', () => {
  let repo: Repository;
  const servers: Record<string, Sshd> = {};
  const commits: string[] = [];
  beforeAll(async () => {
    const etc = (main: string, lab: object = { 'rsyslog.d/30-lab.conf': LAB }) => ({
      'rsyslog.conf': main,
      ...lab,
    });
    const trees: Readonly<Record<string, Record<string, string>>> = {
      synced: etc(MAIN[3] ?? ''),
      behind: etc(MAIN[1] ?? ''),
      edited: etc((MAIN[0] ?? '').replace('keep', 'kept by hand')),
      extra: { ...etc(MAIN[3] ?? ''), 'rsyslog.d/99-extra.conf': 'extra\n' },
      missing: etc(MAIN[3] ?? '', {}),
    };
    await Promise.all(
      Object.entries(trees).map(async ([name, tree]) => {
        servers[name] = await startSshd({ etc: tree });
      }),
    );
    repo = createRepository({ 'old/rsyslog.conf': MAIN[0] ?? '', 'old/rsyslog.d/30-lab.conf': LAB });
    const git = gitIn(repo.dir);
    git('init', '-q', '-b', 'master');
    commits.push(commitAll(repo.dir, 'Begin', 1));
    repo.write({ 'old/rsyslog.conf': MAIN[1] ?? '' });
    commits.push(commitAll(repo.dir, `Second ${HOSTILE}`, 2, HOSTILE));
    git('mv', 'old', 'files');
    repo.write({ 'files/rsyslog.conf': MAIN[2] ?? '' });
    commits.push(commitAll(repo.dir, 'Move and change', 3));
    repo.write({ 'files/rsyslog.conf': MAIN[3] ?? '' });
    commits.push(commitAll(repo.dir, 'Fourth', 4));
    repo.write({ 'inventory.yaml': inventoryOf(servers) });
    commits.push(commitAll(repo.dir, 'Add the inventory', 5));
  });
  afterAll(async () => {
    repo?.remove();
    await Promise.all(Object.values(servers).map(server => server.stop()));
  });
  const run = (...args: readonly string[]) => sshdrift(args, { cwd: repo.dir, env: { CI: 'true' } });
  const commit = (index: number): string => commits[index]?.slice(0, 8) ?? '';

  async function drift(...args: readonly string[]): Promise<Readonly<Record<string, readonly JsonFile[]>>> {
    const { stdout } = await run('check', '--format', 'json', ...args);
    const report = JSON.parse(stdout) as { servers: { server: string; files: JsonFile[] }[] };
    return Object.fromEntries(
      report.servers.map(({ server, files }) => [server, files.filter(file => file.verdict !== 'in-sync')]),
    );
  }

  test('JSON names commit, author, date and distance; renames are followed', async () => {
    const origins = await drift();
    expect(origins).toMatchObject({
      synced: [],
      behind: [
        {
          name: 'rsyslog.conf',
          origin: {
            kind: 'behind',
            commit: commits[1],
            subject: `Second ${HOSTILE}`,
            author: HOSTILE,
            date: '2026-01-02T12:00:00Z',
            commits_behind: 2,
          },
        },
      ],
      edited: [
        {
          origin: {
            kind: 'edited',
            nearest: {
              commit: commits[0],
              subject: 'Begin',
              author: 'Ann',
              date: '2026-01-01T12:00:00Z',
              commits_behind: 3,
            },
          },
        },
      ],
      extra: [{ name: 'rsyslog.d/99-extra.conf', verdict: 'unmanaged', origin: null }],
      missing: [{ verdict: 'missing', origin: null }],
    });
    expect(Object.keys(origins.edited?.[0]?.origin ?? {})).toEqual(['kind', 'nearest']);
  });

  test('the text says the same, and what is hostile is escaped', async () => {
    const { stdout, code } = await run('check');
    expect(stdout).toContain(
      `2 commits behind: ${commit(1)} "Second E\\x1b[2J\\u{202e}ve" (E\\x1b[2J\\u{202e}ve, 2026-01-02)`,
    );
    expect(stdout).toContain(
      `edited on the server; nearest is ${commit(0)} "Begin" (Ann, 2026-01-01), 3 commits behind`,
    );
    expect([code, stdout.includes('\u001b[2J')]).toEqual([2, false]);
  });

  test('a diff shows the hand edit alone, and apart from it what is not deployed', async () => {
    const { stdout } = await run('check', 'edited', '--diff', '--context', '0');
    const [, edit = '', undeployed = ''] = stdout.split(/^ {2}(?:edited|not deployed).*:$/m);
    expect(edit).toContain('\n-keep\n+kept by hand\n');
    expect(edit).not.toMatch(/last|log0/);
    expect(edit).toContain(`--- files/rsyslog.conf (Git ${commit(0)})\n+++ edited:/etc/rsyslog.conf\n`);
    expect(undeployed).toContain('\n-*.* @@log3.example.net:514\n+*.* @@log0.example.net:514\n');
    expect(undeployed).not.toContain('by hand');
  });

  test('--fail-on edited and behind', async () => {
    const codes = await Promise.all(
      [
        ['edited', 'edited'],
        ['behind', 'edited'],
        ['behind', 'behind'],
        ['edited', 'behind', 'extra', 'missing', 'synced'],
      ].map(async ([failOn = '', ...names]) => (await run('check', ...names, '--fail-on', failOn)).code),
    );
    expect(codes).toEqual([2, 0, 2, 0]);
    expect((await run('check', '--fail-on', 'nonsense')).stderr).toContain('edited, behind');
  });

  test('pre-deploy fails for the hand edit only, and reads from the servers to Git', async () => {
    const { code, stdout } = await run('pre-deploy', '--diff', '--context', '0');
    expect([code, stdout.match(/^[✓✗?] .*/gm)?.sort()]).toEqual([
      2,
      ['✓ GO behind', '✓ GO extra', '✓ GO missing', '✓ GO synced', '✗ STOP edited'],
    ]);
    expect(stdout).toContain('\n-kept by hand\n+keep\n');
    expect(stdout).toContain('--- behind:/etc/rsyslog.conf\n+++ files/rsyslog.conf');
    expect(stdout).toMatch(/^ {2}leave +rsyslog\.d\/99-extra\.conf: Git does not know it$/m);
    expect(stdout).toMatch(/^ {2}create +rsyslog\.d\/30-lab\.conf {2}\+1 -0$/m);
    expect(stdout).toContain('5 servers: 4 go, 1 stop, 0 unknown');
    const others = await run('pre-deploy', 'behind', 'extra', 'missing', 'synced');
    expect([others.code, others.stdout]).toEqual([0, expect.not.stringContaining('+++')]);
    expect((await run('pre-deploy', 'behind', '--fail-on', 'behind')).code).toBe(2);
  });

  test('pre-deploy never posts', async () => {
    const env = { GITOPS_STATUS_SERVER_URL: 'http://127.0.0.1:1' };
    const { code, stderr } = await sshdrift(['pre-deploy', 'synced'], { cwd: repo.dir, env });
    expect([code, stderr]).toEqual([0, '']);
  });

  test('--ref: the copies of a commit; a server that is ahead of it holds another version, not an edit', async () => {
    const json = JSON.parse((await run('check', '--ref', 'HEAD~2', '--format', 'json')).stdout);
    expect(json.git).toEqual({ commit: commits[2], branch: null, dirty: false, ref: 'HEAD~2' });
    expect(await drift('--ref', 'HEAD~2')).toMatchObject({
      synced: [{ origin: { kind: 'behind', commit: commits[3], commits_behind: null } }],
      behind: [{ origin: { kind: 'behind', commit: commits[1], commits_behind: 1 } }],
    });
    const { stdout } = await run('check', 'synced', '--ref', 'HEAD~2', '--diff');
    expect(stdout).toContain(`--- files/rsyslog.conf (Git HEAD~2, ${commit(2)})`);
    expect(stdout).toContain(`newer, or on another branch: ${commit(3)} "Fourth"`);
  });

  test('--ref in a bare clone reads the inventory from the commit, or the one that -i names', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sshdrift-bare-'));
    try {
      gitIn(repo.dir)('clone', '-q', '--bare', '.', join(dir, 'bare'));
      writeFileSync(join(dir, 'other.yaml'), inventoryOf(servers));
      const at = { cwd: join(dir, 'bare') };
      const { code, stdout } = await sshdrift(['check', 'behind', '--ref', 'master'], at);
      expect([code, stdout]).toEqual([2, expect.stringContaining(`2 commits behind: ${commit(1)}`)]);
      const named = ['check', 'behind', '--ref', 'master', '-i', '../other.yaml'];
      expect((await sshdrift(named, at)).stdout).toContain(`2 commits behind: ${commit(1)}`);
      const probe = await sshdrift(['probe', '--ref', 'master'], at);
      expect([probe.code, probe.stdout]).toEqual([0, expect.stringContaining('rsyslog.conf')]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  test('a shallow clone says what it cannot know, and pre-deploy does not guess', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sshdrift-shallow-'));
    try {
      gitIn(dir)('clone', '-q', '--depth', '1', `file://${repo.dir}`, 'clone');
      const at = { cwd: join(dir, 'clone') };
      const { stdout } = await sshdrift(['check', 'behind', '--format', 'json'], at);
      expect(JSON.parse(stdout).servers[0].files[0].origin).toEqual({
        kind: 'unknown',
        reason: 'this clone is shallow; `git fetch --unshallow` brings the rest of the history',
      });
      const review = await sshdrift(['pre-deploy', 'behind'], at);
      expect([review.code, review.stdout]).toEqual([1, expect.stringContaining('? UNKNOWN behind')]);
      expect((await sshdrift(['pre-deploy', 'synced', 'missing'], at)).code).toBe(0);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  test('without Git: no word about it in the text, a reason in JSON, and a clear refusal of --ref', async () => {
    const bare = createRepository({
      'files/rsyslog.conf': MAIN[3] ?? '',
      'files/rsyslog.d/30-lab.conf': LAB,
      'inventory.yaml': inventoryOf(servers),
    });
    try {
      const at = { cwd: bare.dir };
      expect((await sshdrift(['check', 'behind'], at)).stdout).not.toContain('Git cannot say');
      const json = JSON.parse((await sshdrift(['check', 'behind', '--format', 'json'], at)).stdout);
      expect(json.servers[0].files[0].origin).toEqual({
        kind: 'unknown',
        reason: 'this is not in a Git repository',
      });
      const { code, stderr } = await sshdrift(['check', '--ref', 'HEAD'], at);
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining('--ref reads the copies from Git, but this is not in a Git repository'),
      ]);
    } finally {
      bare.remove();
    }
  });

  test('a file that Git has no more: pre-deploy stops, since a deploy would delete it', async () => {
    const git = gitIn(repo.dir);
    git('checkout', '-q', '-b', 'removal');
    try {
      git('rm', '-q', 'files/rsyslog.d/30-lab.conf');
      commitAll(repo.dir, 'Remove the lab', 6);
      const { code, stdout } = await run('pre-deploy', 'synced');
      expect([code, stdout]).toEqual([
        2,
        expect.stringMatching(/delete +rsyslog\.d\/30-lab\.conf.*\n.*removed from Git; .*"Move and change"/),
      ]);
      expect((await run('pre-deploy', 'synced', '--fail-on', 'edited')).code).toBe(0);
    } finally {
      git('checkout', '-q', 'master');
    }
  });
});
