import { escapeText } from '../domain/escape.ts';
import { type GitState, utcSeconds } from '../domain/report.ts';
import { shortCommit } from './diff-labels.ts';
import type { Style } from './style.ts';
import type { ReportStart } from './text-pieces.ts';

/** The first line of a text report: what is compared, and when that began. */
export const reportHeading = ({ repo, git, startedAt }: ReportStart, style: Style): string =>
  style.heading(escapeText(`repo ${repo}, ${gitText(git)}, checked ${utcSeconds(startedAt)}`));

/** `commit 1a2b3c4d (master, dirty)`, or `commit 1a2b3c4d (--ref v1.2)`; not escaped yet. */
export function gitText(git: GitState | null): string {
  if (!git) return 'no Git commit';
  const { ref, branch, dirty } = git;
  const state =
    ref === null ? [branch ?? 'no branch', ...(dirty ? ['dirty'] : [])].join(', ') : `--ref ${ref}`;
  return `commit ${shortCommit(git)} (${state})`;
}
