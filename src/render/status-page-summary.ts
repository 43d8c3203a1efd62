// The top of the status page: the answer in one line, and the numbers behind it.

import {
  type AgedStatus,
  type GroupedStatuses,
  STATUS_GROUPS,
  type StatusGroup,
} from '../domain/status-groups.ts';
import { agedTime, spanText } from './age-text.ts';
import { type Html, html } from './html-text.ts';

/** What the whole page stands for: its worst group, or `EMPTY`. */
export type PageState = StatusGroup | 'EMPTY';

/** How a group is shown: its sign, its name, its colour on both grounds, its drawing in a square of 32. */
export interface GroupLook {
  readonly sign: string;
  readonly name: string;
  readonly color: string;
  readonly drawing: string;
}

export const GROUP_LOOKS: Readonly<Record<PageState, GroupLook>> = {
  OUT_OF_SYNC: { sign: '✗', name: 'Out of sync', color: '#b3261e', drawing: 'M10 10l12 12M22 10L10 22' },
  UNKNOWN: {
    sign: '?',
    name: 'Unknown',
    color: '#8a5a00',
    drawing: 'M11.5 12.5a4.5 4.5 0 1 1 6.5 4q-2 1-2 3M16 23.8v.2',
  },
  STALE: { sign: '!', name: 'Stale', color: '#1c5c99', drawing: 'M16 8.5v7.5l5 4' },
  SYNCED: { sign: '✓', name: 'In sync', color: '#1b6b34', drawing: 'M9.5 16.5l4.5 5 8.5-11' },
  EMPTY: { sign: '–', name: 'No status', color: '#59616a', drawing: 'M10 16h12' },
};

/** Fragment of the section of each group. */
export const GROUP_IDS: Readonly<Record<StatusGroup, string>> = {
  OUT_OF_SYNC: 'out-of-sync',
  UNKNOWN: 'unknown',
  STALE: 'stale',
  SYNCED: 'in-sync',
};

/** The worst group that has somebody in it. */
export const pageState = (groups: GroupedStatuses): PageState =>
  STATUS_GROUPS.find(group => groups[group].length > 0) ?? 'EMPTY';

/** The page in one line: `3 of 12 servers out of sync`. */
export function headline(groups: GroupedStatuses, staleAfterMs: number): string {
  const state = pageState(groups);
  if (state === 'EMPTY') return 'No status yet';
  const [count, total] = [groups[state].length, sizeOf(groups)];
  const of = count === total && total > 1 ? 'all' : count === total ? '' : `${number(count)} of`;
  const words: Readonly<Record<StatusGroup, string>> = {
    OUT_OF_SYNC: 'out of sync',
    UNKNOWN: 'unknown',
    STALE: `not checked for ${spanText(staleAfterMs)}`,
    SYNCED: 'in sync',
  };
  return `${of} ${number(total)} ${total === 1 ? 'server' : 'servers'} ${words[state]}`.trim();
}

/** A number with separators: `10,000`. */
export const number = (count: number): string => count.toLocaleString('en');

/** Servers in all groups. */
export const sizeOf = (groups: GroupedStatuses): number =>
  STATUS_GROUPS.reduce((sum, group) => sum + groups[group].length, 0);

/** The header; `now` and `staleAfterMs` in milliseconds. */
export function statusSummary(
  groups: GroupedStatuses,
  { now, staleAfterMs }: { readonly now: number; readonly staleAfterMs: number },
): Html {
  const state = pageState(groups);
  return html`<header id="top" class="${state}">
<p class="kind">Configuration drift</p>
<h1>${headline(groups, staleAfterMs)}</h1>
${state === 'EMPTY' ? null : counts(groups, staleAfterMs)}${checks(
  STATUS_GROUPS.flatMap(group => groups[group]),
  now,
)}</header>
`;
}

/** Stale servers are counted whatever else they are: an old answer is an old answer. */
function counts(groups: GroupedStatuses, staleAfterMs: number): Html {
  const all = STATUS_GROUPS.flatMap(group => groups[group]);
  const stale = all.filter(status => status.stale).length;
  const also = stale - groups.STALE.length;
  const tile = (group: StatusGroup, count: number, note: string): Html => {
    const inside = html`<b>${number(count)}</b> <span class="name"><span class="sign" aria-hidden="true">${GROUP_LOOKS[group].sign}</span> ${GROUP_LOOKS[group].name}</span>${note === '' ? null : html` <small>${note}</small>`}`;
    const link =
      groups[group].length > 0
        ? html`<a href="#${GROUP_IDS[group]}">${inside}</a>`
        : html`<div>${inside}</div>`;
    return html`<li class="${group}${count > 0 ? '' : ' none'}">${link}</li>\n`;
  };
  const files = groups.OUT_OF_SYNC.reduce((sum, { record }) => sum + record.drift_count, 0);
  return html`<ul class="counts" aria-label="Servers">
${tile('OUT_OF_SYNC', groups.OUT_OF_SYNC.length, files === 0 ? '' : `${number(files)} drifted ${files === 1 ? 'file' : 'files'}`)}${tile('UNKNOWN', groups.UNKNOWN.length, '')}${tile('STALE', stale, also > 0 ? `${number(also)} out of sync or unknown` : `no check for ${spanText(staleAfterMs)}`)}${tile('SYNCED', groups.SYNCED.length, `of ${number(all.length)}`)}</ul>
`;
}

function checks(statuses: readonly AgedStatus[], now: number): Html | null {
  const times = statuses.map(({ record }) => Date.parse(record.last_check));
  if (times.length === 0) return null;
  const [oldest, newest] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const time = (at: number): Html => agedTime(new Date(at).toISOString(), now);
  return oldest === newest
    ? html`<p class="about">Last check ${time(newest)}</p>\n`
    : html`<p class="about">Last check ${time(newest)}, oldest ${time(oldest)}</p>\n`;
}
