import { connect, isIP } from 'node:net';
import type { Destination } from '../../domain/destination.ts';
import type { Failure } from '../../domain/failure.ts';
import type { Lifeline } from './lifeline.ts';
import type { Transport } from './transport.ts';

/** Of silence, before the kernel asks whether the other side is still there; firewalls forget after minutes. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Connects by TCP, within a time of its own; resolves with success only, a failure ends the lifeline. Nagle's algorithm is
 * off: with it each small handshake message waits for a delayed ACK of 40 ms.
 */
export function openSocket(destination: Destination, lifeline: Lifeline): Promise<Transport> {
  const { host, port, family, bindAddress, connectTimeoutMs: afterMs } = destination;
  const socket = connect({
    ...{ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
    ...(family === null ? { autoSelectFamily: true } : { family }),
    ...(bindAddress === null ? {} : { localAddress: bindAddress }),
  });
  const transport: Transport = {
    stream: socket,
    destroy: () => socket.destroy(),
    finish: () => socket.destroySoon(),
    explain: failure => failure,
  };
  lifeline.carry(transport);
  // Node heeds the family only for names.
  if (family !== null && ![0, family].includes(isIP(host)))
    lifeline.end({ code: 'ssh/dns', host, detail: 'address family for hostname not supported' });
  const timer = setTimeout(() => lifeline.end({ code: 'ssh/connect-timeout', host, port, afterMs }), afterMs);
  return new Promise(resolve => {
    let connected = false;
    // Never removed: an error without a listener would end the program. Once connected, the handshake judges it.
    socket.on('error', error => {
      if (!connected) lifeline.end(connectFailure(error, destination));
    });
    socket.once('close', () => clearTimeout(timer));
    socket.once('connect', () => {
      clearTimeout(timer);
      connected = true;
      resolve(transport);
    });
  });
}

/** Why a socket error or a failed connect keeps us from the server. */
function connectFailure(error: Error, { host, port }: Destination): Failure {
  // With several addresses Node gathers one error for each, under an empty message.
  const errors = error instanceof AggregateError ? (error.errors as readonly Error[]) : [error];
  const first = errors[0] as NodeJS.ErrnoException | undefined;
  switch (first?.code) {
    case 'ENOTFOUND':
      return { code: 'ssh/dns', host, detail: 'name or service not known' };
    case 'EAI_AGAIN':
      return { code: 'ssh/dns', host, detail: 'temporary failure in name resolution' };
    case 'ECONNREFUSED':
      return { code: 'ssh/refused', host, port };
    case 'ECONNRESET':
      return { code: 'ssh/closed-early', host, port, detail: 'connection reset by peer' };
    default:
      return { code: 'ssh/unreachable', host, port, detail: [...new Set(errors.map(reason))].join(', ') };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
  EACCES: 'permission denied',
};

const reason = (error: NodeJS.ErrnoException): string => REASONS[error.code ?? ''] ?? error.message;
