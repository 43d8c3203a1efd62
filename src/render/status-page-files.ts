// Names that somebody posted, and the drifted files of a server.

import type { StatusRecord } from '../domain/status-record.ts';
import { type Html, html } from './html-text.ts';
import { number } from './status-page-summary.ts';

/** Characters of a name that are shown: real ones are shorter, and many pages of one would hide all else. */
const LONGEST_NAME = 300;

/** Files of a server that are shown at once, and that unfold below them. */
const OPEN_FILES = 8;
const MOST_FILES = 40;

/** A name apart from the text around it, whichever way it is written. */
export const shownName = (name: string): Html => html`<bdi>${cut(name)}</bdi>`;

function cut(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  const kept = name.slice(0, LONGEST_NAME).replace(/[\ud800-\udbff]$/, '');
  return `${kept}… (${number(name.length - kept.length)} more characters)`;
}

type File = StatusRecord['files'][number];

/** What an extended payload says of a file's origin, in words; other origins say nothing to a reader. */
const ORIGIN_WORDS: Readonly<Record<string, string>> = {
  edited: 'edited on the server',
  behind: 'older commit',
};

/** The files, many of them folded; `id` is the server's. */
export function shownFiles(record: StatusRecord, id: string): Html | null {
  const { files, repo, server } = record;
  if (files.length === 0) return null;
  const folded = files.slice(OPEN_FILES, MOST_FILES);
  const query = new URLSearchParams({ repo, server });
  const others = files.length - OPEN_FILES - folded.length;
  return html`<ul class="files">${files.slice(0, OPEN_FILES).map(file)}</ul>
${
  folded.length === 0
    ? null
    : html`<details id="${id}-more"><summary id="${id}-summary">${number(files.length - OPEN_FILES)} more files</summary>
<ul class="files">${folded.map(file)}</ul>
${others > 0 ? html`<p class="more"><a href="status.json?${`${query}`}">and ${number(others)} more, as JSON</a></p>` : null}</details>
`
}`;
}

function file({ name, change, origin }: File): Html {
  const from = Object.hasOwn(ORIGIN_WORDS, origin ?? '') ? ORIGIN_WORDS[origin ?? ''] : null;
  const notes = [change ?? '', from ?? ''].filter(note => note !== '').join(', ');
  return html`<li><code>${shownName(name)}</code>${notes === '' ? null : html` <span class="note">${notes}</span>`}</li>`;
}
