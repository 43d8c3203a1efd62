// Who asks and who does not: the built program on a real terminal, in CI, and with an agent.

import { afterAll, beforeAll, expect } from 'vitest';
import { type Agent, startAgent } from '../support/agent.ts';
import { sshdrift } from '../support/cli.ts';
import { needs } from '../support/programs.ts';
import { onTerminal } from '../support/pty.ts';
import { createRepository, inventoryOf, type Repository } from '../support/repository.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const { describe, test } = needs('sshd', 'ssh-keygen', 'ssh-agent', 'ssh-add', 'script');

const PASSPHRASE = 'open sesame';
const LINE = '*.* @@log.example.net\n';
let sshd: Sshd;
let locked: Repository;

beforeAll(async () => {
  sshd = await startSshd({ passphrase: PASSPHRASE, etc: { 'rsyslog.conf': LINE } });
  locked = createRepository({
    'inventory.yaml': inventoryOf({ a: sshd, b: sshd }),
    'files/rsyslog.conf': LINE,
  });
});
afterAll(async () => {
  await sshd.stop();
  locked.remove();
});

describe('an encrypted key', () => {
  test('on a terminal: asked for once, not shown', async () => {
    const run = onTerminal(['check'], { cwd: locked.dir });
    await run.shows('Enter passphrase for key');
    run.type('wrong\r');
    await run.shows('Bad passphrase, try again for');
    run.type(`${PASSPHRASE}\r`);
    expect(await run.ended).toBe(0);
    expect(run.shown()).toContain('SYNCED a');
    expect(run.shown()).toContain('SYNCED b');
    expect(run.shown().match(/Enter passphrase/g)).toHaveLength(1);
    expect(run.shown()).not.toMatch(/wrong\n|open sesame/);
  });

  test('Ctrl-C at the question ends the run, with what is known', async () => {
    const run = onTerminal(['check'], { cwd: locked.dir });
    await run.shows('Enter passphrase for key');
    run.type('\x03');
    expect(await run.ended).toBe(130);
    expect(run.shown()).toContain('interrupted by SIGINT');
  });

  test('the deadline of the run ends the question, too', async () => {
    const run = onTerminal(['check', '--timeout', '2s'], { cwd: locked.dir });
    await run.shows('Enter passphrase for key');
    expect(await run.ended).toBe(1);
    expect(run.shown()).toContain('deadline of 2 s passed');
  });

  test('in CI nobody is asked, terminal or not', async () => {
    const run = onTerminal(['check'], { cwd: locked.dir, env: { CI: 'true' } });
    expect(await run.ended).toBe(1);
    expect(run.shown()).not.toContain('Enter passphrase');
    expect(run.shown()).toContain('SSH_KEY_PASSPHRASE');
  });

  test('without a terminal nobody is asked', async () => {
    const { code, stdout } = await sshdrift(['check'], { cwd: locked.dir });
    expect(code).toBe(1);
    expect(stdout).toContain('is encrypted');
  });
});

describe('an agent', () => {
  const withAgent = async (use: (agent: Agent) => Promise<void>): Promise<void> => {
    const agent = await startAgent();
    try {
      await agent.add([sshd.identityFile], PASSPHRASE);
      await use(agent);
    } finally {
      await agent.stop();
    }
  };
  /** No identity_file in the inventory. */
  const agentOnly = (): Repository => {
    const inventory = JSON.parse(inventoryOf({ a: sshd }));
    delete inventory.servers.a.ssh.identity_file;
    return createRepository({ 'inventory.yaml': JSON.stringify(inventory), 'files/rsyslog.conf': LINE });
  };

  test('is asked for any key, or just for the one that the inventory names, and not in CI', () =>
    withAgent(async agent => {
      const repository = agentOnly();
      const env = { SSH_AUTH_SOCK: agent.path };
      expect((await sshdrift(['check'], { cwd: repository.dir, env })).code).toBe(0);
      expect((await sshdrift(['check'], { cwd: repository.dir, env: { ...env, CI: '1' } })).code).toBe(1);
      // Encrypted, so that without a terminal only the agent can sign with it.
      expect((await sshdrift(['check'], { cwd: locked.dir, env })).code).toBe(0);
      repository.remove();
    }));
});
