// What ssh2 and the socket say when a handshake or an authentication comes to nothing, as one failure. ssh2 may emit no
// error, one, or several for one trouble, so the decision is taken from the facts that we collected ourselves.

import type { Destination } from '../../domain/destination.ts';
import type { Failure } from '../../domain/failure.ts';
import { firstWords } from '../../domain/failure-quotes.ts';
import type { AuthenticationStory } from './authentication.ts';

/** What is known when the connection ends before it is ready. */
export interface HandshakeFacts {
  readonly destination: Destination;
  /** The server has said that it speaks SSH. */
  readonly identified: boolean;
  readonly handshakeDone: boolean;
  /** The first bytes from the server. */
  readonly greeting: Buffer;
  readonly story: AuthenticationStory;
  /** Null when the connection just closed. */
  readonly error: Trouble | null;
}

/** An error of ssh2 or of the way; `code` is the system's name for it, or the reason of the server's own DISCONNECT. */
export type Trouble = Error & { readonly level?: string; readonly code?: unknown };

/** SSH_DISCONNECT_TOO_MANY_CONNECTIONS and friends: RFC 4253 section 11.1; OpenSSH ends too many attempts with 2. */
const PROTOCOL_ERROR = 2;

export function handshakeFailure(facts: HandshakeFacts): Failure {
  const { destination, error } = facts;
  const { host, port, user } = destination;
  const during = facts.handshakeDone ? 'during authentication: ' : '';
  if (facts.handshakeDone) {
    if (error?.level === 'client-authentication') {
      return { code: 'ssh/auth-refused', host, port, user, ...facts.story };
    }
    if (error?.code === PROTOCOL_ERROR && /too many/i.test(error.message)) {
      const { offered, notes } = facts.story;
      return { code: 'ssh/too-many-attempts', host, user, offered, notes };
    }
  }
  if (error?.level === 'handshake' && error.message.includes('no matching')) {
    return {
      code: 'ssh/no-common-algorithm',
      host,
      detail: error.message.replace(/^Handshake failed: /, ''),
    };
  }
  const greeting = firstWords(facts.greeting);
  if (!facts.identified && !/^SSH-/m.test(greeting)) {
    if (greeting && !/MaxStartups|not allowed at this time/i.test(greeting)) {
      return { code: 'ssh/not-ssh', host, port, greeting };
    }
    return { code: 'ssh/closed-early', host, port, detail: greeting || lossOf(error) };
  }
  if (error && breaksRules(error)) {
    const shown = facts.identified ? '' : `: "${greeting.split(/[\r\n]/)[0]}"`;
    return { code: 'ssh/protocol', host, detail: `${during}${wordsOf(error)}${shown}` };
  }
  return { code: 'ssh/closed-early', host, port, detail: `${during}${lossOf(error)}`.replace(/: $/, '') };
}

const LOST = 'Connection lost before handshake';

/** True if ssh2 could make no sense of what came, rather than that nothing came any more. */
const breaksRules = ({ code, message }: Trouble): boolean => code === undefined && message !== LOST;

/** What ssh2 says; where it stumbles itself over what came out of turn, its words would mean nothing to anyone. */
export const wordsOf = (error: Error): string =>
  error.name === 'Error' ? error.message : 'it sent a message that makes no sense at this point';

const lossOf = (error: Trouble | null): string => {
  if (!error || error.message === LOST) return '';
  return error.code === 'ECONNRESET' ? 'connection reset by peer' : wordsOf(error);
};
