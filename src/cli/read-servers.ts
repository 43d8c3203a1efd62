// Reads all servers of `init`. A server whose host key nobody knows is not read: its key is shown, and if it is
// confirmed, the server is tried again, with that key and no other.

import { escapeText } from '../domain/escape.ts';
import { failureText } from '../domain/failure-text.ts';
import { UserError } from '../domain/user-error.ts';
import { isFailure, type Ports, type Target } from '../engine/ports.ts';
import { type ReadTarget, readFleet } from '../engine/read-fleet.ts';
import type { ServerFiles } from '../engine/read-server.ts';
import type { HostKeyBook } from '../io/host-key-book.ts';
import { confirmHostKeys } from './confirm-host-keys.ts';
import { mistakeText } from './mistake-text.ts';
import type { World } from './world.ts';

/** A server that was read. */
export interface ServerRead extends ServerFiles {
  readonly target: Target;
}

export interface ReadingWith {
  readonly ports: Ports;
  readonly keys: HostKeyBook;
  readonly world: World;
  /** Unknown host keys are trusted without a question. */
  readonly accept: boolean;
}

/** All servers, in their order. What failed is said on stderr; then it throws a UserError. */
export async function readServers(
  targets: readonly Target[],
  { ports, keys, world, accept }: ReadingWith,
): Promise<readonly ServerRead[]> {
  const first = await readFleet(targets, ports, world.signal);
  const unknown = first.flatMap(({ target, result }) =>
    isFailure(result) && result.code === 'ssh/host-key-unknown'
      ? [{ target, server: target.server.name, keyType: result.keyType, fingerprint: result.fingerprint }]
      : [],
  );
  const confirmed = unknown.length === 0 ? [] : await confirmHostKeys(unknown, world, accept);
  const again = confirmed
    .filter(({ target, fingerprint }) => keys.confirm(target.destination, fingerprint))
    .map(({ target }) => target);
  const second = await readFleet(again, ports, world.signal);
  const all = first.map(one => second.find(({ target }) => target === one.target) ?? one);
  const read = all.flatMap(({ target, result }) => (isFailure(result) ? [] : [{ ...result, target }]));
  if (read.length < all.length) {
    if (!world.signal.aborted) tellFailures(all, world);
    throw new UserError(
      `nothing was written: ${all.length - read.length} of ${all.length} ${all.length === 1 ? 'server' : 'servers'} could not be read`,
      unknown.length > 0 && confirmed.length === 0 && world.terminal === null
        ? 'Unknown host keys are shown and confirmed on a terminal; `--accept-host-keys` does without.'
        : 'Run it again when that is solved, or without those servers.',
    );
  }
  return read;
}

function tellFailures(all: readonly ReadTarget[], world: World): void {
  for (const { target, result } of all) {
    if (!isFailure(result)) continue;
    const { message, hint } = failureText(result);
    world.stderr.write(mistakeText({ message: `${escapeText(target.server.name)}: ${message}`, hint }));
  }
}
