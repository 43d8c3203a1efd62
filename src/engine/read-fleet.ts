import pLimit from 'p-limit';
import type { Failure } from '../domain/failure.ts';
import type { Ports, Target } from './ports.ts';
import { readServer, type ServerFiles } from './read-server.ts';

const CONCURRENCY = 16;

/** What came of reading one server. */
export interface ReadTarget {
  readonly target: Target;
  readonly result: ServerFiles | Failure;
}

/** Reads servers at the same time; resolves in their order. */
export function readFleet(
  targets: readonly Target[],
  ports: Ports,
  signal: AbortSignal,
): Promise<readonly ReadTarget[]> {
  const limit = pLimit(CONCURRENCY);
  return Promise.all(
    targets.map(target => limit(async () => ({ target, result: await readServer(target, ports, signal) }))),
  );
}
