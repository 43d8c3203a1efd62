import type { FileVerdict } from './file-verdict.ts';
import { hideSecrets } from './redact.ts';
import { type RemotePath, showPath } from './remote-path.ts';
import { rsyslogIncludes } from './rsyslog-includes.ts';
import { matchesWatch, parseWatch, type Watch, watchText } from './watch.ts';

/** A server may say anything in its files; a report should not consist of it. */
const MOST = 10;

/** Warnings about what compared files include although nobody watches it: drift there goes unseen. */
export function unwatchedIncludes(files: readonly FileVerdict[], watch: readonly Watch[]): readonly string[] {
  const includedBy = new Map<RemotePath, RemotePath>();
  for (const file of files)
    for (const included of includesOf(file))
      if (!includedBy.has(included) && !watch.some(watched => covers(watched, included)))
        includedBy.set(included, file.path);
  const warnings = [...includedBy].map(
    ([included, by]) => `${showPath(by)} includes ${hideSecrets(showPath(included))}, which nobody watches`,
  );
  if (warnings.length <= MOST) return warnings;
  return [...warnings.slice(0, MOST), `${warnings.length - MOST} more includes that nobody watches`];
}

/** Of Git copies, which are the same for all servers that are in sync. */
const includesOfCopies = new WeakMap<Buffer, readonly RemotePath[]>();

/** By what the server holds: its bytes if they were sent, the Git copy's if they are the same; nothing if not known. */
function includesOf({ git, server }: FileVerdict): readonly RemotePath[] {
  if (server?.bytes) return rsyslogIncludes(server.bytes);
  if (server === null || git?.sha256 !== server.sha256) return [];
  const known = includesOfCopies.get(git.bytes);
  if (known !== undefined) return known;
  const includes = rsyslogIncludes(git.bytes);
  includesOfCopies.set(git.bytes, includes);
  return includes;
}

/**
 * Does a watch see every file that an include reads? For two globs that is tried with names that the include might find,
 * one short and one long: enough to tell `50-*.conf`, which is within `*.conf`, from `*.rules`, which is not.
 */
function covers(watch: Watch, included: RemotePath): boolean {
  const path = (included.endsWith('/') ? `${included}*` : included) as RemotePath;
  if (watchText(watch) === path) return true;
  const wanted = parseWatch(path);
  if (wanted.kind === 'path') return matchesWatch(watch, path);
  return ['x', '\u0001\u0002'].every(name => {
    const found = wanted.pattern.replace(/\*|\?|\[[^\][]*\]/g, part => (part === '*' ? name : '\u0001'));
    return matchesWatch(watch, `${wanted.directory === '/' ? '' : wanted.directory}/${found}` as RemotePath);
  });
}
