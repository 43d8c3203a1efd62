// One server's part of the HTML report.

import { failureText } from '../domain/failure-text.ts';
import type { FileVerdict } from '../domain/file-verdict.ts';
import { diffFile, type FileDiff } from '../domain/line-diff.ts';
import { originText } from '../domain/origin-text.ts';
import { createRedactor } from '../domain/redact.ts';
import { byPath, showPath } from '../domain/remote-path.ts';
import { driftedFiles, type GitState, type ServerReport, utcSeconds } from '../domain/report.ts';
import { reportHints } from '../domain/report-hints.ts';
import { type DiffView, verdictDiff } from '../domain/verdict-diff.ts';
import { shortCommit } from './diff-labels.ts';
import { htmlDiff } from './html-diff.ts';
import { statusBadge } from './html-status.ts';
import { type Html, html } from './html-text.ts';
import { plural } from './text.ts';
import { fileDetails, VERDICT_WORDS } from './text-file.ts';

/** How servers are shown. */
export interface HtmlView extends DiffView {
  /** Show what differs in the files. */
  readonly diff: boolean;
  readonly git: GitState | null;
}

/** A server that is not in sync: all that is known, unfolded. */
export const openServer = (server: ServerReport, id: string, view: HtmlView): Html =>
  html`<section class="server" id="${id}" aria-labelledby="${id}-name">
<h2 id="${id}-name"><bdi>${server.server}</bdi> ${statusBadge(server.status)}</h2>
${content(server, view)}</section>
`;

/** A server in sync: a line that opens. */
export const foldedServer = (server: ServerReport, id: string, view: HtmlView): Html =>
  html`<details class="server" id="${id}"><summary><h3><bdi>${server.server}</bdi></h3> ${statusBadge(server.status)}${
    server.warnings.length > 0
      ? html` <span class="count">${plural(server.warnings.length, 'warning')}</span>`
      : null
  }</summary>
${content(server, view)}</details>
`;

function content(server: ServerReport, view: HtmlView): Html {
  const files = server.files.toSorted((a, b) => byPath(a.name, b.name));
  const wrong = files.filter(file => file.verdict !== 'in-sync');
  const inSync = files.filter(file => file.verdict === 'in-sync');
  return html`<p class="about">${about(server)}</p>
${failure(server)}${server.warnings.map(warning => html`<p class="warning">${warning}</p>\n`)}${reportHints(server).map(hint => html`<p>${hint}</p>\n`)}${wrong.map(
  file => fileBlock(file, server, view),
)}${nameList(
  'in sync',
  inSync.map(({ name }) => html`<code>${showPath(name)}</code>`),
)}${nameList(
  'ignored',
  server.ignored.map(
    ({ name, reason, until }) =>
      html`<code>${showPath(name)}</code>: ${reason}${until === null ? null : ` (until ${until})`}`,
  ),
)}`;
}

function about({
  user,
  host,
  port,
  expected,
  compared,
  checkedAt,
  durationMs,
  failure: trouble,
}: ServerReport): Html {
  const census = trouble
    ? 'nothing compared'
    : `${compared} of ${plural(expected, 'expected file')} compared`;
  return html`<code>${user}@${host}:${port}</code> · ${census} · ${utcSeconds(checkedAt)} · ${durationMs} ms`;
}

function failure({ failure: trouble }: ServerReport): Html | null {
  if (!trouble) return null;
  const { message, hint } = failureText(trouble);
  return html`<div class="failure"><p><code>${trouble.code}</code> ${lines(message)}</p><p>${lines(hint)}</p></div>\n`;
}

const lines = (text: string): readonly Html[] =>
  text.split('\n').map((line, i) => html`${i > 0 ? html`<br>` : null}${line}`);

/** Many names of which nobody needs to see one: folded. */
function nameList(what: string, items: readonly Html[]): Html | null {
  if (items.length === 0) return null;
  return html`<details class="names"><summary>${plural(items.length, 'file')} ${what}</summary>
<ul>${items.map(item => html`<li>${item}</li>`)}</ul></details>
`;
}

function fileBlock(file: FileVerdict, server: ServerReport, view: HtmlView): Html {
  const diff = view.diff || file.verdict === 'modified' ? verdictDiff(file, view) : null;
  const counts =
    diff?.kind === 'text' && file.verdict === 'modified'
      ? html` <span class="count"><ins>+${diff.added}</ins> <del>−${diff.removed}</del></span>`
      : null;
  const origin = originText(file);
  const said = [
    ...(origin === null ? [] : [html`<p class="origin ${file.origin?.kind ?? ''}">${origin}</p>\n`]),
    ...fileDetails(file, diff).map(detail => html`<p class="note">${detail}</p>\n`),
  ];
  const renamed = file.notes.some(note => note.code === 'renamed-to' || note.code === 'renamed-from');
  const titles = {
    git: gitTitle(file, view.git),
    server: file.server ? `${server.server}:${showPath(file.path)}` : 'not on the server',
  };
  const shown = view.diff && diff && !renamed ? htmlDiff(diff, titles) : null;
  const title = html`<span class="verdict ${file.verdict}${file.counted ? '' : ' uncounted'}">${VERDICT_WORDS[file.verdict]}</span> <h3><code>${showPath(file.name)}</code></h3>${counts}`;
  if (!shown && said.length === 0) return html`<div class="file flat">${title}</div>\n`;
  return html`<details class="file"${file.counted || file.verdict === 'not-compared' ? html` open` : null}><summary>${title}</summary>
${said}${shown}${view.diff ? handEdit(file, titles.server, view) : null}</details>
`;
}

const gitTitle = (file: FileVerdict, git: GitState | null): string =>
  file.git
    ? `${file.git.source}${git ? ` · Git ${shortCommit(git)}${git.dirty ? ', dirty' : ''}` : ''}`
    : 'not in Git';

/** What somebody changed by hand, apart from what is merely not deployed: only if the two are not the same. */
function handEdit({ origin, server }: FileVerdict, title: string, view: HtmlView): Html | null {
  if (origin?.kind !== 'edited' || !origin.nearest || origin.nearest.commitsBehind === 0 || !server?.bytes)
    return null;
  const diff: FileDiff = diffFile({
    git: origin.nearest.bytes,
    server: server.bytes,
    context: view.context,
    redact: view.showSecrets ? null : createRedactor(view.alsoSecret),
  });
  return html`<h4>The edit alone</h4>\n${htmlDiff(diff, { git: `Git ${origin.nearest.commit.slice(0, 8)}`, server: title })}`;
}

/** How much a server has drifted, for lists. */
export function driftCount(server: ServerReport): string {
  const count = driftedFiles(server).length;
  return count > 0 ? plural(count, 'file') : '';
}
