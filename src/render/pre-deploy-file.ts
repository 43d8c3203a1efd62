import { type DeployAction, deployAction } from '../domain/deploy-action.ts';
import { deployDiff, editDiff } from '../domain/edit-diff.ts';
import type { FileVerdict } from '../domain/file-verdict.ts';
import type { FileDiff } from '../domain/line-diff.ts';
import { remarks } from '../domain/note-text.ts';
import { originText } from '../domain/origin-text.ts';
import { showPath } from '../domain/remote-path.ts';
import type { GitState } from '../domain/report.ts';
import type { DiffView } from '../domain/verdict-diff.ts';
import { diffLabels } from './diff-labels.ts';
import type { Style } from './style.ts';
import { editLines } from './text-edit.ts';
import { entry } from './text-file.ts';
import { unifiedDiff } from './unified-diff.ts';

const WORDS: Readonly<Record<DeployAction, string>> = {
  none: 'in sync',
  overwrite: 'overwrite',
  update: 'update',
  replace: 'replace',
  create: 'create',
  delete: 'delete',
  leave: 'leave',
  adjust: 'adjust',
  'not-compared': 'not compared',
};

/** Actions that change contents in a way that a diff can show. */
const HAS_DIFF: Readonly<Record<DeployAction, boolean>> = {
  none: false,
  overwrite: true,
  update: true,
  replace: true,
  create: true,
  delete: true,
  leave: false,
  adjust: false,
  'not-compared': false,
};

/** What a deploy would do to one file, and whose work that is. */
export function deployEntry(file: FileVerdict, view: DiffView): readonly string[] {
  const action = deployAction(file);
  const diff = action === 'none' ? null : wholeDiff(file, view);
  const lines = HAS_DIFF[action] && diff?.kind === 'text' ? `  +${diff.added} -${diff.removed}` : '';
  const details = [
    ...(action === 'leave' ? ['Git does not know it'] : []),
    ...remarks(file.cause, file.notes),
  ];
  const after = details.length > 0 ? `: ${details.join('; ')}` : '';
  const origin = originText(file);
  return [
    entry(WORDS[action], `${showPath(file.name)}${lines}${after}`),
    ...(origin === null ? [] : [entry('', origin)]),
  ];
}

export interface DeployDiffPlace {
  readonly server: string;
  readonly git: GitState | null;
  readonly view: DiffView & { readonly style: Style };
}

/** The diff of one file from the server to Git; of an edited file first what would be lost. */
export function deployDiffLines(
  file: FileVerdict,
  { server, git, view }: DeployDiffPlace,
): readonly string[] {
  if (!HAS_DIFF[deployAction(file)]) return [];
  const { style } = view;
  const labels = diffLabels(file, server, git);
  const edit = editDiff(file, 'deploy', view);
  if (edit) return editLines(edit, { direction: 'deploy', labels, style });
  const diff = wholeDiff(file, view);
  return diff ? ['', ...unifiedDiff(diff, { git: labels.server, server: labels.git }, style)] : [];
}

function wholeDiff({ git, server }: FileVerdict, view: DiffView): FileDiff | null {
  if (git === null && server === null) return null;
  if (server !== null && server.bytes === null) return { kind: 'unavailable' };
  return deployDiff(git?.bytes ?? null, server?.bytes ?? null, view);
}
