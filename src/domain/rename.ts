import type { FileVerdict, Note } from './file-verdict.ts';
import type { Sha256 } from './snapshot.ts';

/**
 * Marks a missing and an unmanaged file with equal bytes as one renamed file: the verdicts stay, but under another name
 * rsyslog loads the file at another place. Only a pair that is alone with its contents is marked, since of two copies
 * nobody can say which one moved; empty files are all equal and say nothing.
 */
export function withRenames(files: readonly FileVerdict[]): readonly FileVerdict[] {
  const missing = aloneWithContents(files.filter(file => file.verdict === 'missing'));
  const unmanaged = aloneWithContents(files.filter(file => file.verdict === 'unmanaged'));
  const notes = new Map<FileVerdict, Note>();
  for (const [hash, from] of missing) {
    const to = unmanaged.get(hash);
    if (!to) continue;
    notes.set(from, { code: 'renamed-to', name: to.name });
    notes.set(to, { code: 'renamed-from', name: from.name });
  }
  return files.map(file => {
    const note = notes.get(file);
    return note ? { ...file, notes: [...file.notes, note] } : file;
  });
}

/** The only file there is on its side: Git's for a missing one, the server's for an unmanaged one. */
const contentsOf = (file: FileVerdict): { readonly sha256: Sha256; readonly size: number } | null =>
  file.git ? { sha256: file.git.sha256, size: file.git.bytes.length } : file.server;

function aloneWithContents(files: readonly FileVerdict[]): ReadonlyMap<Sha256, FileVerdict> {
  const alone = new Map<Sha256, FileVerdict>();
  const seen = new Set<Sha256>();
  for (const file of files) {
    const contents = contentsOf(file);
    if (!contents || contents.size === 0) continue;
    if (seen.has(contents.sha256)) alone.delete(contents.sha256);
    else alone.set(contents.sha256, file);
    seen.add(contents.sha256);
  }
  return alone;
}
