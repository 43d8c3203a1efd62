// sshdrift init: read what servers have, and write it down as a repository that they are in sync with.

import { basename, resolve } from 'node:path';
import { findingTrouble } from '../domain/finding-trouble.ts';
import { showPath } from '../domain/remote-path.ts';
import { firstSecretLine } from '../domain/secret-line.ts';
import { type InventoryEntry, startingInventory } from '../domain/starting-inventory.ts';
import { startingRepository } from '../domain/starting-repository.ts';
import { UserError } from '../domain/user-error.ts';
import { createHostKeyBook, type HostKeyBook } from '../io/host-key-book.ts';
import { createKnownHosts } from '../io/known-hosts-files.ts';
import { leftOverFiles } from '../io/left-over-files.ts';
import { filesInTheWay, type NewFile, placeFiles } from '../io/place-files.ts';
import { shownPath } from '../io/shown-path.ts';
import { renderStart } from '../render/start.ts';
import { confirmOverwrite } from './confirm-overwrite.ts';
import { readEnvironment } from './environment.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { InitOptions } from './init-options.ts';
import { initTargets } from './init-targets.ts';
import { portsOf } from './ports-of.ts';
import { readServers, type ServerRead } from './read-servers.ts';
import type { World } from './world.ts';

/** Throws a UserError, with nothing written, unless everything can be written. */
export async function initCommand(
  destinations: readonly string[],
  options: InitOptions,
  world: World,
): Promise<ExitCode> {
  try {
    return await init(destinations, options, world);
  } catch (error) {
    if (error instanceof UserError && world.signal.aborted) return interrupted(world);
    throw error;
  }
}

const interrupted = ({ signal, stderr }: World): ExitCode => {
  stderr.write('sshdrift: interrupted; nothing was written\n');
  return signal.reason === 'SIGTERM' ? EXIT.SIGTERM : EXIT.SIGINT;
};

async function init(destinations: readonly string[], options: InitOptions, world: World): Promise<ExitCode> {
  const environment = readEnvironment(world.env);
  const directory = resolve(world.cwd, options.directory);
  const targets = await initTargets(destinations, { ...options, directory }, world);
  const keys = createHostKeyBook(createKnownHosts(environment.knownHosts));
  const ports = portsOf(environment, world, keys);
  const accept = options.acceptHostKeys === true;
  const read = await readServers(targets, { ports, keys, world, accept }).finally(ports.connect.close);

  const found = read.map(({ target, files }) => ({ server: target.server, files }));
  const trouble = findingTrouble(found);
  if (trouble !== null) throw trouble;
  const repository = startingRepository(found);
  const copies = repository.files.map(file => ({ ...file, secretLine: firstSecretLine(file.bytes) }));
  const entries = repository.servers.map((from, index) => {
    const { target } = read[index] as ServerRead;
    return { server: target.server, destination: target.destination, from };
  });
  const hosts = knownHostsText(entries, keys);
  const inventory = startingInventory(basename(directory), entries as [InventoryEntry, ...InventoryEntry[]]);
  const files: readonly NewFile[] = [
    ...copies.map(({ path, bytes, secretLine }) => ({ path, bytes, secret: secretLine !== null })),
    { path: 'known_hosts', bytes: Buffer.from(hosts), secret: false },
    // The last one: without it there is no repository.
    { path: 'inventory.yaml', bytes: Buffer.from(inventory), secret: false },
  ];
  const paths = files.map(({ path }) => path);
  const inTheWay = await filesInTheWay(directory, paths);
  if (options.force !== true) await confirmOverwrite(inTheWay, world);
  if (world.signal.aborted) return interrupted(world);
  await placeFiles(directory, files);

  for (const { target, warnings } of read)
    for (const warning of warnings) warn(world, `${target.server.name}: ${warning}`);
  for (const { path, secretLine } of copies)
    if (secretLine !== null)
      warn(
        world,
        `${showPath(path)} holds a password (line ${secretLine}): keep it out of Git or use a placeholder`,
      );
  const layers = new Set(repository.servers.flatMap(server => server.layers));
  for (const file of await leftOverFiles(directory, [...layers], new Set(paths)))
    warn(world, `${showPath(file)} was there before, and no server has such a file: \`check\` will miss it`);
  world.stdout.write(
    renderStart(repository, {
      directory: shownPath(world.cwd, directory),
      sshConfig: sshConfigOf(options, world),
    }),
  );
  return EXIT.inSync;
}

/** As `check` takes it from anywhere. */
const sshConfigOf = ({ sshConfig }: InitOptions, world: World): string | null =>
  sshConfig === undefined || sshConfig === 'none' ? (sshConfig ?? null) : resolve(world.cwd, sshConfig);

const warn = ({ stderr }: World, text: string): void => stderr.write(`sshdrift: warning: ${text}\n`);

function knownHostsText(entries: readonly InventoryEntry[], keys: HostKeyBook): string {
  const lines = entries.map(({ server, destination }) => {
    const line = keys.lineFor(destination);
    if (line !== null) return `${line}\n`;
    throw new UserError(
      `"${server.name}" cannot stand in a known_hosts file`,
      'Nothing was written. Name the server by another name or by its address.',
    );
  });
  return [...new Set(lines)].join('');
}
