// A receiver of statuses in memory, for `sshdrift demo` and for tests: it speaks the contract of gitops-status-server on
// the loopback interface, keeps nothing, and asks for no token.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Payload } from '../domain/payload.ts';
import { isOlder, type RollUp, rollUp } from '../domain/status-roll-up.ts';

/** A running receiver. */
export interface StatusReceiver {
  /** Base URL, as GITOPS_STATUS_SERVER_URL takes it. */
  readonly url: string;
  /** Every accepted payload, in the order of arrival. */
  readonly received: () => readonly Payload[];
  /** What GET /status.json answers. */
  readonly statusJson: () => RollUp;
  /** Cuts every connection. */
  readonly close: () => Promise<void>;
}

/** What is answered: a status and a JSON document. */
type Answer = readonly [status: number, document: object];

const MAX_BODY = 256 * 1024;

const TOO_LARGE: Answer = [413, { error: 'the body is larger than 256 KiB' }];

/** Listens on a free port of 127.0.0.1. */
export async function startStatusReceiver(): Promise<StatusReceiver> {
  const received: Payload[] = [];
  const latest = new Map<string, Payload>();
  const statusJson = (): RollUp => rollUp([...latest.values()]);

  const store = (body: string): Answer => {
    const payload = parse(body);
    if (payload === null) return [400, { error: 'the body is not a status' }];
    received.push(payload);
    const key = JSON.stringify([payload.repo, payload.server]);
    const before = latest.get(key);
    const stored = before === undefined || !isOlder(payload, before);
    if (stored) latest.set(key, payload);
    return [200, { stored }];
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const route = `${request.method} ${request.url?.replace(/\?.*/, '')}`;
    if (route === 'GET /status.json') return [200, statusJson()];
    if (route !== 'POST /api/status') return [404, { error: 'POST /api/status or GET /status.json' }];
    const body = await readBody(request);
    return body === null ? TOO_LARGE : store(body);
  };

  const server = createServer((request, response) => {
    answer(request).then(
      result => respond(response, result),
      () => response.destroy(), // The client went away before its body ended.
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => [...received],
    statusJson,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function respond(response: ServerResponse, [status, document]: Answer): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(status === 413 && { connection: 'close' }),
  });
  response.end(JSON.stringify(document));
}

/** Null for a body over the limit, whose rest is not read. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BODY) return null;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Null for anything that is not a status; the fields are those that the roll-up reads. */
function parse(body: string): Payload | null {
  let value: Partial<Payload> | null;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  const isStatus =
    typeof value?.repo === 'string' &&
    typeof value.server === 'string' &&
    typeof value.sync_status === 'string' &&
    typeof value.drift_count === 'number' &&
    typeof value.last_check === 'string' &&
    Array.isArray(value.files);
  return isStatus ? (value as Payload) : null;
}
