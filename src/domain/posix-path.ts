// Paths as text, without a disk: symbolic links are not looked at, so `a/../b` is `b`.

/** The absolute path without empty, `.` and `..` components and without a trailing slash. */
export function normalizePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Where a path in the inventory leads on this machine: `~/` is `home`, a relative one starts at `directory`. */
export function resolveLocal(
  path: string,
  places: { readonly directory: string; readonly home: string },
): string {
  if (path === '~' || path.startsWith('~/')) return normalizePath(`${places.home}/${path.slice(1)}`);
  return normalizePath(path.startsWith('/') ? path : `${places.directory}/${path}`);
}
