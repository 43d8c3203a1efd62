import type { FileVerdict } from './file-verdict.ts';
import { diffFile, type FileDiff } from './line-diff.ts';
import type { CommittedVersion } from './origin.ts';
import { createRedactor } from './redact.ts';
import type { DiffView } from './verdict-diff.ts';

/** `check` reads from Git to the server, `deploy` from the server to Git. */
export type Direction = 'check' | 'deploy';

/** What differs in an edited file, in two parts. */
export interface EditDiff {
  /** The committed version that was edited. */
  readonly nearest: CommittedVersion;
  /** The hand edit alone: nearest and server. */
  readonly edit: FileDiff;
  /** What was committed since, and is not deployed yet: Git and nearest. */
  readonly undeployed: FileDiff;
}

/** Tells a hand edit apart from what is not deployed yet; null for a file that has not both. */
export function editDiff(file: FileVerdict, direction: Direction, view: DiffView): EditDiff | null {
  const { origin, git, server } = file;
  const nearest = origin?.kind === 'edited' ? origin.nearest : null;
  if (!nearest || !git || !server?.bytes || nearest.bytes.equals(git.bytes)) return null;
  return {
    nearest,
    edit: directed(nearest.bytes, server.bytes, { direction, view }),
    undeployed: directed(git.bytes, nearest.bytes, { direction, view }),
  };
}

/** The whole difference in the direction of a deploy: null is a side that does not have the file. */
export const deployDiff = (git: Buffer | null, server: Buffer | null, view: DiffView): FileDiff =>
  directed(git, server, { direction: 'deploy', view });

/** Of a deploy the sides change places: `-` is what is on the server now. */
function directed(
  git: Buffer | null,
  server: Buffer | null,
  { direction, view }: { readonly direction: Direction; readonly view: DiffView },
): FileDiff {
  const sides = direction === 'check' ? { git, server } : { git: server, server: git };
  const redact = view.showSecrets ? null : createRedactor(view.alsoSecret);
  return diffFile({ ...sides, context: view.context, redact });
}
