import type { AnyAuthMethod, AuthHandlerMiddleware } from 'ssh2';
import type { PrivateKey } from './private-keys.ts';

/** Public keys that are offered at most: sshd ends the connection after MaxAuthTries, 6 by default (sshd_config(5)). */
const MAX_ATTEMPTS = 5;

/** The authentication of one connection. */
export interface Authentication {
  /** ssh2's `authHandler`: the next attempt, or false to give up. */
  readonly next: AuthHandlerMiddleware;
  /** Names of the keys that were offered so far. */
  readonly offered: () => readonly string[];
  /** The methods that the server named when it refused one. */
  readonly methods: () => readonly string[];
}

/** Offers one key after the other; never `none`, which costs a round trip, and never a password. */
export function createAuthentication(username: string, keys: readonly PrivateKey[]): Authentication {
  const queue = keys.slice(0, MAX_ATTEMPTS);
  const offered: string[] = [];
  let methods: readonly string[] = [];
  const attempt = (left: readonly string[] | null): AnyAuthMethod | false => {
    methods = left ?? methods;
    const key = left === null || left.includes('publickey') ? queue.shift() : undefined;
    if (key === undefined) return false;
    offered.push(key.source);
    return { type: 'publickey', username, key: key.key };
  };
  return {
    // `left` is null at first and false ends the attempts, which the types of ssh2 leave out.
    next: (left, _partial, use) => use(attempt(left as readonly string[] | null) as AnyAuthMethod),
    offered: () => offered,
    methods: () => methods,
  };
}
