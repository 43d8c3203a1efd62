// A diff as a table of two columns. On a narrow screen the style sheet turns every row into lines below each other; the
// roles say that it is a table all the same.

import type { FileDiff, Hunk } from '../domain/line-diff.ts';
import { type WordDiff, type WordPart, wordDiff } from '../domain/word-diff.ts';
import { type Html, html, htmlLine } from './html-text.ts';
import { type SideLine, type SideRow, sideBySide } from './side-by-side.ts';
import { diffRemark, showLine } from './unified-diff.ts';

/** More than anybody reads, and few enough for a browser. */
const MOST_ROWS = 2000;

/** What the two columns are called. */
export interface DiffTitles {
  readonly git: string;
  readonly server: string;
}

/** The diff, or a sentence that says why there is none to see. */
export function htmlDiff(diff: FileDiff, titles: DiffTitles): Html {
  const remark = diffRemark(diff);
  if (diff.kind !== 'text' || remark !== null) return html`<p class="note">${remark}</p>`;
  let room = MOST_ROWS;
  const bodies = diff.hunks.map((hunk, i) => {
    const rows = sideBySide(hunk);
    const shown = rows.slice(0, Math.max(0, room));
    room -= rows.length;
    return shown.length === 0 ? { html: '' } : body(hunk, shown, i);
  });
  const more =
    room < 0 ? html`<p class="note">${-room} more lines: sshdrift check --diff shows them all</p>` : null;
  return html`<table class="diff" role="table"><colgroup><col class="n"><col><col class="n"><col></colgroup><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" colspan="2">${titles.git}</th><th role="columnheader" scope="col" colspan="2">${titles.server}</th></tr></thead>
${bodies}</table>${more}`;
}

function body(hunk: Hunk, rows: readonly SideRow[], index: number): Html {
  const starts = Math.max(hunk.gitStart, hunk.serverStart) <= 1;
  const gap =
    index === 0 && starts ? null : html`<tr role="row" class="gap"><td role="cell" colspan="4">⋯</td></tr>\n`;
  return html`<tbody role="rowgroup">${gap}${rows.map(row)}</tbody>\n`;
}

function row({ git, server }: SideRow): Html {
  if (git && server && git.line.sign === ' ')
    return html`<tr role="row" class="same">${cells(git, 'git', null)}${cells(server, 'server', null)}</tr>\n`;
  const words: WordDiff | null =
    git && server ? wordDiff(showLine(git.line.text), showLine(server.line.text)) : null;
  return html`<tr role="row">${cells(git, 'git', words?.git ?? null)}${cells(server, 'server', words?.server ?? null)}</tr>\n`;
}

function cells(side: SideLine | null, column: 'git' | 'server', words: readonly WordPart[] | null): Html {
  if (!side) return html`<td role="cell" class="none" colspan="2"></td>`;
  const { number, line } = side;
  const text = words
    ? words.map(part => (part.changed ? html`<b>${[htmlLine(part.text)]}</b>` : htmlLine(part.text)))
    : [htmlLine(showLine(line.text))];
  const end = line.unfinished ? html` <i>no newline at the end</i>` : null;
  const kind = line.sign === ' ' ? column : `${column} changed`;
  return html`<td role="cell" class="n ${kind}">${number}</td><td role="cell" class="${kind}"><code>${text}</code>${end}</td>`;
}
