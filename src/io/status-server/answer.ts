// An answer as data, and how it goes out: with the headers that every answer of the status server has.

import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is answered to one request. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  /** Made only when it is sent: a 304 needs none. A buffer is one that other answers share; a text is made for this one. */
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

/** Takes a body until the response is closed; false if there are too many already. */
export type Room = (body: Buffer, response: ServerResponse) => boolean;

/** How an answer goes out. */
export interface Sending {
  readonly answer: Answer;
  /** Ends the connection: the server stops, or the rest of the request was not read. */
  readonly last: boolean;
  /** Whether there is room for a body that is kept until the response is closed, of one answer or of several. */
  readonly room: { readonly own: Room; readonly shared: Room };
}

const TOO_MUCH = jsonAnswer(
  503,
  { error: 'too many large answers wait to be taken' },
  { 'retry-after': '5' },
);

/** Sends an answer. */
export function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { answer, last, room }: Sending,
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
  if (answer.status === 204) {
    response.writeHead(204, headers).end();
    return;
  }
  const made = answer.body();
  const body = typeof made === 'string' ? Buffer.from(made) : made;
  const takes = typeof made === 'string' ? room.own : room.shared;
  if (request.method !== 'HEAD' && !takes(body, response)) {
    respond(request, response, { answer: TOO_MUCH, last, room });
    return;
  }
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
