// One connection to each jump host, however many servers are behind it. It is opened when the first of them is tried, and
// stays until the run is over; if it cannot be opened, all servers behind it hear the same reason.

import pLimit, { type LimitFunction } from 'p-limit';
import type { Client, ClientChannel } from 'ssh2';
import type { Destination } from '../../domain/destination.ts';
import type { Failure, JumpTrouble } from '../../domain/failure.ts';
import { isFailure } from '../../engine/ports.ts';
import type { Lifeline } from './lifeline.ts';
import { takesPackets } from './ssh2-internals.ts';
import { isLoss, type Transport } from './transport.ts';

/** A connection that is logged in. */
export interface Session {
  readonly hop: Destination;
  readonly client: Client;
  readonly lifeline: Lifeline;
  readonly warnings: readonly string[];
  readonly end: () => void;
}

export interface JumpHost {
  /** About the connection to it; told to the server that opened it. */
  readonly warnings: readonly string[];
  /** Connects with a server as the jump host sees it; resolves with success only, a failure ends the lifeline. */
  readonly forward: (destination: Destination, lifeline: Lifeline) => Promise<Transport>;
}

export interface JumpHosts {
  /** Logs in to a hop, unless a connection to it stands or it has been tried in vain. */
  readonly reach: (hop: Destination, signal: AbortSignal) => Promise<JumpHost | Failure>;
  /** Ends all of them. */
  readonly close: () => void;
}

/** At one address, of logins that differ, say in their keys: its sshd may refuse more (MaxStartups). */
const LOGINS_AT_ONCE = 3;

type Login = (hop: Destination, signal: AbortSignal) => Promise<Session | Failure>;

/** Of a hop that could not be reached: whether whoever comes later tries again, or hears the same. */
export type HopTrouble = 'once' | 'again';

export function createJumpHosts(logIn: Login, trouble: HopTrouble = 'once'): JumpHosts {
  const sessions = new Map<string, Promise<Session | Failure>>();
  const doors = new Map<string, LimitFunction>();
  let closed = false;

  const open = async (hop: Destination, signal: AbortSignal): Promise<Session | Failure> => {
    const door = doors.get(addressOf(hop)) ?? pLimit(LOGINS_AT_ONCE);
    doors.set(addressOf(hop), door);
    // Whoever waits here has no deadline yet.
    const session = await door(() => logIn(hop, signal));
    if (isFailure(session)) {
      if (trouble === 'again') sessions.delete(keyOf(hop));
      return session;
    }
    session.lifeline.lift();
    // One that is lost after it stood is opened again for the next server; there are many reasons to end a long one.
    void session.lifeline.ended.then(() => sessions.delete(keyOf(hop)));
    if (closed) session.end();
    return session;
  };
  return {
    reach: async (hop, signal) => {
      const standing = sessions.get(keyOf(hop));
      const opening = standing ?? open(hop, signal);
      sessions.set(keyOf(hop), opening);
      const session = await opening;
      if (isFailure(session)) return session;
      return {
        warnings: standing === undefined ? session.warnings : [],
        forward: (to, lifeline) => forward(session, to, lifeline),
      };
    },
    close: () => {
      closed = true;
      for (const opening of sessions.values())
        void opening.then(session => {
          if (!isFailure(session)) session.end();
        });
    },
  };
}

/** Hops that are reached in the same way are the same. */
const keyOf = (hop: Destination): string => JSON.stringify(hop);

/** The way is a part of it: whoever waits at a door on it must not be kept from getting there by those behind. */
const addressOf = ({ host, port, via }: Destination): string =>
  `${via?.kind === 'jump' ? `${addressOf(via.hop)} ` : ''}${host}:${port}`;

/** A jump host as messages name it. */
export const jumpName = ({ user, host, port }: Destination): string => `${user}@${host}:${port}`;

/** SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, RFC 4254 section 5.1. */
const PROHIBITED = 1;

function forward(session: Session, destination: Destination, lifeline: Lifeline): Promise<Transport> {
  const { host, port, connectTimeoutMs } = destination;
  const failure = (why: JumpTrouble): Failure => ({
    ...{ code: 'ssh/jump-failed', host, port, jump: jumpName(session.hop), why },
  });
  const refused = (detail: string, prohibited = false): void =>
    lifeline.end(failure({ kind: 'forward', prohibited, detail }));
  const lost = session.lifeline.reason;
  /** A channel of a lost connection just closes; that of the jump host learns why a moment later. */
  const explain = async (what: Failure): Promise<Failure> => {
    if (!isLoss(what)) return what;
    await new Promise(setImmediate);
    const reason = lost();
    return reason === null ? what : failure({ kind: 'hop', failure: reason });
  };

  const timer = setTimeout(() => refused(`no answer in ${connectTimeoutMs / 1000} s`), connectTimeoutMs);
  void lifeline.ended.then(() => clearTimeout(timer));
  return new Promise(resolve => {
    const opened = (error: OpenError | undefined, channel: ClientChannel): void => {
      clearTimeout(timer);
      if (error) {
        const detail = error.message.replace(/^\(SSH\) Channel open failure: /, '');
        // On a lost connection, too; then the reason is known a moment later.
        setImmediate(() => {
          const reason = lost();
          if (reason === null) refused(detail.toLowerCase(), error.reason === PROHIBITED);
          else lifeline.end(failure({ kind: 'hop', failure: reason }));
        });
        return;
      }
      if (!takesPackets(channel)) {
        refused('it accepts no data');
        return;
      }
      channel.on('error', () => undefined);
      const destroy = (): void => void channel.destroy();
      const transport: Transport = { stream: channel, destroy, finish: destroy, explain };
      lifeline.carry(transport);
      resolve(transport);
    };
    try {
      session.client.forwardOut('127.0.0.1', 0, host, port, opened);
    } catch (error) {
      opened(error as Error, undefined as never);
    }
  });
}

type OpenError = Error & { readonly reason?: number };
