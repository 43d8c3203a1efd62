// One server, asked again and again over one connection.

import { questionFor } from '../domain/ask.ts';
import type { Destination } from '../domain/destination.ts';
import type { Failure } from '../domain/failure.ts';
import { type Connection, isFailure, type Ports, type Target } from './ports.ts';
import { type Taken, takeSnapshot } from './take-snapshot.ts';

export interface StandingConnection {
  /** Asks over the connection that stands; null if there is none to this destination, or it was lost meanwhile. */
  readonly askAgain: (target: Target) => Promise<Taken | Failure | null>;
  /** Connects anew and asks. An aborted signal destroys the connection at any later time too. */
  readonly askAnew: (target: Target, signal: AbortSignal) => Promise<Taken | Failure>;
  readonly close: () => void;
}

interface Open {
  readonly connection: Connection;
  readonly key: string;
  /** Between two questions no time runs. */
  readonly wake: () => void;
}

/** No connection yet. Each question has the server's whole time; a failure ends the connection. */
export function createStandingConnection(ports: Ports): StandingConnection {
  let open: Open | null = null;

  const close = (): void => {
    open?.connection.close();
    open = null;
  };
  const ask = async (connection: Connection, target: Target): Promise<Taken | Failure> => {
    const { server, destination, copies } = target;
    const question = questionFor(server.scope, copies);
    const taken = await takeSnapshot(connection, question, { destination, ports });
    if (isFailure(taken) || mustEnd(taken)) {
      connection.close();
      open = null;
    } else open = { connection, key: keyOf(destination), wake: connection.rest() };
    return isFailure(taken) ? taken : { ...taken, warnings: [...connection.warnings, ...taken.warnings] };
  };
  return {
    askAgain: async target => {
      if (open !== null && open.key !== keyOf(target.destination)) close();
      if (open === null) return null;
      open.wake();
      const taken = await ask(open.connection, target);
      return isFailure(taken) && LOST.includes(taken.code) ? null : taken;
    },
    askAnew: async (target, signal) => {
      const connection = await ports.connect(target.destination, signal);
      return isFailure(connection) ? connection : ask(connection, target);
    },
    close,
  };
}

/** How a connection ends that nobody asked anything: the server was restarted, a firewall forgot it. */
const LOST: readonly Failure['code'][] = ['ssh/interrupted', 'ssh/jump-failed', 'ssh/proxy-failed'];

/**
 * Over SFTP a session ends with its connection. And whoever is logged in keeps the groups of the login: a file that could
 * not be read may be readable for a new one.
 */
const mustEnd = ({ answeredBy, snapshot }: Taken): boolean =>
  answeredBy === null || [...snapshot.files.values()].some(file => file.kind === 'unreadable');

const keyOf = (destination: Destination): string => JSON.stringify(destination);
