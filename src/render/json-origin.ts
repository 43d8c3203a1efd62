import type { CommittedVersion, Origin } from '../domain/origin.ts';
import { utcSeconds } from '../domain/report.ts';

const jsonVersion = ({ commit, subject, author, date, commitsBehind }: CommittedVersion) => ({
  commit,
  subject,
  author,
  date: utcSeconds(date),
  commits_behind: commitsBehind,
});

const KINDS: { readonly [K in Origin['kind']]: (origin: Extract<Origin, { kind: K }>) => object } = {
  behind: ({ kind, version }) => ({ kind, ...jsonVersion(version) }),
  edited: ({ kind, nearest }) => ({ kind, nearest: nearest && jsonVersion(nearest) }),
  unknown: ({ kind, reason }) => ({ kind, reason }),
};

/** Where a file's contents come from, by the keys of the JSON report. */
export const jsonOrigin = (origin: Origin): object => (KINDS[origin.kind] as (of: Origin) => object)(origin);
