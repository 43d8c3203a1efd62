import { fileTime } from '../domain/file-time.ts';
import type { FileVerdict } from '../domain/file-verdict.ts';
import type { FileDiff } from '../domain/line-diff.ts';
import { noteText } from '../domain/note-text.ts';
import { showPath } from '../domain/remote-path.ts';
import type { GitState } from '../domain/report.ts';
import { type DiffView, verdictDiff } from '../domain/verdict-diff.ts';
import { diffLabels } from './diff-labels.ts';
import { jsonName } from './json-name.ts';
import { jsonOrigin } from './json-origin.ts';
import { createStyle } from './style.ts';
import { unifiedDiff } from './unified-diff.ts';

/** What a file's JSON needs to know besides its verdict. */
export interface JsonFileContext {
  readonly server: string;
  readonly git: GitState | null;
  readonly view: DiffView;
  /** Carry the diff as text. */
  readonly diff: boolean;
}

/** One file of the JSON report. */
export function jsonFile(file: FileVerdict, context: JsonFileContext) {
  const diff = context.diff || file.verdict === 'modified' ? verdictDiff(file, context.view) : null;
  return {
    ...jsonName(file.name),
    path: showPath(file.path),
    verdict: file.verdict,
    counted: file.counted,
    cause: file.cause,
    git: file.git && { sha256: file.git.sha256, size: file.git.bytes.length },
    server: file.server && jsonServerFile(file.server),
    origin: file.origin && jsonOrigin(file.origin),
    package: file.package && { name: file.package.name, unmodified: file.package.unmodified },
    notes: file.notes.map(note => ({ code: note.code, message: noteText(note) })),
    lines: file.verdict === 'modified' ? jsonLines(diff) : null,
    diff: context.diff && diff ? diffText(file, diff, context) : null,
  };
}

const jsonServerFile = ({ sha256, size, metadata }: NonNullable<FileVerdict['server']>) => ({
  sha256,
  size,
  mode: metadata?.mode ?? null,
  owner: metadata && (metadata.owner ?? `${metadata.uid}`),
  group: metadata && (metadata.group ?? `${metadata.gid}`),
  modified_at: metadata && fileTime(metadata.modifiedAt),
});

const jsonLines = (diff: FileDiff | null) =>
  diff?.kind === 'text' ? { added: diff.added, removed: diff.removed } : null;

function diffText(file: FileVerdict, diff: FileDiff, { server, git }: JsonFileContext): string {
  const lines = unifiedDiff(diff, diffLabels(file, server, git), createStyle(false));
  return lines.map(line => `${line}\n`).join('');
}
