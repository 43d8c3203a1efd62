// A watch goes by the inventory and the Git copies as they are: edited, pulled or committed, they count from the next round
// on. What cannot be used is said, once, and what was valid before goes on.

import { resolve } from 'node:path';
import { UserError } from '../domain/user-error.ts';
import { pause } from '../engine/pause.ts';
import { type FleetSources, fleetStamp } from '../io/fleet-stamp.ts';
import { findRepository } from '../io/git-repository.ts';
import { withoutSecrets } from './environment.ts';
import type { LoadedFleet } from './load-fleet.ts';
import type { World } from './world.ts';

export interface FilesPlan {
  /** `--ref`; null for the working tree. */
  readonly ref: string | null;
  readonly world: World;
  /** Milliseconds between two looks. */
  readonly everyMs: number;
  readonly load: () => Promise<LoadedFleet>;
  readonly adopt: (fleet: LoadedFleet) => void;
  /** Takes a mistake in what was changed. */
  readonly refuse: (mistake: UserError) => void;
}

/** Milliseconds in which nothing may change before it is read: a `git pull` writes one file after the other. */
const SETTLED_MS = 300;

/** Follows the files that the fleet was loaded from, until the signal. */
export async function followFiles(first: LoadedFleet, plan: FilesPlan, signal: AbortSignal): Promise<void> {
  const { world, ref, everyMs, load, adopt, refuse } = plan;
  const repository = await repositoryAround(first, world);
  let layers = layersOf(first);
  const look = (): Promise<string> => {
    const sources: FleetSources = {
      inventory: first.inventoryFile.startsWith('(') ? null : resolve(world.cwd, first.inventoryFile),
      layers: ref === null ? layers : [],
      repository,
      revision: ref ?? 'HEAD',
    };
    return fleetStamp(sources);
  };
  let known = await look();
  while (await pause(everyMs, signal)) {
    const now = await look();
    if (now === known) continue;
    await pause(Math.min(SETTLED_MS, everyMs), signal);
    if ((await look()) !== now) continue;
    try {
      const fleet = await load();
      const before = layers;
      layers = layersOf(fleet);
      // What was read is whole only if nothing was written meanwhile; other layers are looked at from now on.
      const after = await look();
      if (after !== now && before.join('\0') === layers.join('\0')) continue;
      known = after;
      if (!signal.aborted) adopt(fleet);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      known = now;
      refuse(error);
    }
  }
}

const layersOf = ({ targets }: LoadedFleet): readonly string[] =>
  [...new Set(targets.flatMap(({ server }) => server.scope.layers))].sort();

async function repositoryAround({ directory }: LoadedFleet, world: World) {
  const env = withoutSecrets(world.env);
  for (const place of [directory, world.cwd]) {
    const found = await findRepository({ directory: place, env });
    if (typeof found !== 'string') return found;
  }
  return null;
}
