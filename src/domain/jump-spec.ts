// A jump host as people write it: `[user@]host[:port]`, with an address in brackets (`ssh -G` prints IPv4 in them, too), or `ssh://[user@]host[:port]`;
// several with commas between them, the one next to the server last (ssh_config(5), ProxyJump).

import { escapeText } from './escape.ts';
import { UserError } from './user-error.ts';

export interface JumpSpec {
  readonly host: string;
  readonly user: string | null;
  readonly port: number | null;
}

/** More are a loop that nobody meant. */
export const MAX_JUMPS = 8;

/** What one hop may look like; ssh refuses the same characters, because a shell may come to see them. */
const HOP =
  /^(?:ssh:\/\/)?(?:([^\s\p{Cc}'"`$;&<>|(){},/-][^\s\p{Cc}'"`$;&<>|(){},/]*)@)?(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|((?!-)[\p{L}\p{M}\p{N}._%-]+))(?::(\d{1,5}))?\/?$/u;

const parseHop = (text: string): JumpSpec | null => {
  const match = HOP.exec(text);
  if (match === null) return null;
  const [, user, address, name, digits] = match;
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port < 1 || port > 65535)) return null;
  return { host: address ?? name ?? '', user: user ?? null, port };
};

/** True for what {@link parseJumps} reads, and for `none`. */
export const isJumpList = (text: string): boolean =>
  text.split(',').length <= MAX_JUMPS && text.split(',').every(hop => parseHop(hop) !== null);

/** The hops in the order in which they are passed. Throws a UserError about anything else. */
export const parseJumps = (text: string): readonly JumpSpec[] =>
  text.split(',').map(hop => {
    const spec = parseHop(hop);
    if (spec !== null) return spec;
    throw new UserError(
      `"${escapeText(text)}" is no list of jump hosts`,
      'Write it as [user@]host[:port], commas between.',
    );
  });
