// A patch for one server: `git apply` makes Git's copies equal to the server, `git apply -R` does what a deploy would do.
// The lines on top begin with `#`, which Git and patch(1) pass over as they do a mail's text.

import { escapeText } from '../domain/escape.ts';
import type { ObjectFormat } from '../domain/git-binary-patch.ts';
import type { Places } from '../domain/patch-change.ts';
import { patchChanges } from '../domain/patch-changes.ts';
import type { KeyGlobs } from '../domain/redact-keys.ts';
import { showPath } from '../domain/remote-path.ts';
import { type GitState, type ServerReport, utcSeconds } from '../domain/report.ts';
import { UserError } from '../domain/user-error.ts';
import { shortCommit } from './diff-labels.ts';
import { patchFile } from './patch-file.ts';

/** What a patch is made from, besides what was found on the server. */
export interface PatchOptions {
  readonly git: GitState | null;
  /** Where in the repository the files belong. */
  readonly places: Places;
  readonly showSecrets: boolean;
  /** Names of secrets that the inventory adds. */
  readonly alsoSecret: KeyGlobs;
}

/** The patch as bytes, for it holds file contents as they are. Throws a UserError where it would be wrong or tell secrets. */
export function renderPatch(server: ServerReport, options: PatchOptions): Buffer {
  const { git, places, showSecrets, alsoSecret } = options;
  const { changes, leftOut } = patchChanges(server.server, server.files, places);
  // Git names its objects by one hash throughout, which the commit's length tells.
  const format: ObjectFormat = git?.commit.length === 64 ? 'sha256' : 'sha1';
  const files = changes.map(change => ({ change, ...patchFile(change, format, alsoSecret) }));
  const secret = files.filter(file => file.secret).map(({ change }) => change.to ?? change.from);
  if (secret.length > 0 && !showSecrets) {
    const names = secret.map(file => showPath(file?.path ?? '')).join(', ');
    throw new UserError(
      `a patch would show what looks like a password or a key: ${names}`,
      'A redacted patch would put "[secret]" into Git. If whoever reads it may know them, say --show-secrets.',
    );
  }
  const notes = [...heading(server, git, files.length), ...leftOut.map(text => `not in this patch: ${text}`)];
  return Buffer.from(
    [...notes.map(line => `# ${escapeText(line)}\n`).map(toBytes), ...files.map(({ text }) => text)].join(''),
    'latin1',
  );
}

/** Text as one character per byte, as the files' parts are. */
const toBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

function heading(server: ServerReport, git: GitState | null, changes: number): readonly string[] {
  const state = git ? `commit ${shortCommit(git)}${git.dirty ? ' with local changes' : ''}` : 'no Git commit';
  const about = `${server.server}, compared with ${state}, ${utcSeconds(server.checkedAt)}`;
  if (changes === 0) return [`${about}: Git has the same contents, there is nothing to apply`];
  return [
    about,
    'makes Git equal to the server, at the top of the repository: git apply --whitespace=nowarn FILE',
    'its reverse (git apply -R) is what a deploy would change on the server',
  ];
}
