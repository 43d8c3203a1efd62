import type { Destination } from '../../domain/destination.ts';
import type { JumpHost } from './jump-hosts.ts';
import type { Lifeline } from './lifeline.ts';
import { openSocket } from './open-socket.ts';
import { runProxyCommand } from './proxy-command.ts';
import type { Transport } from './transport.ts';

/** What it takes to reach one server. */
export interface Way {
  readonly destination: Destination;
  readonly lifeline: Lifeline;
  /** The jump host next to the server; null if none is in between. */
  readonly jump: JumpHost | null;
  /** Of a proxy command; without secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Proxy commands that have not ended. */
  readonly running: Set<Promise<void>>;
}

/** Connects with a server in the way that its destination says; a failure ends the lifeline. */
export async function openTransport({ destination, lifeline, jump, env, running }: Way): Promise<Transport> {
  if (jump !== null) return jump.forward(destination, lifeline);
  const { via } = destination;
  if (via?.kind !== 'command') return openSocket(destination, lifeline);
  return runProxyCommand({ command: via.command, env, running }, destination, lifeline);
}
