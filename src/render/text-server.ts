import { editDiff } from '../domain/edit-diff.ts';
import { escapeText } from '../domain/escape.ts';
import { failureText } from '../domain/failure-text.ts';
import type { FileVerdict } from '../domain/file-verdict.ts';
import type { FileDiff } from '../domain/line-diff.ts';
import { originText } from '../domain/origin-text.ts';
import { byPath, showPath } from '../domain/remote-path.ts';
import {
  driftedFiles,
  type GitState,
  type Ignored,
  type ServerReport,
  type SyncStatus,
} from '../domain/report.ts';
import { reportHints } from '../domain/report-hints.ts';
import { verdictDiff } from '../domain/verdict-diff.ts';
import { diffLabels } from './diff-labels.ts';
import type { Style } from './style.ts';
import { editLines } from './text-edit.ts';
import { entry, fileEntry } from './text-file.ts';
import type { TextOptions } from './text-options.ts';
import { type DiffLabels, unifiedDiff } from './unified-diff.ts';

/** One server's part of the text report, without newlines. */
export interface ServerText {
  readonly lines: readonly string[];
  /** Empty if no diff was asked for, or there is none. */
  readonly diff: readonly string[];
}

/** Renders one server: its status, what scripts grep for, details, diffs. */
export function renderServer(server: ServerReport, git: GitState | null, options: TextOptions): ServerText {
  const files = server.files.toSorted((a, b) => byPath(a.name, b.name));
  const shown = files.filter(file => options.verbose || file.verdict !== 'in-sync');
  const withDiffs = shown.map(file => ({ file, diff: diffFor(file, options) }));
  return {
    lines: [
      statusLine(server, options.style),
      `DRIFTED_FILES=${driftedPaths(server)}`,
      `SYNC_STATUS=${server.status}`,
      ...failureLines(server),
      ...census(server, options.verbose),
      ...withDiffs.flatMap(({ file, diff }) => [fileEntry(file, diff), ...originLines(file, git)]),
      ...server.ignored.map(ignoredEntry),
      ...server.warnings.map(warning => entry('warning', escapeText(warning))),
      ...reportHints(server).map(hint => `  hint: ${hint}`),
    ],
    diff: withDiffs.flatMap(({ file, diff }) =>
      diff && showsDiff(file, options)
        ? diffLines(file, diff, { labels: diffLabels(file, server.server, git), options })
        : [],
    ),
  };
}

/** Outside of Git the head of the report says so, and says it once. */
const originLines = (file: FileVerdict, git: GitState | null): readonly string[] => {
  const text = git ? originText(file) : null;
  return text === null ? [] : [entry('', text)];
};

interface DiffPlace {
  readonly labels: DiffLabels;
  readonly options: TextOptions;
}

/** A hand edit is shown apart from what is only not deployed yet. */
function diffLines(file: FileVerdict, diff: FileDiff, { labels, options }: DiffPlace): readonly string[] {
  const edit = editDiff(file, 'check', options);
  if (edit) return editLines(edit, { direction: 'check', labels, style: options.style });
  return ['', ...unifiedDiff(diff, labels, options.style)];
}

/** A modified file's diff is needed for its line counts, any other only to be shown. */
const diffFor = (file: FileVerdict, options: TextOptions): FileDiff | null =>
  options.diff || file.verdict === 'modified' ? verdictDiff(file, options) : null;

/**
 * Diffs are shown of what counts as drift. Of a renamed file the entry says all there is to say: the same lines once as
 * removed and once as added would hide it.
 */
const showsDiff = (file: FileVerdict, { diff, verbose }: TextOptions): boolean =>
  diff &&
  (file.counted || verbose) &&
  !file.notes.some(note => note.code === 'renamed-to' || note.code === 'renamed-from');

const STATUS: Readonly<Record<SyncStatus, (name: string, style: Style) => string>> = {
  SYNCED: (name, style) => style.good(`✓ SYNCED ${name}`),
  OUT_OF_SYNC: (name, style) => style.bad(`✗ OUT OF SYNC ${name}`),
  UNKNOWN: (name, style) => style.unsure(`? UNKNOWN ${name}`),
};

const statusLine = (server: ServerReport, style: Style): string =>
  STATUS[server.status](escapeText(server.server), style);

/** Absolute paths in C order; a comma within a path is escaped, so that the list can be split again. */
const driftedPaths = (server: ServerReport): string =>
  driftedFiles(server)
    .map(file => file.path)
    .toSorted(byPath)
    .map(path => showPath(path).replaceAll(',', '\\x2c'))
    .join(',');

function failureLines({ failure }: ServerReport): readonly string[] {
  if (!failure) return [];
  const { message, hint } = failureText(failure);
  return [`  ${failure.code}: ${message}`, `  hint: ${hint}`];
}

/** How many of the expected files were compared, wherever it is not all of them. */
function census({ failure, expected, compared }: ServerReport, verbose: boolean): readonly string[] {
  if (failure || (compared === expected && !verbose)) return [];
  return [`  ${compared} of ${expected} expected ${expected === 1 ? 'file' : 'files'} compared`];
}

function ignoredEntry({ name, reason, until }: Ignored): string {
  const end = until === null ? '' : ` (until ${until})`;
  return entry('ignored', `${showPath(name)}: ${escapeText(reason + end)}`);
}
