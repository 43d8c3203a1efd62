import { escapeText } from '../domain/escape.ts';
import { type GitState, type Report, utcSeconds } from '../domain/report.ts';
import { shortCommit } from './diff-labels.ts';
import type { Style } from './style.ts';

/** The first line of a text report: what was compared, and when. */
export function reportHeading(report: Report, style: Style): string {
  const { git } = report;
  const state = git
    ? `commit ${shortCommit(git)} (${git.ref === null ? workTree(git) : `--ref ${git.ref}`})`
    : 'not in Git';
  return style.heading(escapeText(`repo ${report.repo}, ${state}, checked ${utcSeconds(report.finishedAt)}`));
}

const workTree = ({ branch, dirty }: GitState): string =>
  [branch ?? 'no branch', ...(dirty ? ['dirty'] : [])].join(', ');
