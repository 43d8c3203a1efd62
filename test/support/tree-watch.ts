// Everything that is written in a server, as the kernel tells it while it happens: also what was undone again, which two
// listings could not show.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { nsenter } from './isolation.ts';
import { WRITABLE } from './listing.ts';
import { CLEAN_ENV } from './run.ts';
import type { Sshd } from './sshd.ts';
import { TRACES } from './trace.ts';

/** All that the kernel tells of but reading: opening and closing for writing, contents, attributes, names. */
const EVENTS = ['modify', 'attrib', 'close_write', 'create', 'delete', 'move', 'delete_self', 'move_self'];

/** Made and removed to know that all before has been told. */
const MARK = '/etc/.tree-watch';

/** A watch of all that can be written in a server. */
export interface TreeWatch {
  /** `EVENT PATH` for each, in their order, since the last call. */
  readonly events: () => Promise<readonly string[]>;
  readonly stop: () => Promise<void>;
}

/** Begins to watch; resolves when every directory is watched. What a tracer writes is left out. */
export async function watchTree(server: Sshd): Promise<TreeWatch> {
  const events = EVENTS.flatMap(event => ['-e', event]);
  const [command = '', ...args] = [
    ...nsenter(server.isolation, server.keeper),
    // It ends with its stdin: what nsenter starts does not end with nsenter.
    ...['sh', '-c', '"$@" & cat >/dev/null; kill $!', 'sh'],
    ...['inotifywait', '-m', '-r', '--format', '%e %w%f', ...events, ...WRITABLE, `@${TRACES}`],
  ];
  const child = spawn(command, args, { env: CLEAN_ENV, cwd: '/' });
  const closed = once(child, 'close');
  let seen: string[] = [];
  let marked = (): void => {};
  createInterface(child.stdout).on('line', line => {
    if (line === `DELETE ${MARK}`) marked();
    else if (!line.endsWith(MARK)) seen.push(line);
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stderr).on('line', line => {
      said += `${line}\n`;
      if (line === 'Watches established.') resolve();
    });
    child.once('close', () => reject(new Error(`inotifywait ended: ${said}`)));
  });
  return {
    events: async () => {
      const all = new Promise<void>(resolve => {
        marked = resolve;
      });
      await server.sh(`: >${MARK}; rm ${MARK}`);
      await all;
      const told = seen;
      seen = [];
      return told;
    },
    stop: async () => {
      child.stdin.end();
      await closed;
    },
  };
}
