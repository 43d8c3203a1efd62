// Reads `git log --raw -z` (git-log(1), "Raw output format"). Everything in it was written by whoever committed: a field
// ends at a line break or NUL, which git lets stand in none of them, and lengths and dates are bounded here.
//
// No pathspec, so that renames from anywhere are seen; `-c` shows what a merge itself brought. Configuration files are
// short, so that few common lines make a rename: 20 %, where git wants half.

import type { Commit, FileChange } from '../domain/commit-history.ts';
import { decodeBytes } from '../domain/escape.ts';
import { hideSecrets } from '../domain/redact.ts';

/** Options and subcommand; revisions follow. */
export const LOG_OPTIONS: readonly string[] = [
  ...[
    '-c',
    'diff.relative=false',
    'log',
    '--topo-order',
    '--raw',
    '-z',
    '--no-abbrev',
    '-M20%',
    '-l400',
    '-c',
  ],
  ...['-O/dev/null', '--no-color', '--no-ext-diff', '--encoding=UTF-8', '--format=%H%n%P%n%ct%n%an%n%s'],
];

const HEADER = /^([0-9a-f]{40,64})\n([0-9a-f ]*)\n(\d*)\n(.*)\n(.*)$/;

/** The commits in order. Of output that was cut off, the last commit may be incomplete. */
export function parseLog(output: Buffer): readonly Commit[] {
  const commits: Commit[] = [];
  let changes: FileChange[] = [];
  const tokens = output.toString('latin1').split('\0');
  for (let at = 0; at < tokens.length; at += 1) {
    // A line break parts a message from what its commit changed.
    const token = (tokens[at] ?? '').replace(/^\n/, '');
    if (token.startsWith(':')) {
      const entry = parseEntry(token);
      const paths = tokens.slice(at + 1, at + 1 + entry.paths);
      at += entry.paths;
      const path = paths.at(-1);
      if (path !== undefined)
        changes.push({ path, from: paths.length === 2 ? (paths[0] ?? null) : null, blob: entry.blob });
    } else if (token !== '') {
      const [, id, parents, seconds, author, subject] = HEADER.exec(token) ?? [];
      if (id === undefined) continue;
      changes = [];
      commits.push({
        id,
        parents: parents === '' ? [] : (parents ?? '').split(' '),
        date: new Date(Math.min(Number(seconds), YEAR_9999) * 1000),
        author: text(author),
        subject: text(subject),
        changes,
      });
    }
  }
  return commits;
}

const YEAR_9999 = 253_402_300_799;
const MAX_CHARACTERS = 200;

/** Bytes as text, without spaces around it, secrets and what is too long; not escaped. */
function text(bytes = ''): string {
  const characters = [...hideSecrets(decodeBytes(Buffer.from(bytes.slice(0, 4000), 'latin1')).trim())];
  return characters.length <= MAX_CHARACTERS
    ? characters.join('')
    : `${characters.slice(0, MAX_CHARACTERS).join('')}…`;
}

/** `:MODE MODE ID ID STATUS`, with one colon, mode and id more for each further parent of a merge. */
function parseEntry(token: string): { readonly blob: string | null; readonly paths: 1 | 2 } {
  const parents = /^:+/.exec(token)?.[0].length ?? 1;
  const words = token.slice(parents).split(' ');
  const regular = words[parents]?.startsWith('100') ?? false;
  return {
    blob: regular ? (words[2 * parents + 1] ?? null) : null,
    paths: parents === 1 && /^[RC]/.test(words.at(-1) ?? '') ? 2 : 1,
  };
}
