import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Sshd } from './sshd.ts';

/** A repository of Git copies in a directory of its own. */
export interface Repository {
  readonly dir: string;
  readonly write: (files: Readonly<Record<string, string | Buffer>>) => void;
  readonly remove: () => void;
}

/** Makes a repository of these files, e.g. `files/rsyslog.conf`, `inventory.yaml`. */
export function createRepository(files: Readonly<Record<string, string | Buffer>>): Repository {
  const dir = mkdtempSync(join(tmpdir(), 'sshdrift-repo-'));
  const write: Repository['write'] = tree => {
    for (const [name, content] of Object.entries(tree)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), content);
    }
  };
  write(files);
  return { dir, write, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** The `servers` entry of a rig. */
export const serverEntry = (sshd: Sshd): object => ({
  host: sshd.host,
  ssh: {
    user: sshd.user,
    port: sshd.port,
    identity_file: sshd.identityFile,
    known_hosts: sshd.knownHostsFile,
  },
});

/** Inventory text (JSON is YAML) for rigs by name; `root` fits rigs that share this machine's /etc, too. */
export const inventoryOf = (servers: Readonly<Record<string, Sshd>>, more: object = {}): string => {
  const root = Object.values(servers)[0]?.root ?? '/etc';
  return JSON.stringify({
    repo: 'rsyslog',
    root,
    watch: [`${root}/rsyslog.conf`, `${root}/rsyslog.d/*.conf`],
    servers: Object.fromEntries(Object.entries(servers).map(([name, sshd]) => [name, serverEntry(sshd)])),
    ...more,
  });
};
