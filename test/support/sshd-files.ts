// The files that make a place an SSH server: keys, sshd_config, home directories.

import { programPath } from './find-program.ts';
import type { Key } from './keys.ts';
import type { Entry, Tree } from './tree.ts';

/** What the server's own files depend on; see the options of `startSshd`. */
export interface ServerFiles {
  readonly hostKeys: readonly Key[];
  readonly clientKey: Key;
  readonly config: readonly string[];
  readonly tools: readonly string[] | null;
}

/** One line, as sshd takes no second. On a shared machine the real home's start-up files must never run. */
function environment(prefix: string, tools: readonly string[] | null): readonly string[] {
  const set = [
    ...(tools === null ? [] : [`PATH=${prefix}/run/tools`]),
    ...(prefix === '' ? [] : [`HOME=${prefix}/root`]),
  ];
  return set.length === 0 ? [] : [`SetEnv ${set.join(' ')}`];
}

/** sshd takes the first value of a keyword, so the test's lines come first, except blocks, which reach to the end. */
function sshdConfig(prefix: string, files: ServerFiles): string {
  const block = files.config.findIndex(line => /^\s*match\b/i.test(line));
  const own = block === -1 ? files.config : files.config.slice(0, block);
  return [
    ...own,
    ...files.hostKeys.map(key => `HostKey ${prefix}/etc/ssh/ssh_host_${key.type}_key`),
    ...environment(prefix, files.tools),
    ...(prefix === '' ? [] : ['StrictModes no', `AuthorizedKeysFile ${prefix}/etc/ssh/authorized_keys`]),
    'PermitUserRC no',
    'LogLevel VERBOSE',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'UseDNS no',
    'PrintMotd no',
    'PrintLastLog no',
    'Subsystem sftp internal-sftp',
    ...files.config.slice(own.length),
    '',
  ].join('\n');
}

/** All of them, by absolute path. */
export function serverTree(prefix: string, files: ServerFiles): Tree {
  const authorized: Entry = { type: 'file', content: `${files.clientKey.publicKey}\n`, mode: 0o600 };
  const homes: Record<string, Entry> =
    prefix === ''
      ? {
          '/root/.ssh': { type: 'directory', mode: 0o700 },
          '/root/.ssh/authorized_keys': authorized,
          '/home/deploy/.ssh/authorized_keys': authorized,
        }
      : { '/root': { type: 'directory' }, '/etc/ssh/authorized_keys': authorized };
  return {
    ...homes,
    '/etc/ssh/sshd_config': sshdConfig(prefix, files),
    '/etc/rsyslog.d': { type: 'directory' },
    ...Object.fromEntries(
      files.hostKeys.map(key => [
        `/etc/ssh/ssh_host_${key.type}_key`,
        { type: 'file', content: key.privateKey, mode: 0o600 } satisfies Entry,
      ]),
    ),
    ...Object.fromEntries(
      (files.tools ?? []).map(name => [
        `/run/tools/${name}`,
        { type: 'symlink', target: programPath(name) } satisfies Entry,
      ]),
    ),
  };
}
