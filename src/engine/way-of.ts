import type { Destination } from '../domain/destination.ts';
import type { Bound, Way } from './slots.ts';

/** Channels of one connection, each of which costs the jump host next to nothing, but it is one process there. */
const JUMP_HOST: Bound = { busy: 16, open: 64 };

/** Each is a process here, and nearly always a login of its own at the same host in between. */
const COMMAND: Bound = { busy: 5, open: 20 };

/** What a server shares with others on the way to it. */
export function wayOf({ host, port, via }: Destination): Way {
  const address = `${host}:${port}`;
  if (via === null) return { through: null, address };
  if (via.kind === 'command')
    return { through: { name: 'proxy command', bound: COMMAND }, address: `${via.command} ${address}` };
  // The same address means another machine behind another jump host.
  const name = `${via.hop.host}:${via.hop.port}`;
  return { through: { name: `jump host ${name}`, bound: JUMP_HOST }, address: `${name} ${address}` };
}
