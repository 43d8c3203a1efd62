// What a status server takes from a poster. Everything in a POST is from outside: each field has a type and a longest
// length, and keys that are not named here are left out, so that a poster can neither grow the memory nor make the
// server hand on what it does not know.

import * as z from 'zod';

/** Largest number of files in one status. */
const MAX_FILES = 10_000;

/** How far ahead of our clock a check may lie: later ones would keep every honest status out until then. */
const MAX_AHEAD_MS = 10 * 60_000;

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** Half a character of UTF-16 has no UTF-8: two such names would come out as one. */
const text = (longest: number) =>
  z
    .string('must be a text')
    .max(longest, `must have at most ${longest} characters`)
    .refine(value => !/\p{Surrogate}/u.test(value), 'must be valid Unicode');

const name = (longest: number) => text(longest).min(1, 'must not be empty');

const count = z.int('must be a whole number').min(0, 'must not be negative');

const optional = <T extends z.ZodType>(type: T) => type.nullable().optional();

const FILE = z.object(
  {
    name: name(4096),
    change: optional(text(32)),
    origin: optional(text(32)),
  },
  'must be an object with a name',
);

const STATUS = z.object(
  {
    repo: name(255),
    server: name(255),
    sync_status: z.enum(
      ['SYNCED', 'OUT_OF_SYNC', 'UNKNOWN'],
      'must be one of SYNCED, OUT_OF_SYNC and UNKNOWN',
    ),
    drift_count: count,
    files: z.array(FILE, 'must be a list').max(MAX_FILES, `must hold at most ${MAX_FILES} files`),
    last_check: z
      .string('must be a text')
      .refine(
        value => ISO_TIME.test(value) && !Number.isNaN(Date.parse(value)),
        'must be a time like 2026-04-21T10:30:00Z',
      ),
    sync_code: optional(count),
    reason: optional(text(255)),
    files_expected: optional(count),
    files_compared: optional(count),
    git_revision: optional(text(255)),
    git_dirty: optional(z.boolean('must be true or false')),
    fingerprint: optional(text(128)),
    duration_ms: optional(count),
    tool_version: optional(text(64)),
  },
  'must be an object',
);

/** A status as it was posted, keys in the order of the standard and of the extended payload, others left out. */
export type PostedStatus = Readonly<z.infer<typeof STATUS>>;

/** Why a body is no status; `field` is its path (`files[3].name`), empty for the body itself. */
export interface BadStatus {
  readonly field: string;
  readonly message: string;
}

/** Reads the body of a POST; the result has a `field` if and only if it is refused. `now` is our clock. */
export function readStatus(body: Uint8Array, now: Date): PostedStatus | BadStatus {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return { field: '', message: 'the body is not JSON in UTF-8' };
  }
  const parsed = STATUS.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = fieldOf(issue?.path ?? []);
    return { field, message: `${field === '' ? 'the body' : field} ${issue?.message}` };
  }
  const status = parsed.data;
  if (status.drift_count !== status.files.length)
    return { field: 'drift_count', message: 'drift_count must be the number of files' };
  if (Date.parse(status.last_check) > now.getTime() + MAX_AHEAD_MS)
    return {
      field: 'last_check',
      message: `last_check is in the future: here it is ${now.toISOString()}; is a clock wrong?`,
    };
  return status;
}

/** True for a refusal. */
export const isBad = (read: PostedStatus | BadStatus): read is BadStatus => 'field' in read;

const fieldOf = (path: readonly PropertyKey[]): string =>
  path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${String(step)}`))
    .join('');
