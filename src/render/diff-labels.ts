import type { FileVerdict } from '../domain/file-verdict.ts';
import { showPath } from '../domain/remote-path.ts';
import type { GitState } from '../domain/report.ts';
import type { DiffLabels } from './unified-diff.ts';

/** The first eight digits of a commit id: short, and unique in any repository of configuration files. */
export const shortCommit = (git: GitState): string => git.commit.slice(0, 8);

/** `1a2b3c4d`, `1a2b3c4d, dirty`, or `v1.2, 1a2b3c4d` for what `--ref` named. */
const gitName = (git: GitState): string =>
  `${git.ref === null ? '' : `${git.ref}, `}${shortCommit(git)}${git.dirty ? ', dirty' : ''}`;

/** Names the sides of a file's diff; working files that differ from their commit are marked as dirty. */
export function diffLabels(file: FileVerdict, server: string, git: GitState | null): DiffLabels {
  const state = git ? `Git ${gitName(git)}` : 'Git';
  return {
    git: file.git && `${file.git.source} (${state})`,
    server: file.server && `${server}:${showPath(file.path)}`,
  };
}
