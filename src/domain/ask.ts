import type { GitCopies } from './git-copies.ts';
import type { Scope } from './inventory.ts';
import type { AskedFile, Glob, Question } from './probe/question.ts';
import { byPath, type RemotePath } from './remote-path.ts';

/** The question whose answer is enough to compare a server with its Git copies: copies, watched paths, globs. */
export function questionFor(scope: Scope, copies: GitCopies): Question {
  const files = new Map<RemotePath, AskedFile>();
  for (const [path, copy] of copies) files.set(path, { path, sha256: copy.sha256 });
  const globs: Glob[] = [];
  if (scope.unmanaged !== 'ignore') {
    for (const watch of scope.watch) {
      if (watch.kind === 'glob') globs.push(watch);
      else if (!files.has(watch.path)) files.set(watch.path, { path: watch.path, sha256: null });
    }
  }
  return {
    files: [...files.values()].sort((a, b) => byPath(a.path, b.path)),
    globs,
    found: 'inspect',
    packages: scope.unmanaged !== 'ignore',
    // The kernel keeps no more of a name.
    service: scope.service.slice(0, 15),
    maxFileSize: scope.maxFileSize,
  };
}
