import type { FileVerdict, Verdict } from './file-verdict.ts';
import { diffFile, type FileDiff } from './line-diff.ts';
import { createRedactor } from './redact.ts';
import type { KeyGlobs } from './redact-keys.ts';

/** How diffs are shown. */
export interface DiffView {
  /** Equal lines shown around each difference. */
  readonly context: number;
  /** Secrets are shown as they are, on the operator's explicit wish. */
  readonly showSecrets: boolean;
  /** Names of secrets that the inventory adds to the known ones. */
  readonly alsoSecret: KeyGlobs;
}

/** Which verdicts are about different contents. */
const HAS_DIFF: Readonly<Record<Verdict, boolean>> = {
  'in-sync': false,
  modified: true,
  missing: true,
  unmanaged: true,
  metadata: false,
  'not-compared': false,
};

/** What differs in one file; null where there are no contents to set against each other. */
export function verdictDiff(file: FileVerdict, view: DiffView): FileDiff | null {
  const { git, server } = file;
  if (!HAS_DIFF[file.verdict] || (git === null && server === null)) return null;
  if (server !== null && server.bytes === null) return { kind: 'unavailable' };
  return diffFile({
    git: git?.bytes ?? null,
    server: server?.bytes ?? null,
    context: view.context,
    redact: view.showSecrets ? null : createRedactor(view.alsoSecret),
  });
}
