import { relative } from 'node:path';

/** A local path for messages: relative to the working directory where that is shorter. Both are absolute. */
export function shownPath(cwd: string, path: string): string {
  const fromHere = relative(cwd, path) || '.';
  return fromHere.length < path.length ? fromHere : path;
}
