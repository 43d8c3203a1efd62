// The tokens of ssh_config(5), section TOKENS. `ssh -G` prints some values as they were written, and this expands them as
// the client itself would (misc.c, percent_dollar_expand): one pass, in which what was put in is not looked at again.

import { createHash } from 'node:crypto';
import { escapeText } from './escape.ts';
import { UserError } from './user-error.ts';

/** What tokens and `${NAME}` stand for. */
export interface TokenValues {
  /** By letter, without `%%`; a letter that is not here is an error, as it is for ssh. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Undefined where `${NAME}` is no part of the syntax, as in ProxyCommand, whose shell expands it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The facts behind the tokens. */
export interface TokenFacts {
  /** As it was asked for, before HostName. */
  readonly originalHost: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly hostKeyAlias: string | null;
  /** The ProxyJump value; empty for none. */
  readonly jump: string;
  readonly home: string;
  readonly localUser: string;
  readonly uid: number;
  /** Of this machine, with its domain. */
  readonly localHost: string;
}

/** All tokens of files and commands; `%C` and `%j` as of OpenSSH 9.6. */
export function fileTokens(facts: TokenFacts): Readonly<Record<string, string>> {
  const { host, port, user, localHost, jump } = facts;
  return {
    ...proxyTokens(facts),
    get C() {
      return createHash('sha1').update(`${localHost}${host}${port}${user}${jump}`).digest('hex');
    },
    d: facts.home,
    i: String(facts.uid),
    j: jump,
    k: facts.hostKeyAlias ?? facts.originalHost,
    L: localHost.split('.')[0] ?? '',
    l: localHost,
    u: facts.localUser,
  };
}

/** The tokens of ProxyCommand and ProxyJump. */
export const proxyTokens = (
  facts: Pick<TokenFacts, 'host' | 'originalHost' | 'port' | 'user'>,
): Readonly<Record<string, string>> => ({
  h: facts.host,
  n: facts.originalHost,
  p: String(facts.port),
  r: facts.user,
});

/** Expands a value; throws a UserError about `keyword` for what ssh, too, would not expand. */
export function expandTokens(keyword: string, text: string, values: TokenValues): string {
  const wrong = (what: string): UserError =>
    new UserError(
      escapeText(`${keyword} in the ssh configuration: ${what} in "${text}"`),
      'ssh_config(5) lists what may stand there, section TOKENS.',
    );
  return text.replace(/%(.?)|\$\{([^}]*)\}/gs, (match, letter?: string, name?: string) => {
    if (name !== undefined) {
      if (values.env === undefined) return match;
      const value = values.env[name];
      if (value === undefined) throw wrong(`the variable ${match} is not set`);
      return value;
    }
    if (letter === '%') return '%';
    const value = values.tokens[letter ?? ''];
    if (value === undefined) throw wrong(`unknown token ${match}`);
    return value;
  });
}
