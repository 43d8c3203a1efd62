// What ssh2 and the socket say when a handshake or an authentication comes to nothing, as one failure. ssh2 may emit no
// error, one, or several for one trouble, so the decision is taken from the facts that we collected ourselves.

import type { Destination } from '../../domain/destination.ts';
import { decodeBytes } from '../../domain/escape.ts';
import type { Failure } from '../../domain/failure.ts';
import type { AuthenticationStory } from './authentication.ts';

/** What is known when the connection ends before it is ready. */
export interface HandshakeFacts {
  readonly destination: Destination;
  readonly handshakeDone: boolean;
  /** The first bytes from the server. */
  readonly greeting: Buffer;
  readonly story: AuthenticationStory;
  /** Null when the connection just closed. */
  readonly error: (Error & { readonly level?: string; readonly code?: unknown }) | null;
}

/** SSH_DISCONNECT_TOO_MANY_CONNECTIONS and friends: RFC 4253 section 11.1; OpenSSH ends too many attempts with 2. */
const PROTOCOL_ERROR = 2;

export function handshakeFailure(facts: HandshakeFacts): Failure {
  const { destination, error } = facts;
  const { host, port, user } = destination;
  if (facts.handshakeDone) {
    if (error?.level === 'client-authentication') {
      return { code: 'ssh/auth-refused', host, user, ...facts.story };
    }
    if (error?.code === PROTOCOL_ERROR && /too many/i.test(error.message)) {
      const { offered, notes } = facts.story;
      return { code: 'ssh/too-many-attempts', host, user, offered, notes };
    }
    return { code: 'ssh/closed-early', host, port, detail: `during authentication${detailOf(error)}` };
  }
  if (error?.level === 'handshake' && error.message.includes('no matching')) {
    return {
      code: 'ssh/no-common-algorithm',
      host,
      detail: error.message.replace(/^Handshake failed: /, ''),
    };
  }
  if (!facts.greeting.toString('latin1').match(/^SSH-/m)) {
    const text = decodeBytes(facts.greeting.subarray(0, 200)).trim();
    if (text && !/MaxStartups|not allowed at this time/i.test(text)) {
      return { code: 'ssh/not-ssh', host, port, greeting: text };
    }
    return { code: 'ssh/closed-early', host, port, detail: text || detailOf(error).replace(/^: /, '') };
  }
  if (error && error.level !== 'client-socket' && error.level !== 'protocol') {
    return { code: 'ssh/protocol', host, detail: error.message };
  }
  return { code: 'ssh/closed-early', host, port, detail: detailOf(error).replace(/^: /, '') };
}

const detailOf = (error: NodeJS.ErrnoException | HandshakeFacts['error']): string => {
  if (!error || error.message === 'Connection lost before handshake') return '';
  return error.code === 'ECONNRESET' ? ': connection reset by peer' : `: ${error.message}`;
};
