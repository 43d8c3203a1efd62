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

/** SSH_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE, RFC 4253 section 11.1. */
const NO_MORE_AUTH_METHODS = 14;

/** What a server said when it ended the connection; null if it said nothing. */
export const goodbye = (reason: number, description: string): Trouble | null =>
  description === '' ? null : Object.assign(new Error(description), { code: reason });

export function handshakeFailure(facts: HandshakeFacts): Failure {
  const { destination, error } = facts;
  const { host, port, user } = destination;
  const during = facts.handshakeDone ? 'during authentication: ' : '';
  if (facts.handshakeDone) {
    if (error?.level === 'client-authentication') {
      return { code: 'ssh/auth-refused', host, port, user, ...facts.story };
    }
    // Servers end too many attempts for different reasons, OpenSSH for a protocol error.
    if (typeof error?.code === 'number' && /too many auth/i.test(error.message)) {
      const { offered, notes } = facts.story;
      return { code: 'ssh/too-many-attempts', host, user, offered, notes };
    }
    if (error?.code === NO_MORE_AUTH_METHODS) {
      const notes = [...facts.story.notes, `the server said "${wordsOf(error)}"`];
      return { code: 'ssh/auth-refused', host, port, user, ...facts.story, notes };
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

/**
 * The first words of what ssh2 says, or the server by it; where ssh2 stumbles itself over what came out of turn, its words
 * would mean nothing to anyone.
 */
export const wordsOf = (error: Error): string =>
  error.name === 'Error'
    ? firstWords(Buffer.from(error.message))
    : 'it sent a message that makes no sense at this point';

const lossOf = (error: Trouble | null): string => {
  if (!error || error.message === LOST) return '';
  return error.code === 'ECONNRESET' ? 'connection reset by peer' : wordsOf(error);
};
