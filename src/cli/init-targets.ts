// The servers that `init` is to read: destinations from the command line, under the settings that the inventory will
// have.

import { join } from 'node:path';
import type { Destination } from '../domain/destination.ts';
import type { Server } from '../domain/inventory.ts';
import { parseInventory } from '../domain/parse-inventory.ts';
import { nameBelow, showPath } from '../domain/remote-path.ts';
import { UserError } from '../domain/user-error.ts';
import { watchText } from '../domain/watch.ts';
import type { Target } from '../engine/ports.ts';
import { adHocInventory, adHocNames } from './ad-hoc.ts';
import { readEnvironment } from './environment.ts';
import type { InitOptions } from './init-options.ts';
import { createResolveDestination } from './resolve-destination.ts';
import type { World } from './world.ts';

/** Larger files are not copied: sshdrift reads no larger Git copies either. */
const LARGEST = '64MiB';

/** Targets in the order of the command line, without copies; `directory` is where the repository will be. */
export async function initTargets(
  destinations: readonly string[],
  options: InitOptions & { readonly directory: string },
  world: World,
): Promise<readonly Target[]> {
  const text = JSON.stringify({
    ...JSON.parse(adHocInventory(destinations)),
    ...(options.watch.length > 0 ? { watch: options.watch } : {}),
    ...(options.root === undefined ? {} : { root: options.root }),
    ...(options.become === undefined ? {} : { ssh: { become: options.become } }),
    max_file_size: LARGEST,
  });
  const { directory } = options;
  const inventory = parseInventory({ text, file: '(command line)', directory, home: world.home });
  const resolve = createResolveDestination(
    { sshConfig: options.sshConfig ?? null, connectTimeoutMs: null },
    { inventory, environment: readEnvironment(world.env), world },
  );
  const names = [...new Set(adHocNames(destinations))];
  const servers = names.flatMap(name => inventory.servers.filter(server => server.name === name));
  for (const server of servers) refuseUnusable(server);
  return Promise.all(
    servers.map(async server => {
      const destination = strict(await resolve(server));
      const knownHostsFiles = [join(directory, 'known_hosts'), ...destination.knownHostsFiles];
      return { server, destination: { ...destination, knownHostsFiles }, copies: new Map() };
    }),
  );
}

function refuseUnusable({ name, scope: { root, watch } }: Server): void {
  if (/^\.+$/.test(name))
    throw new UserError(`"${name}" is no server`, 'Name servers as [user@]host[:port].');
  const outside = watch.map(watchText).find(path => nameBelow(root, path) === path);
  if (outside !== undefined)
    throw new UserError(
      `${showPath(outside)} is not below ${showPath(root)}, which \`files\` mirrors`,
      'Name what to watch with `--watch PATTERN`, and a directory above all of it with `--root DIR`.',
    );
}

/** An ssh configuration may say that unknown keys are learnt; here a person decides. */
const strict = (destination: Destination): Destination => ({
  ...destination,
  hostKeyPolicy: 'yes',
  via:
    destination.via?.kind === 'jump' ? { kind: 'jump', hop: strict(destination.via.hop) } : destination.via,
});
