// The patch of a run: for exactly one server, because two servers seldom agree on what Git should say.

import { dirname, resolve } from 'node:path';
import { escapeText } from '../domain/escape.ts';
import { failureText } from '../domain/failure-text.ts';
import { driftedFiles, type Report, type ServerReport } from '../domain/report.ts';
import { UserError } from '../domain/user-error.ts';
import { findPlaces } from '../io/patch-places.ts';
import { renderPatch } from '../render/patch.ts';
import { withoutSecrets } from './environment.ts';
import type { LoadedFleet } from './load-fleet.ts';
import type { World } from './world.ts';

export interface PatchContext {
  readonly fleet: LoadedFleet;
  readonly world: World;
  readonly showSecrets: boolean;
}

/** Writes the patch for the one drifted server of a run. Throws a UserError if there are several, or it cannot be. */
export async function patchDocument(report: Report, context: PatchContext): Promise<Buffer> {
  const { fleet, world, showSecrets } = context;
  if (report.git?.ref) {
    throw new UserError(
      'a patch is for the working tree, and --ref compares with a commit',
      'Check that commit out, or leave --ref away.',
    );
  }
  const server = serverOf(report);
  const target = fleet.targets.find(candidate => candidate.server.name === server.server);
  const places = await findPlaces({
    scope: target?.server.scope ?? missingTarget(server),
    files: server.files,
    directory: dirname(resolve(world.cwd, fleet.inventoryFile)),
    env: withoutSecrets(world.env),
  });
  return renderPatch(server, { git: report.git, places, showSecrets, alsoSecret: fleet.alsoSecret });
}

function serverOf({ servers }: Report): ServerReport {
  const drifted = servers.filter(server => driftedFiles(server).length > 0);
  if (drifted.length > 1) {
    throw new UserError(
      `a patch is for one server, and ${drifted.length} differ from Git: ${names(drifted)}`,
      `Name one: sshdrift check ${names(drifted.slice(0, 1))} --format patch`,
    );
  }
  const failed = servers.find(server => server.failure);
  const server = drifted[0] ?? failed ?? servers[0];
  if (!server) throw new UserError('there is no server to write a patch for', 'Name one.');
  if (server.failure) {
    const { message, hint } = failureText(server.failure);
    const printed = `no patch: ${escapeText(server.server)} was not compared: ${message}`;
    throw new UserError({ printed }, { printed: hint });
  }
  return server;
}

const names = (servers: readonly ServerReport[]): string =>
  servers.map(server => escapeText(server.server)).join(', ');

function missingTarget(server: ServerReport): never {
  throw new Error(`no target for the server ${server.server}`);
}
