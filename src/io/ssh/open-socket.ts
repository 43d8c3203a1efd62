import { connect, type Socket } from 'node:net';
import type { Destination } from '../../domain/destination.ts';
import type { Failure } from '../../domain/failure.ts';

/** Begins to connect. Nagle's algorithm is off: with it each small handshake message waits for a delayed ACK of 40 ms. */
export const openSocket = ({ host, port }: Destination): Socket =>
  connect({ host, port, noDelay: true, keepAlive: true, autoSelectFamily: true });

/** Why a socket error or a failed connect keeps us from the server. */
export function connectFailure(error: Error, { host, port }: Destination): Failure {
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
