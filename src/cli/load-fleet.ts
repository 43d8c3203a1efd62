// Everything that is known before a server is contacted: the inventory, the selected servers, their Git copies. Whatever
// is wrong with any of it is one error here.

import { resolve } from 'node:path';
import type { Inventory } from '../domain/inventory.ts';
import { parseInventory } from '../domain/parse-inventory.ts';
import type { Fleet } from '../engine/check-fleet.ts';
import { createGitCopies } from '../io/git-copies.ts';
import { readGitState } from '../io/git-state.ts';
import {
  findInventoryFile,
  type InventoryFile,
  noInventory,
  readInventoryFile,
} from '../io/inventory-file.ts';
import { adHocInventory, adHocNames } from './ad-hoc.ts';
import { type Environment, withoutSecrets } from './environment.ts';
import { createResolveDestination, type ReachOptions } from './resolve-destination.ts';
import { selectServers } from './select-servers.ts';
import type { World } from './world.ts';

/** What the command line says about which servers to check, and how to reach them. */
export interface FleetChoice extends ReachOptions {
  readonly servers: readonly string[];
  readonly inventory: string | null;
  readonly labels: readonly string[];
}

/** A fleet, and the name of the file that it comes from, as messages show it. */
export interface LoadedFleet extends Fleet {
  readonly inventoryFile: string;
}

export async function loadFleet(
  choice: FleetChoice,
  environment: Environment,
  world: World,
): Promise<LoadedFleet> {
  const found =
    choice.inventory === null
      ? await findInventoryFile(world.cwd)
      : await readInventoryFile(world.cwd, choice.inventory);
  if (found === null && choice.servers.length === 0) throw noInventory(world.cwd);
  const file = found ?? adHocFile(choice.servers, world);
  const parsed = parseInventory({ ...file, home: world.home });
  const inventory = found === null ? withoutPlaces(parsed) : parsed;
  const servers = selectServers(inventory, {
    patterns: found === null ? adHocNames(choice.servers) : choice.servers,
    labels: choice.labels,
    serverName: environment.serverName,
  });
  const resolveDestination = createResolveDestination(choice, { inventory, environment, world });
  const [copies, git, destinations] = await Promise.all([
    readCopies(inventory, world),
    gitState(file, inventory, world),
    Promise.all(servers.map(async server => [server, await resolveDestination(server)] as const)),
  ]);
  return {
    inventoryFile: file.file,
    repo: environment.repo ?? inventory.repo ?? lastComponent(file.directory),
    git,
    targets: destinations.map(([server, destination]) => ({
      server,
      destination,
      copies: copies.get(server) ?? new Map(),
    })),
    rules: servers.length === inventory.servers.length ? rulesOf(inventory) : [],
  };
}

const adHocFile = (servers: readonly string[], world: World): InventoryFile => ({
  text: adHocInventory(servers),
  file: '(command line)',
  directory: world.cwd,
});

/** Nobody wrote the inventory that is made of destinations, so no message may point into it. */
const withoutPlaces = ({ repo, servers }: Inventory): Inventory => ({
  repo,
  servers: servers.map(server => {
    const { filesPosition: _, ...scope } = server.scope;
    return { ...server, scope };
  }),
});

/** The copies of all servers, selected or not: a mistake in the inventory does not wait for its server's turn. */
async function readCopies(inventory: Inventory, world: World) {
  const gitCopies = createGitCopies(world.cwd);
  return new Map(
    await Promise.all(
      inventory.servers.map(async server => [server, await gitCopies(server.scope)] as const),
    ),
  );
}

function gitState(file: InventoryFile, inventory: Inventory, world: World) {
  const layers = new Set(inventory.servers.flatMap(server => server.scope.layers));
  const paths = [...layers, resolve(world.cwd, file.file)];
  return readGitState({
    directory: file.directory,
    paths: file.file.startsWith('(') ? [...layers] : paths,
    env: withoutSecrets(world.env),
  });
}

const rulesOf = (inventory: Inventory) => [
  ...new Set(inventory.servers.flatMap(server => server.scope.ignore)),
];

const lastComponent = (directory: string): string =>
  directory.split('/').findLast(part => part !== '') ?? 'repo';
