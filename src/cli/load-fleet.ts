// Everything that is known before a server is contacted: the inventory, the selected servers, their Git copies. Whatever
// is wrong with any of it is one error here.

import type { Inventory } from '../domain/inventory.ts';
import { parseInventory } from '../domain/parse-inventory.ts';
import type { KeyGlobs } from '../domain/redact-keys.ts';
import { type Shard, shareOf } from '../domain/shard.ts';
import type { Fleet } from '../engine/check-fleet.ts';
import { readCommittedInventory } from '../io/committed-inventory.ts';
import { findRepository } from '../io/git-repository.ts';
import { checkedRevision } from '../io/git-revision.ts';
import {
  findInventoryFile,
  type InventoryFile,
  noInventory,
  readInventoryFile,
} from '../io/inventory-file.ts';
import { adHocInventory, adHocNames } from './ad-hoc.ts';
import { type Environment, withoutSecrets } from './environment.ts';
import { readFiles } from './read-files.ts';
import { createResolveDestination, type ReachOptions } from './resolve-destination.ts';
import { selectServers } from './select-servers.ts';
import type { World } from './world.ts';

/** What the command line says about which servers to check, and how to reach them. */
export interface FleetChoice extends ReachOptions {
  readonly servers: readonly string[];
  readonly inventory: string | null;
  readonly labels: readonly string[];
  /** The share of the selected servers that is checked here; null for all. */
  readonly shard: Shard | null;
  /** The revision whose copies are compared; null for the working tree. */
  readonly ref: string | null;
}

/** A fleet, and the name of the file that it comes from, as messages show it. */
export interface LoadedFleet extends Fleet {
  readonly inventoryFile: string;
  /** Absolute; where the paths of the inventory start. */
  readonly directory: string;
  /** Names of secrets, besides the known ones. */
  readonly alsoSecret: KeyGlobs;
}

/** Characters of an inventory of so many servers that memory is worth more than milliseconds: fifty or so. */
const LARGE = 2048;

export async function loadFleet(
  choice: FleetChoice,
  environment: Environment,
  world: World,
): Promise<LoadedFleet> {
  const ref = choice.ref === null ? null : checkedRevision(choice.ref);
  const found =
    (ref === null ? null : await bareInventory(ref, choice, world)) ?? inventoryFile(choice, world);
  if (found === null && choice.servers.length === 0) throw noInventory(world.cwd);
  const file = found ?? adHocFile(choice.servers, world);
  if (file.text.length > LARGE) await (await import('../io/small-garbage.ts')).keepGarbageSmall();
  const parsed = parseInventory({ ...file, home: world.home });
  const inventory = found === null ? withoutPlaces(parsed) : parsed;
  const selected = selectServers(inventory, {
    patterns: found === null ? adHocNames(choice.servers) : choice.servers,
    labels: choice.labels,
    serverName: environment.serverName,
  });
  const { shard } = choice;
  const servers =
    shard === null ? selected : selected.filter(({ name }) => shareOf(name, shard.of) === shard.index);
  const resolveDestination = createResolveDestination(choice, { inventory, environment, world });
  const [{ git, copies, warnings }, destinations] = await Promise.all([
    readFiles(ref, { file, inventory, world }),
    Promise.all(servers.map(async server => [server, await resolveDestination(server)] as const)),
  ]);
  return {
    inventoryFile: file.file,
    directory: file.directory,
    alsoSecret: inventory.alsoSecret,
    repo: environment.repo ?? inventory.repo ?? lastComponent(file.directory),
    git,
    targets: destinations.map(([server, destination]) => ({
      server,
      destination,
      copies: copies.get(server) ?? new Map(),
    })),
    rules: servers.length === inventory.servers.length ? rulesOf(inventory) : [],
    warnings,
  };
}

const inventoryFile = ({ inventory }: FleetChoice, { cwd }: World): InventoryFile | null =>
  inventory === null ? findInventoryFile(cwd) : readInventoryFile(cwd, inventory);

/** The inventory at a revision of the bare repository that this is, unless another one is named. */
async function bareInventory(ref: string, choice: FleetChoice, world: World): Promise<InventoryFile | null> {
  if (choice.inventory !== null) return null;
  const here = await findRepository({ directory: world.cwd, env: withoutSecrets(world.env) });
  return typeof here !== 'string' && here.bare ? readCommittedInventory(here, ref) : null;
}

const adHocFile = (servers: readonly string[], world: World): InventoryFile => ({
  text: adHocInventory(servers),
  file: '(command line)',
  directory: world.cwd,
});

/** Nobody wrote the inventory that is made of destinations, so no message may point into it. */
const withoutPlaces = ({ servers, ...inventory }: Inventory): Inventory => ({
  ...inventory,
  servers: servers.map(server => {
    const { filesPosition: _, ...scope } = server.scope;
    return { ...server, scope };
  }),
});

const rulesOf = (inventory: Inventory) => [
  ...new Set(inventory.servers.flatMap(server => server.scope.ignore)),
];

const lastComponent = (directory: string): string =>
  directory.split('/').findLast(part => part !== '') ?? 'repo';
