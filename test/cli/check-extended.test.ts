import { afterAll, beforeAll, expect } from 'vitest';
import { sshdrift } from '../support/cli.ts';
import { commitAll, gitIn } from '../support/git.ts';
import { needsOwnEtc } from '../support/programs.ts';
import { createRepository, inventoryOf, type Repository } from '../support/repository.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { type StatusReceiver, startStatusReceiver } from '../support/status-receiver.ts';

const { describe, test } = needsOwnEtc('git');

describe('check --payload extended', () => {
  let server: Sshd;
  let repo: Repository;
  let receiver: StatusReceiver;
  let commit: string;
  beforeAll(async () => {
    receiver = await startStatusReceiver();
    server = await startSshd({ etc: { 'rsyslog.conf': 'edited\n' } });
    repo = createRepository({
      'files/rsyslog.conf': 'git\n',
      'inventory.yaml': inventoryOf({ lab: server }),
    });
    gitIn(repo.dir)('init', '-q');
    commit = commitAll(repo.dir, 'Begin', 1);
  });
  afterAll(async () => {
    repo?.remove();
    await Promise.all([server?.stop(), receiver?.close()]);
  });
  const check = (...args: readonly string[]) =>
    sshdrift(['check', '--status-url', receiver.url, ...args], { cwd: repo.dir, env: { CI: 'true' } });

  test('posts what Git knows, too; the standard one stays what it is; one drift, one alarm', {
    timeout: 120_000,
  }, async () => {
    const { stdout, code } = await check('--payload', 'extended', '--format', 'payload');
    expect(code).toBe(2);
    const [first] = receiver.received();
    expect(first).toMatchObject({
      sync_status: 'OUT_OF_SYNC',
      files: [{ name: 'rsyslog.conf', change: 'modified', origin: 'edited' }],
      sync_code: 1,
      reason: null,
      git_revision: commit,
    });
    expect(first).toMatchObject(JSON.parse(stdout));
    await check('--payload', 'extended');
    await check();
    const [, second, standard] = receiver.received();
    expect(second?.fingerprint).toBe(first?.fingerprint);
    expect(standard?.files).toEqual([{ name: 'rsyslog.conf' }]);
    expect(standard?.since).toBe(first?.since);
    await server.write({ 'rsyslog.conf': 'edited again\n' });
    await check('--payload', 'extended');
    expect(receiver.received()[3]?.fingerprint).not.toBe(first?.fingerprint);
    expect(receiver.changes.map(({ alarm }) => alarm)).toEqual(['drift', null, null, null]);
    await server.write({ 'rsyslog.conf': 'and again\n' });
    await check('--payload', 'extended');
    await server.write({ 'rsyslog.conf': 'git\n' });
    await check('--payload', 'extended');
    expect(receiver.changes.slice(4).map(({ alarm }) => alarm)).toEqual(['changed', 'recovered']);
  });
});
