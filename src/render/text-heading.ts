import { escapeText } from '../domain/escape.ts';
import { type GitState, type Report, utcSeconds } from '../domain/report.ts';
import { shortCommit } from './diff-labels.ts';
import type { Style } from './style.ts';

/** The first line of a text report: what was compared, and when. */
export const reportHeading = (report: Report, style: Style): string =>
  style.heading(
    escapeText(`repo ${report.repo}, ${gitText(report.git)}, checked ${utcSeconds(report.finishedAt)}`),
  );

/** `commit 1a2b3c4d (master, dirty)`, or `commit 1a2b3c4d (--ref v1.2)`; not escaped yet. */
export function gitText(git: GitState | null): string {
  if (!git) return 'not in Git';
  const { ref, branch, dirty } = git;
  const state =
    ref === null ? [branch ?? 'no branch', ...(dirty ? ['dirty'] : [])].join(', ') : `--ref ${ref}`;
  return `commit ${shortCommit(git)} (${state})`;
}
