// From verdicts to a patch that makes Git equal to a server. It holds all counted drift or it is refused: a patch that
// leaves something out would be applied, committed, and believed.
//
// - A missing file is deleted from every layer, or the copy of an earlier layer would come to light.
// - A Git copy that is a symbolic link becomes a file of its own: what it leads to may be the copy of other files too.
// - Git keeps of all permissions only whether a file may be executed. The patch follows the server in this for the files
//   that it holds; other expectations about owner and mode are the inventory's, and cannot be adopted by a patch.

import { escapeText } from './escape.ts';
import type { FileVerdict, Note, Verdict } from './file-verdict.ts';
import { firstLines } from './first-lines.ts';
import { remarks } from './note-text.ts';
import type { GitMode, PatchChange, Place, Places, RepositoryFile } from './patch-change.ts';
import { showPath } from './remote-path.ts';
import { UserError } from './user-error.ts';

/** All changes, sorted as the files are, and sentences about what a patch cannot hold. */
export interface PatchPlan {
  readonly changes: readonly PatchChange[];
  readonly leftOut: readonly string[];
}

interface Part {
  readonly changes: readonly PatchChange[];
  readonly leftOut?: string;
  /** Why there can be no patch. */
  readonly problem?: string;
}

/** Plans the patch for one server. Throws a UserError that names every file which the patch could not hold. */
export function patchChanges(server: string, files: readonly FileVerdict[], places: Places): PatchPlan {
  const plan = { files, places };
  const parts = files
    .filter(file => file.counted || file.verdict === 'not-compared')
    .map(file => PARTS[file.verdict](file, plan));
  const problems = parts.flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) {
    throw new UserError(
      firstLines([`no patch can make Git equal to ${escapeText(server)}:`, ...problems]),
      'Make the files readable, raise max_file_size, or take them out with an ignore rule.',
    );
  }
  return {
    changes: parts.flatMap(({ changes }) => changes),
    leftOut: parts.flatMap(({ leftOut }) => leftOut ?? []),
  };
}

interface Plan {
  readonly files: readonly FileVerdict[];
  readonly places: Places;
}

const NOTHING: Part = { changes: [] };

const PARTS: Readonly<Record<Verdict, (file: FileVerdict, plan: Plan) => Part>> = {
  'in-sync': () => NOTHING,
  modified: (file, { places }) => withContents(file, places, (to, copies) => replaced(copies.at(-1), to)),
  missing: (file, plan) => {
    const copies = placeOf(file, plan.places).copies;
    // The renamed copy itself goes with its other name.
    const gone = renamedTo(file, plan) ? copies.slice(0, -1) : copies;
    return { changes: gone.map(from => ({ from, to: null })) };
  },
  unmanaged: (file, plan) =>
    withContents(file, plan.places, to => {
      const source = renamedFrom(file, plan);
      const from = source ? placeOf(source, plan.places).copies.at(-1) : undefined;
      if (!from) return [{ from: null, to }];
      return from.mode === '120000'
        ? [
            { from, to: null },
            { from: null, to },
          ]
        : [{ from, to }];
    }),
  metadata: (file, { places }) => {
    const from = placeOf(file, places).copies.at(-1);
    const mode = from && modeOf(file, from);
    const leftOut = `${showPath(file.name)}: ${remarks(null, file.notes).join('; ')}`;
    if (!from || from.mode === '120000' || mode === from.mode) return { changes: [], leftOut };
    return { changes: [{ from, to: { ...from, mode: modeOf(file, from) } }], leftOut };
  },
  'not-compared': file => problem(file, remarks(file.cause, file.notes).join('; ')),
};

const problem = (file: FileVerdict, why: string): Part => ({
  changes: [],
  problem: `${showPath(file.path)} ${why}`,
});

const NOWHERE: Place = { copies: [], home: null };

const placeOf = (file: FileVerdict, places: Places): Place => places.get(file.path) ?? NOWHERE;

/** For verdicts that bring the server's contents into the repository. */
function withContents(
  file: FileVerdict,
  places: Places,
  changes: (to: RepositoryFile, copies: readonly RepositoryFile[]) => readonly PatchChange[],
): Part {
  if (!file.server) return problem(file, remarks(file.cause, file.notes).join('; ') || 'was not read');
  if (!file.server.bytes) return problem(file, `was not transferred (${file.server.size} bytes)`);
  const { copies, home } = placeOf(file, places);
  const copy = copies.at(-1);
  const path = copy?.path ?? home;
  if (path === null) return problem(file, 'is outside of the directory that `files` mirrors');
  return { changes: changes({ path, mode: modeOf(file, copy), bytes: file.server.bytes }, copies) };
}

const replaced = (from: RepositoryFile | undefined, to: RepositoryFile): readonly PatchChange[] =>
  from?.mode === '120000'
    ? [
        { from, to: null },
        { from: null, to },
      ]
    : [{ from: from ?? null, to }];

/** The mode of the server's file in Git; where the server could not say, the copy's. */
function modeOf({ server }: FileVerdict, copy: RepositoryFile | undefined): GitMode {
  const mode = server?.metadata?.mode;
  if (mode === undefined) return copy?.mode === '100755' ? '100755' : '100644';
  return Number.parseInt(mode, 8) & 0o100 ? '100755' : '100644';
}

/** The other half of a rename, if it is in the patch too. */
function partner(file: FileVerdict, code: 'renamed-to' | 'renamed-from', { files }: Plan) {
  const note = file.notes.find((n): n is Extract<Note, { name: string }> => n.code === code);
  return note && files.find(other => other.name === note.name && other.counted);
}

const renamedTo = (file: FileVerdict, plan: Plan) => {
  const target = partner(file, 'renamed-to', plan);
  return target?.server?.bytes ? target : undefined;
};

const renamedFrom = (file: FileVerdict, plan: Plan) => partner(file, 'renamed-from', plan);
