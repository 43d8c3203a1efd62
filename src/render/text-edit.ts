import type { Direction, EditDiff } from '../domain/edit-diff.ts';
import type { Style } from './style.ts';
import { type DiffLabels, unifiedDiff } from './unified-diff.ts';

/** Who reads, and what the whole diff of the file is called. */
export interface EditView {
  readonly direction: Direction;
  /** Labels as of a check: Git's copy, and the server. */
  readonly labels: DiffLabels;
  readonly style: Style;
}

const HEADINGS: Readonly<Record<Direction, readonly [edit: string, undeployed: string]>> = {
  check: ['edited on the server since', 'not deployed since'],
  deploy: ['a deploy would destroy this edit of', 'and would bring what is new since'],
};

/** The lines of both parts of an edited file's diff, each below a heading of its own. */
export function editLines(diff: EditDiff, { direction, labels, style }: EditView): readonly string[] {
  const commit = diff.nearest.commit.slice(0, 8);
  const nearest = `${labels.git?.replace(/ \(.*?\)$/, '')} (Git ${commit})`;
  const sides = (git: string | null, server: string | null): DiffLabels =>
    direction === 'check' ? { git, server } : { git: server, server: git };
  const [edit, undeployed] = HEADINGS[direction];
  return [
    '',
    style.heading(`  ${edit} ${commit}:`),
    ...unifiedDiff(diff.edit, sides(nearest, labels.server), style),
    '',
    style.heading(`  ${undeployed} ${commit}:`),
    ...unifiedDiff(diff.undeployed, sides(labels.git, nearest), style),
  ];
}
