// The only place where origins become English. Subjects and names were written by whoever may commit: everything is
// escaped, and quoted where it stands for itself.

import { escapeText } from './escape.ts';
import type { FileVerdict } from './file-verdict.ts';
import type { CommittedVersion, Origin } from './origin.ts';
import { utcSeconds } from './report.ts';

/** `1a2b3c4d "subject" (Ann, 2026-04-21)`; the date, because "3 days ago" is wrong as soon as it stands in a log. */
export const versionText = ({ commit, subject, author, date }: CommittedVersion): string =>
  escapeText(`${commit.slice(0, 8)} "${subject}" (${author}, ${utcSeconds(date).slice(0, 10)})`);

type Texts = {
  readonly [K in Origin['kind']]: (origin: Extract<Origin, { kind: K }>) => string;
};

const MODIFIED: Texts = {
  behind: ({ version }) => `${distance(version.commitsBehind)}: ${versionText(version)}`,
  edited: ({ nearest }) => {
    if (nearest === null) return 'edited on the server';
    if (nearest.commitsBehind === 0)
      return `edited on the server; nearest is ${versionText(nearest)}, the current one`;
    return `edited on the server; nearest is ${versionText(nearest)}, ${distance(nearest.commitsBehind)}`;
  },
  unknown: ({ reason }) => `edited or just behind? Git cannot say: ${reason}`,
};

/** Of a file that Git had, and has no more. */
const REMOVED: Texts = {
  behind: ({ version }) => `removed from Git; committed like this in ${versionText(version)}`,
  edited: ({ nearest }) =>
    `removed from Git, but edited on the server${nearest ? `; nearest is ${versionText(nearest)}` : ''}`,
  unknown: ({ reason }) => `removed from Git; edited, too? Git cannot say: ${reason}`,
};

/** A file's origin as a person reads it, safe to print; null before Git was asked, and where there is nothing to say. */
export function originText({ verdict, origin }: Pick<FileVerdict, 'verdict' | 'origin'>): string | null {
  if (origin === null) return null;
  const texts = verdict === 'unmanaged' ? REMOVED : MODIFIED;
  return (texts[origin.kind] as (of: Origin) => string)(origin);
}

function distance(commitsBehind: number | null): string {
  if (commitsBehind === null) return 'newer, or on another branch';
  if (commitsBehind === 0) return 'as committed; only the working copy differs';
  return `${commitsBehind} ${commitsBehind === 1 ? 'commit' : 'commits'} behind`;
}
