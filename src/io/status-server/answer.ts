// An answer as data, and how it goes out: with the headers that every answer of the status server has.

import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is answered to one request. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  /** Made only when it is sent: a 304 needs none. */
  readonly body: () => string | Buffer;
  /** Strong entity tag with its quotes; null for an answer that may not be asked for by it. */
  readonly etag: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** A short document that holds nothing from outside but what JSON escapes. */
export const jsonAnswer = (
  status: number,
  document: object,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({ status, type: JSON_TYPE, body: () => `${JSON.stringify(document)}\n`, etag: null, headers });

/** JSON that is text already. */
export const jsonText = (etag: string, body: () => string | Buffer): Answer => ({
  status: 200,
  type: JSON_TYPE,
  body,
  etag,
  headers: {},
});

/** On every answer: nothing is to be kept, guessed, or shown inside another site; there is no CORS header, on purpose. */
const ALWAYS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

/** Sends an answer. `last` ends the connection: the server stops, or the rest of the request was not read. */
export function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { answer, last }: { readonly answer: Answer; readonly last: boolean },
): void {
  const { etag } = answer;
  const headers = {
    ...ALWAYS,
    ...(etag !== null && { etag }),
    ...answer.headers,
    ...(last && { connection: 'close' }),
  };
  if (etag !== null && isMatch(request.headers['if-none-match'], etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const made = answer.body();
  const body = typeof made === 'string' ? Buffer.from(made) : made;
  response.writeHead(answer.status, {
    ...headers,
    'content-type': answer.type,
    'content-length': body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** If-None-Match: a list of tags, weak ones alike, or `*`. */
const isMatch = (header: string | undefined, etag: string): boolean =>
  header?.split(',').some(tag => ['*', etag].includes(tag.trim().replace(/^W\//, ''))) === true;
