// POST /api/status, and DELETE of one: may he, is it a status, is it on the disk.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isBad, readStatus } from '../../domain/posted-status.ts';
import type { StatusName } from '../../domain/status-record.ts';
import { type Answer, jsonAnswer } from './answer.ts';
import { MAX_BODY, readBody } from './read-body.ts';
import type { Outcome, StatusStore } from './status-store.ts';

/** What a POST or a DELETE needs besides the request. */
export interface PostDesk {
  readonly store: StatusStore;
  /** Bearer token that a poster must have; null for none. */
  readonly token: string | null;
  readonly now: () => Date;
}

/** Seconds after which a poster whose status could not be written is told to come again. */
const RETRY_SECONDS = 5;

export const NO_SUCH_STATUS = jsonAnswer(404, { error: 'no status of this repo and server was posted' });

const ANSWERS: { readonly [K in Outcome['kind']]: (outcome: Extract<Outcome, { kind: K }>) => Answer } = {
  stored: () => jsonAnswer(200, { stored: true }),
  older: () => jsonAnswer(200, { stored: false }),
  removed: () => ({ ...jsonAnswer(204, {}), body: () => '' }),
  unknown: () => NO_SUCH_STATUS,
  full: ({ reason }) => jsonAnswer(507, { error: reason }),
  unwritten: ({ reason }) =>
    jsonAnswer(
      503,
      { error: `the status could not be written: ${reason}` },
      { 'retry-after': `${RETRY_SECONDS}` },
    ),
};

/** Answers when it is certain what became of the status. Rejects if the client goes away before the end of its body. */
export async function takePost(request: IncomingMessage, { store, token, now }: PostDesk): Promise<Answer> {
  if (!mayChange(request, token)) return UNAUTHORIZED;
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  // No form and no script of another site can send this type without asking first, and it is told no.
  if (!/^application\/json *(;|$)/i.test(type) || encoding !== 'identity')
    return jsonAnswer(415, { error: 'the body must be content-type: application/json, not compressed' });
  const body = await readBody(request);
  if (body === null) return jsonAnswer(413, { error: `the body is larger than ${MAX_BODY / 1024} KiB` });
  const status = readStatus(body, now());
  if (isBad(status)) return jsonAnswer(400, { error: status.message, field: status.field });
  return answerTo(await store.post(status));
}

/** Forgets the status of a server that is no more; answers when that is certain. */
export async function takeRemoval(
  request: IncomingMessage,
  name: StatusName,
  { store, token }: PostDesk,
): Promise<Answer> {
  if (!mayChange(request, token)) return UNAUTHORIZED;
  return answerTo(await store.remove(name));
}

const answerTo = (outcome: Outcome): Answer =>
  (ANSWERS[outcome.kind] as (outcome: Outcome) => Answer)(outcome);

const UNAUTHORIZED = jsonAnswer(
  401,
  { error: 'this needs the header Authorization: Bearer, with the token of this server' },
  { 'www-authenticate': 'Bearer' },
);

const mayChange = ({ headers }: IncomingMessage, token: string | null): boolean =>
  token === null || isBearer(headers.authorization, token);

/** Digests are compared, so that the time says nothing about the token, not even its length. */
function isBearer(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(.*)$/i.exec(header ?? '')?.[1];
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given.trim()), digest(token));
}
