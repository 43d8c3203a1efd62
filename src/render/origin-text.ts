// Where a modified file's contents come from, in one sentence. Subjects and authors are anybody's text.

import { escapeText } from '../domain/escape.ts';
import type { CommittedVersion, Origin } from '../domain/origin.ts';
import { utcSeconds } from '../domain/report.ts';

type Texts = { readonly [K in Origin['kind']]: (origin: Extract<Origin, { kind: K }>) => string };

const TEXTS: Texts = {
  behind: ({ version }) => `not deployed yet: the server has ${versionText(version)}`,
  edited: ({ nearest }) =>
    nearest
      ? `edited on the server: never committed; nearest is ${versionText(nearest)}`
      : 'edited on the server: never committed',
  unknown: ({ reason }) => `origin unknown: ${reason}`,
};

/** The origin as a person reads it, safe to print; null if Git was not asked. */
export const originText = (origin: Origin | null): string | null =>
  origin && escapeText((TEXTS[origin.kind] as (origin: Origin) => string)(origin));

function versionText({ commit, subject, author, date, commitsBehind }: CommittedVersion): string {
  const behind =
    commitsBehind === 0
      ? ''
      : `, ${commitsBehind} ${commitsBehind === 1 ? 'change' : 'changes'} of the file behind`;
  return `commit ${commit.slice(0, 8)} (“${subject}”, ${author}, ${utcSeconds(date).slice(0, 10)})${behind}`;
}
