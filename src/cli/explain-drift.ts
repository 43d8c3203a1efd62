import type { Report } from '../domain/report.ts';
import { UserError } from '../domain/user-error.ts';
import { findOrigins, needsOrigins } from '../engine/find-origins.ts';
import { withHistory } from '../io/git-history.ts';
import { withoutSecrets } from './environment.ts';
import type { LoadedFleet } from './load-fleet.ts';
import type { World } from './world.ts';

/** The report with what Git knows about its drift. Trouble with Git is a warning: what was found on servers stands. */
export async function explainDrift(report: Report, fleet: LoadedFleet, world: World): Promise<Report> {
  if (world.signal.aborted || !needsOrigins(report)) return report;
  const place = {
    directory: fleet.directory,
    env: withoutSecrets(world.env),
    git: report.git,
    otherwise: world.cwd,
  };
  try {
    return await withHistory(place, history =>
      findOrigins(report, fleet.targets, { history, now: () => new Date() }),
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...report, warnings: [...report.warnings, error.message] };
  }
}
