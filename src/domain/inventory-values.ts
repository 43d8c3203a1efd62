// The kinds of values that stand in an inventory. Every message completes "KEY: …" and says what would be right; the
// patterns are also in the JSON Schema, so that an editor objects before sshdrift does.

import * as z from 'zod';
import { BYTE_SIZE, parseByteSize } from './byte-size.ts';
import { isCalendarDate } from './calendar-date.ts';
import { DURATION, parseDuration } from './duration.ts';
import { isJumpList } from './jump-spec.ts';
import { watchProblem } from './watch.ts';

// Compiled code for a shape pays after hundreds of servers; until then it costs more than it saves.
z.config({ jitless: true });

/** YAML reads an unquoted 0644 as the number 644 and an unquoted `true` as no text. */
export const orQuote = (message: string) => (issue: { readonly input?: unknown }) =>
  typeof issue.input === 'number' || typeof issue.input === 'boolean'
    ? `${message}; put it in quotes`
    : message;

/** A string that the pattern accepts. */
export const text = (pattern: RegExp, message: string) =>
  z.string({ error: orQuote(message) }).regex(pattern, { error: message });

/** A map with these keys and no others. */
export const mapOf = <Shape extends z.ZodRawShape>(shape: Shape) => {
  const keys = Object.keys(shape)
    .filter(key => !key.startsWith('$'))
    .join(', ');
  return z.strictObject(shape, {
    error: issue =>
      issue.code === 'unrecognized_keys'
        ? `unknown key; allowed: ${keys}`
        : `must be a map; allowed keys: ${keys}`,
  });
};

/** A list with at least one item. */
export const listOf = <Item extends z.ZodType>(item: Item, message: string) =>
  z.array(item, { error: message }).min(1, { error: message });

/** One value, or a list with at least one. */
export const oneOrMore = <Item extends z.ZodType>(item: Item, message: string) =>
  z.union([item, listOf(item, message)], { error: orQuote(message) });

/** One of these words. */
export const word = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` });

const DURATION_RULE = 'must be a duration like 500ms, 10s or 2m (at most 24h)';
export const duration = z
  .string({ error: DURATION_RULE })
  .regex(DURATION, { error: DURATION_RULE })
  .refine(value => parseDuration(value) !== null, { error: DURATION_RULE });

const SIZE_RULE = 'must be a size from 1KiB to 64MiB, in bytes or like 512KiB';
const SMALLEST = 1024;
const LARGEST = 64 * 1024 ** 2;
export const fileSize = z.union(
  [
    z.int({ error: SIZE_RULE }).min(SMALLEST, { error: SIZE_RULE }).max(LARGEST, { error: SIZE_RULE }),
    z
      .string({ error: SIZE_RULE })
      .regex(BYTE_SIZE, { error: SIZE_RULE })
      .refine(value => (parseByteSize(value) ?? 0) >= SMALLEST && (parseByteSize(value) ?? 0) <= LARGEST, {
        error: SIZE_RULE,
      }),
  ],
  { error: SIZE_RULE },
);

const DATE_RULE = 'must be a date like 2027-06-30';
export const date = text(/^\d{4}-\d{2}-\d{2}$/, DATE_RULE).refine(isCalendarDate, {
  error: `${DATE_RULE}, and a day that exists`,
});

const PORT_RULE = 'must be a port number from 1 to 65535';
export const port = z.int({ error: PORT_RULE }).min(1, { error: PORT_RULE }).max(65535, { error: PORT_RULE });

/** Three or four octal digits in quotes. */
export const mode = z
  .string({ error: 'must be an octal mode like "0644"; put it in quotes, because YAML reads 0644 as 644' })
  .regex(/^[0-7]{3,4}$/, { error: 'must be an octal mode like "0644"' });

const WATCH_RULE = 'must be an absolute path, or a glob like /etc/rsyslog.d/*.conf';
/** A path on a server, or a glob; see watch.ts. */
export const watched = z
  .string({ error: orQuote(WATCH_RULE) })
  .superRefine((path, context) => {
    const problem = watchProblem(path);
    if (problem === null) return;
    const message = problem.startsWith('must ') ? problem : `${WATCH_RULE}; it ${problem}`;
    context.addIssue({ code: 'custom', message });
  })
  .meta({ pattern: '^/' });

/** An absolute directory on a server. */
export const remoteDirectory = text(
  /^(?!.*\/\.\.(?:\/|$))\/[^\u0000]*$/su,
  'must be an absolute directory like /etc, without ".."',
);

/** A path on this machine. */
export const localPath = text(
  /^(?!~[^/])[^\p{Cc}]+$/u,
  'must be a path: absolute, below ~/ or relative to the inventory',
);

const HOST_LIKE = /^(?!-)[\p{L}\p{M}\p{N}._:%-]+$/u;

/** Why a text is no host name or address, or null if it may be one. */
export function hostProblem(host: string): string | null {
  if (host.includes('@')) return 'must be a host without "@"; the login name belongs in ssh.user';
  if (/^[^:]*:\d+$|^\[.*\]:\d+$/.test(host))
    return 'must be a host without a port, which belongs in ssh.port';
  if (/^\[.*\]$/.test(host)) return 'must be an IPv6 address without brackets';
  return HOST_LIKE.test(host) ? null : 'must be a host name or an address';
}

export const host = z
  .string({ error: orQuote('must be a host name or an address') })
  .superRefine((value, context) => {
    const problem = hostProblem(value);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ pattern: HOST_LIKE.source });

/** A server's name stands in reports, URLs and on the command line, where `,` `/` and a leading `-` have a meaning. */
export const serverName = text(
  /^(?!-)[\p{L}\p{M}\p{N}._:@-]{1,255}$/u,
  'a server name holds only letters, digits and . _ - : @, and does not begin with -',
);

/** OpenSSH refuses the same characters in a login name since 9.6, for the sake of ProxyCommand. */
export const loginName = text(/^(?!-)[^\s\p{Cc}'"`$;&<>|(){}]+$/u, 'must be a login name');

const JUMP_RULE = 'must be a server name or [user@]host[:port], or several with commas between';
/** Jump hosts; whether a name is that of a server is found out later. */
export const jumpList = z
  .string({ error: orQuote(JUMP_RULE) })
  .refine(isJumpList, { error: JUMP_RULE })
  .meta({ pattern: '^\\S+$' });

export const fingerprint = text(
  /^SHA256:[A-Za-z0-9+/]{43}=?$/,
  'must be a fingerprint like SHA256:…, as ssh-keygen -lf prints it',
);
