// A server whose one key may do nothing but what `sshdrift probe --authorized-keys` prints for it.

import { expect } from 'vitest';
import { FORCED_COMMAND_PATH } from '../../src/domain/probe/forced-command.ts';
import { sshdrift } from './cli.ts';
import { createRepository, inventoryOf, type Repository, serverEntry } from './repository.ts';
import { type Sshd, type SshdOptions, startSshd } from './sshd.ts';

/** The root of the test server cannot be written to. */
export const INSTALLED = '/etc/sshdrift-probe';

export interface Site {
  readonly server: Sshd;
  readonly repo: Repository;
  readonly program: string;
  readonly inventory: (more: object) => void;
}

/** A server whose one key is restricted as the printed instructions say. */
export async function restrictedSite(options: SshdOptions, ssh: object): Promise<Site> {
  const server = await startSshd({ user: 'deploy', ...options });
  const repo = createRepository({
    'files/rsyslog.conf': 'main\n',
    'files/rsyslog.d/30-lab.conf': 'lab\n',
  });
  const inventory = (more: object): void => {
    const entry = serverEntry(server) as { readonly ssh: object };
    const servers = { lab: { ...entry, ssh: { ...entry.ssh, ...ssh } } };
    repo.write({ 'inventory.yaml': inventoryOf({}, { servers, ...more }) });
  };
  inventory({});
  const printed = await sshdrift(['probe', '--authorized-keys', '--key', `${server.identityFile}.pub`], {
    cwd: repo.dir,
  });
  expect([printed.code, printed.stderr]).toEqual([0, '']);
  const program = printed.stdout.replaceAll(FORCED_COMMAND_PATH, INSTALLED);
  const line = /^# (restrict,.*)$/m.exec(program)?.[1];
  const rule = /^# (deploy ALL=.*)$/m.exec(program)?.[1];
  await server.write({
    [INSTALLED.slice('/etc/'.length)]: { type: 'file', content: program, mode: 0o755 },
    '../home/deploy/.ssh/authorized_keys': {
      type: 'file',
      content: `${line}\n`,
      mode: 0o600,
      owner: 'deploy:deploy',
    },
    ...(rule === undefined ? {} : { sudoers: { type: 'file', content: `${rule}\n`, mode: 0o440 } }),
  });
  return { server, repo, program, inventory };
}
