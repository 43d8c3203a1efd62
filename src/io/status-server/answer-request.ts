// What the status server has at which address.

import type { IncomingMessage } from 'node:http';
import type { StatusEvent } from '../../domain/status-event.ts';
import type { StatusRecord } from '../../domain/status-record.ts';
import { rollUp } from '../../domain/status-roll-up.ts';
import { createNonce } from '../nonce.ts';
import { addressOf } from './address-of.ts';
import { type Answer, jsonAnswer, jsonText } from './answer.ts';
import { NO_SUCH_STATUS, type PostDesk, takePost, takeRemoval } from './take-post.ts';

/** A document that is not JSON, with the headers that belong to it. */
export interface Document {
  readonly type: string;
  readonly body: () => string;
  /** What the body depends on besides the records, for its entity tag; null for a document without one. */
  readonly state: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the page is made of. */
export interface PageRequest {
  /** Sorted by repo, then server. */
  readonly statuses: readonly StatusRecord[];
  /** Newest first. */
  readonly events: readonly StatusEvent[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What is looked for; empty for everything. */
  readonly search: string;
  /** Base URL as the client sees it, safe in a shell. */
  readonly address: string;
  /** Posts need a token. */
  readonly needsToken: boolean;
}

/** What is rendered elsewhere. */
export interface Documents {
  /** One line of JSON that is safe to print. */
  readonly json: (value: unknown) => string;
  readonly page: (request: PageRequest) => Document;
  readonly metrics: (statuses: readonly StatusRecord[]) => Document;
}

/** Answers a request; rejects if the client goes away before it has said all. */
export type AnswerRequest = (request: IncomingMessage) => Promise<Answer>;

const METHODS = ['GET', 'POST', 'DELETE'] as const;
type Method = (typeof METHODS)[number];
type Handler = (query: URLSearchParams, request: IncomingMessage) => Answer | Promise<Answer>;
type Route = Readonly<Partial<Record<Method, Handler>>>;

/** Events in an answer, unless it is asked for more or less. */
const DEFAULT_EVENTS = 100;

/** Everything is answered from memory; what does not depend on the query is made once for each change. */
export function createAnswers(desk: PostDesk, documents: Documents): AnswerRequest {
  const { store } = desk;
  const start = createNonce().slice(0, 12);
  const tag = (state = ''): string => `"${start}-${store.version()}${state}"`;
  const made = new Map<string, { readonly version: number; readonly body: Buffer }>();

  const once = (name: string, make: () => string): Buffer => {
    const before = made.get(name);
    if (before?.version === store.version()) return before.body;
    const body = Buffer.from(make());
    made.set(name, { version: store.version(), body });
    return body;
  };
  const sorted = (): readonly StatusRecord[] => rollUp(store.records()).statuses;
  const document = ({ state, ...rest }: Document): Answer => ({
    status: 200,
    etag: state === null ? null : tag(`-${state}`),
    ...rest,
  });
  const page: Handler = (query, request) =>
    document(
      documents.page({
        statuses: sorted(),
        events: store.events(),
        now: desk.now().getTime(),
        search: query.get('q') ?? '',
        address: addressOf(request),
        needsToken: desk.token !== null,
      }),
    );

  // Of thousands of records a few change between two answers, so each is written once.
  const texts = new WeakMap<StatusRecord, string>();
  const textOf = (record: StatusRecord): string => {
    const text = texts.get(record) ?? documents.json(record).trimEnd();
    texts.set(record, text);
    return text;
  };
  const rolledUp = (records: readonly StatusRecord[]): string => {
    const { statuses, ...head } = rollUp(records);
    const empty = documents.json({ ...head, statuses: [] }).trimEnd();
    return `${empty.slice(0, -']}'.length)}${statuses.map(textOf).join(',')}]}\n`;
  };

  const statusJson: Handler = query => {
    const [repo, server] = [query.get('repo') || null, query.get('server') || null];
    const make = (): string =>
      rolledUp(store.records().filter(r => r.repo === (repo ?? r.repo) && r.server === (server ?? r.server)));
    return jsonText(tag(), repo === null && server === null ? () => once('roll-up', make) : make);
  };
  const events: Handler = query => {
    const limit = query.get('limit') ?? `${DEFAULT_EVENTS}`;
    if (!/^\d{1,4}$/.test(limit)) return jsonAnswer(400, { error: 'limit must be a number', field: 'limit' });
    return jsonText(tag(), () => documents.json(store.events().slice(0, Number(limit))));
  };

  const routes: Readonly<Record<string, Route>> = {
    '/': { GET: page },
    '/status.json': { GET: statusJson },
    '/api/status': {
      GET: () => jsonText(tag(), () => once('array', () => `[${sorted().map(textOf).join(',')}]\n`)),
      POST: (_, request) => takePost(request, desk),
    },
    '/api/events': { GET: events },
    '/metrics': { GET: () => document(documents.metrics(sorted())) },
    '/healthz': { GET: () => document(HEALTH) },
  };

  const oneRecord = (repo: string, server: string): Route => ({
    GET: () => {
      const kept = store.find(repo, server);
      return kept === null ? NO_SUCH_STATUS : jsonText(tag(), () => `${textOf(kept.record)}\n`);
    },
    DELETE: (_, request) => takeRemoval(request, { repo, server }, desk),
  });

  const routeOf = (path: string): Route | null => {
    if (Object.hasOwn(routes, path)) return routes[path] ?? null;
    const names = /^\/api\/status\/([^/]+)\/([^/]+)$/.exec(path)?.slice(1).map(decode);
    return names?.[0] != null && names[1] != null ? oneRecord(names[0], names[1]) : null;
  };

  return async request => {
    const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(request.url ?? '') ?? [];
    const route = routeOf(path);
    if (route === null) return jsonAnswer(404, { error: `there is ${ADDRESSES}` });
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const known = METHODS.find(name => name === method);
    const handler = known && route[known];
    if (handler !== undefined) return handler(new URLSearchParams(query), request);
    const allow = METHODS.filter(name => route[name])
      .flatMap(name => (name === 'GET' ? ['GET', 'HEAD'] : [name]))
      .join(', ');
    return jsonAnswer(405, { error: `this address takes ${allow}` }, { allow });
  };
}

const HEALTH: Document = {
  type: 'text/plain; charset=utf-8',
  body: () => 'ok\n',
  state: null,
  headers: {},
};

const ADDRESSES =
  '/, /status.json, /api/status, /api/status/REPO/SERVER, /api/events, /metrics and /healthz here';

/** Null for a percent escape that is no UTF-8. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
