// The servers on the status page, those that need somebody first. However many there are, a browser gets a bounded
// number of them, and a search for the others.

import { sha256 } from '../domain/git-copies.ts';
import { bookKey } from '../domain/status-book.ts';
import type { AgedStatus, GroupedStatuses, StatusGroup } from '../domain/status-groups.ts';
import type { StatusRecord } from '../domain/status-record.ts';

import { agedTime, shortTime } from './age-text.ts';
import { type Html, html } from './html-text.ts';
import { shownFiles, shownName } from './status-page-files.ts';
import { GROUP_IDS, GROUP_LOOKS, number } from './status-page-summary.ts';

/** What all servers are shown with. */
export interface ServerView {
  /** Milliseconds. */
  readonly now: number;
  /** There are several repositories, so that each server says which one. */
  readonly repos: boolean;
  /** Only what was searched for. */
  readonly found: boolean;
}

/** Servers that are shown in full, in each group. */
const MOST_CARDS = 100;

/** More of them stand side by side. */
const WIDE_CARDS = 6;

/** Servers that are shown as a line. */
const MOST_LINES = 200;

/** More lines than this are folded. */
const OPEN_LINES = 40;

/** The sections of all groups that have somebody in them. */
export const serverSections = (groups: GroupedStatuses, view: ServerView): Html =>
  html`${cards('OUT_OF_SYNC', groups.OUT_OF_SYNC, view)}${cards('UNKNOWN', groups.UNKNOWN, view)}${cards('STALE', groups.STALE, view)}${lines(groups.SYNCED, view)}`;

const heading = (group: StatusGroup, count: number): Html =>
  html`<span class="sign" aria-hidden="true">${GROUP_LOOKS[group].sign}</span> ${GROUP_LOOKS[group].name} <span class="count">${number(count)}</span>`;

const more = (count: number): Html | null =>
  count > 0 ? html`<p class="more">and ${number(count)} more: search for a name to see them</p>\n` : null;

function cards(group: StatusGroup, statuses: readonly AgedStatus[], view: ServerView): Html | null {
  if (statuses.length === 0) return null;
  const id = GROUP_IDS[group];
  return html`<section id="${id}" class="${group}${statuses.length > WIDE_CARDS ? ' many' : ''}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${heading(group, statuses.length)}</h2>
<ul class="cards">
${statuses.slice(0, MOST_CARDS).map(status => card(status, group, view))}</ul>
${more(statuses.length - MOST_CARDS)}</section>
`;
}

function card({ record, stale }: AgedStatus, group: StatusGroup, view: ServerView): Html {
  const id = idOf(record);
  return html`<li class="card" id="${id}">
<h3>${shownName(record.server)}</h3>${repo(record, view)}${stale && group !== 'STALE' ? html` <span class="stale"><span aria-hidden="true">!</span> stale</span>` : null}
<p class="about times">${times(record, group, view.now)}</p>
${reason(record)}${shownFiles(record, id)}</li>
`;
}

const repo = (record: StatusRecord, { repos }: ServerView): Html | null =>
  repos ? html` <span class="repo">${shownName(record.repo)}</span>` : null;

/** Since when, then how old the answer is. */
function times(record: StatusRecord, group: StatusGroup, now: number): Html {
  const checked = html`<span>Checked ${agedTime(record.last_check, now)}</span>`;
  const drifted = record.first_drift_at;
  const driftSeen = (what: string): Html | null =>
    drifted === null ? null : html`<span>${what} ${agedTime(drifted, now)}</span> `;
  const said: Readonly<Record<StatusGroup, Html>> = {
    OUT_OF_SYNC: html`${driftSeen('Drift first seen')}${checked}`,
    UNKNOWN: html`<span>Unknown since the check ${agedTime(record.since, now)}</span> ${driftSeen('Before that, drift first seen')}${checked}`,
    STALE: html`<span>In sync when checked ${agedTime(record.last_check, now)}</span>`,
    SYNCED: checked,
  };
  return said[group];
}

/** Why not everything was compared, which an extended payload says. */
function reason({
  reason: code,
  files_expected: expected,
  files_compared: compared,
}: StatusRecord): Html | null {
  if (code == null || code === '') return null;
  const census = expected != null && compared != null ? ` · ${compared} of ${expected} files compared` : null;
  return html`<p class="reason"><code>${code}</code>${census}</p>\n`;
}

function lines(statuses: readonly AgedStatus[], view: ServerView): Html | null {
  if (statuses.length === 0) return null;
  const id = GROUP_IDS.SYNCED;
  const shown = statuses.slice(0, MOST_LINES);
  const list = html`<ul class="lines">
${shown.map(({ record }) => html`<li id="${idOf(record)}">${shownName(record.server)}${repo(record, view)} ${shortTime(record.last_check, view.now)}</li>\n`)}</ul>
${more(statuses.length - shown.length)}`;
  // What a search finds is unfolded as its result; what somebody has folded otherwise stays so.
  return html`<section id="${id}" class="SYNCED" aria-labelledby="${id}-title">
<details id="${id}-${view.found ? 'found' : 'all'}"${statuses.length <= OPEN_LINES ? html` open` : null}>
<summary id="${id}-summary"><h2 id="${id}-title">${heading('SYNCED', statuses.length)}</h2></summary>
${list}</details></section>
`;
}

/** The same for the same server in each rendering, and safe as a fragment. */
const idOf = (record: StatusRecord): string => `s-${sha256(Buffer.from(bookKey(record))).slice(0, 16)}`;
