// sshdrift serve: takes statuses, and shows them, until it is told to stop.

import { join, resolve } from 'node:path';
import { escapeText } from '../domain/escape.ts';
import { isLoopback, type ListenAddress, parseListenAddress } from '../domain/listen-address.ts';
import { parseStaleAfter } from '../domain/staleness.ts';
import { bearerToken } from '../domain/status-endpoint.ts';
import { UserError } from '../domain/user-error.ts';
import { webhookBody } from '../domain/webhook-body.ts';
import { proxySettings } from '../io/status-proxy.ts';
import { createWebhooks, type Webhooks } from '../io/status-server/send-webhooks.ts';
import { startStatusServer } from '../io/status-server/start-status-server.ts';
import { readEnvironment } from './environment.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { statusDocuments } from './status-documents.ts';
import { untilStopped } from './until-stopped.ts';
import type { World } from './world.ts';

/** What commander hands to the command. */
export interface ServeOptions {
  readonly listen: string;
  readonly data?: string;
  /** Listen where others can connect, or to whatever name, although there is no token. */
  readonly insecure?: boolean;
  readonly webhookUrl?: string;
  readonly staleAfter: string;
}

/** For changes that nobody was told of when the server stops. */
const WEBHOOKS_AT_STOP_MS = 5000;

/** Serves until the signal. Throws UserError for what keeps it from starting. */
export async function serveCommand(options: ServeOptions, world: World): Promise<ExitCode> {
  const environment = readEnvironment(world.env);
  const token = bearerToken(environment.statusToken);
  const listen = parseListenAddress(options.listen);
  const staleAfterMs = parseStaleAfter(options.staleAfter);
  if (token === null && options.insecure !== true) refuseStrangers(listen);
  const tell = (sentence: string): void => world.stderr.write(`sshdrift: warning: ${sentence}\n`);
  const webhooks = webhooksOf(options.webhookUrl ?? environment.webhookUrl, world, tell);
  const directory = dataDirectory(options.data ?? null, world);
  const server = await startStatusServer({
    listen,
    directory,
    token,
    insecure: options.insecure === true,
    documents: statusDocuments(world.version, staleAfterMs),
    stored: change => {
      const body = webhookBody(change);
      if (body !== null) webhooks?.send(body);
    },
    tell,
    now: () => new Date(),
  });
  world.stderr.write(
    `sshdrift: status server on ${server.url}/ keeps its data in ${escapeText(directory)}\n`,
  );
  await untilStopped(world.signal);
  await server.stop();
  await webhooks?.close(WEBHOOKS_AT_STOP_MS);
  return world.signal.reason === 'SIGTERM' ? EXIT.SIGTERM : EXIT.SIGINT;
}

function refuseStrangers({ host }: ListenAddress): void {
  if (isLoopback(host)) return;
  throw new UserError(
    `anybody who reaches ${escapeText(host)} could post statuses: there is no token`,
    'Set GITOPS_STATUS_TOKEN here and where checks run. If only the right ones reach this address, say --insecure.',
  );
}

function webhooksOf(url: string | null, world: World, tell: (sentence: string) => void): Webhooks | null {
  if (url === null) return null;
  return createWebhooks({ url, proxy: proxySettings(world.env), version: world.version, tell });
}

/** Where the XDG base directory specification wants what a program must not forget. */
function dataDirectory(given: string | null, { env, home, cwd }: World): string {
  if (given !== null) return resolve(cwd, given);
  const state = env.XDG_STATE_HOME?.startsWith('/') ? env.XDG_STATE_HOME : join(home, '.local/state');
  return join(state, 'sshdrift');
}
