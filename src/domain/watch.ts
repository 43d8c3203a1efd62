// What is watched: exact paths, and globs that the server expands as rsyslog's own include does (glob(3), C order):
// wildcards match neither `/` nor a leading dot. Wildcards stand in the last component only, so that one readable
// directory is all a complete listing needs.

import { ANY, matchesPlaces, type Place } from './glob-places.ts';
import type { RemotePath } from './remote-path.ts';

/** One entry of `watch`. A glob's `pattern` is its last component, with at least one of `*`, `?`, `[…]`. */
export type Watch =
  | { readonly kind: 'path'; readonly path: RemotePath }
  | { readonly kind: 'glob'; readonly directory: RemotePath; readonly pattern: string };

const WILDCARD = /[*?[]/;

/** Why a watch or ignore path cannot be used, or null if it can. `path` is text from the inventory. */
export function watchProblem(path: string): string | null {
  if (!path.startsWith('/')) return 'must be an absolute path';
  if (path.includes('\0')) return 'holds a NUL byte';
  const parts = path.slice(1).split('/');
  if (parts.some(part => part === '' || part === '.' || part === '..'))
    return 'must have no empty, "." or ".." component';
  if (parts.slice(0, -1).some(part => WILDCARD.test(part)))
    return 'may have wildcards in its last component only';
  const last = parts.at(-1) ?? '';
  if (last.replace(/\[!?[A-Za-z0-9_.-]+\]/g, '').includes('['))
    return 'has a bracket that is not like [a-z0-9]';
  if (patternParts(last).some(part => part !== withoutBackwardRanges(part)))
    return 'has a bracket range that runs backwards';
  return null;
}

/** Reads a path that {@link watchProblem} accepts. */
export function parseWatch(path: RemotePath): Watch {
  const slash = path.lastIndexOf('/');
  const last = path.slice(slash + 1);
  if (!WILDCARD.test(last)) return { kind: 'path', path };
  return { kind: 'glob', directory: (path.slice(0, slash) || '/') as RemotePath, pattern: last };
}

/** The path or glob as it was written. */
export const watchText = (watch: Watch): RemotePath =>
  watch.kind === 'path'
    ? watch.path
    : (`${watch.directory === '/' ? '' : watch.directory}/${watch.pattern}` as RemotePath);

/** True if the path is the watched one, or one that the glob would be expanded to. */
export function matchesWatch(watch: Watch, path: RemotePath): boolean {
  if (watch.kind === 'path') return watch.path === path;
  const prefix = watch.directory === '/' ? '/' : `${watch.directory}/`;
  const name = path.slice(prefix.length);
  return path.startsWith(prefix) && !NO_FILE.has(name) && matchesPattern(watch.pattern, name);
}

/** What some shells, and servers of SFTP, find by `.*` is the directory itself and the one above it. */
const NO_FILE: ReadonlySet<string> = new Set(['', '.', '..']);

/** True if a glob such as `web*` matches the whole name. */
export const matchesPattern = (pattern: string, name: string): boolean =>
  !name.includes('/') &&
  !(WILDCARD.test(pattern[0] ?? '') && name.startsWith('.')) &&
  matchesPlaces(placesOf(pattern), name);

/** The pattern cut into wildcards and runs of literal characters, in order; a bracket that is never closed is literal. */
export const patternParts = (pattern: string): readonly string[] =>
  pattern.match(/\[!?[A-Za-z0-9_.-]+\]|[*?]|[^*?[]+|\[/g) ?? [];

function placesOf(pattern: string): readonly Place[] {
  return patternParts(pattern).flatMap((part): readonly Place[] => {
    if (part === '?') return [ANY];
    if (!part.startsWith('[') || !part.endsWith(']')) return part.split('');
    const listed = new RegExp(`^${withoutBackwardRanges(part).replace(/^\[!/, '[^')}$`, 's');
    return [char => listed.test(char)];
  });
}

/** Nothing is in a range such as `z-a`: glob(3) takes it for empty, a regular expression for a mistake. */
const withoutBackwardRanges = (part: string): string =>
  part.startsWith('[')
    ? part.replace(/([A-Za-z0-9_.-])-([A-Za-z0-9_.-])/g, (range, from, to) => (from <= to ? range : ''))
    : part;
