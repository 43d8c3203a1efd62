import type { ServerReport } from '../domain/report.ts';
import { UserError } from '../domain/user-error.ts';
import { createFindOrigins, type FindOrigins, needsOrigins } from '../engine/find-origins.ts';
import { untilAborted } from '../engine/until-aborted.ts';
import { withHistory } from '../io/git-history.ts';
import { withoutSecrets } from './environment.ts';
import type { LoadedFleet } from './load-fleet.ts';
import type { World } from './world.ts';

/** Says what Git knows about drift, as long as it is open. */
export interface Explainer {
  /** The report with origins; as it is when there is trouble with Git, or the run is interrupted. */
  readonly explain: (server: ServerReport) => Promise<ServerReport>;
  /** Trouble with Git, safe to print: a warning, since what was found on servers stands. */
  readonly warnings: () => readonly string[];
  /** Ends Git's processes. */
  readonly close: () => void;
}

/** Starts no process until the first drift is to be explained. */
export function createExplainer(fleet: LoadedFleet, world: World): Explainer {
  const { directory, targets } = fleet;
  const layersOf = new Map(targets.map(({ server }) => [server.name, server.scope.layers]));
  const warnings = new Set<string>();
  let close = (): void => undefined;
  let opened: Promise<FindOrigins> | null = null;

  const open = async (): Promise<FindOrigins> => {
    const git = await fleet.git();
    return new Promise((resolve, reject) => {
      const closed = new Promise<void>(end => {
        close = end;
      });
      const place = { directory, env: withoutSecrets(world.env), git, otherwise: world.cwd };
      withHistory(place, async history => {
        resolve(createFindOrigins(history, () => new Date()));
        await closed;
      }).catch(reject);
    });
  };
  const find = async (server: ServerReport): Promise<ServerReport> => {
    try {
      opened ??= open();
      const findOrigins = await opened;
      return await findOrigins(server, layersOf.get(server.server) ?? []);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      warnings.add(error.message);
      return server;
    }
  };
  return {
    explain: async server =>
      needsOrigins(server) ? untilAborted(find(server), world.signal, () => server) : server,
    warnings: () => [...warnings],
    close: () => close(),
  };
}
