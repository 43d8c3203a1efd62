// The page of the status server. It is whole without a script; with it, it is live. Server and file names are what
// somebody posted.

import { utcSeconds } from '../domain/report.ts';
import type { StatusEvent } from '../domain/status-event.ts';
import { type GroupedStatuses, groupStatuses } from '../domain/status-groups.ts';
import type { StatusRecord } from '../domain/status-record.ts';
import { searchOf } from '../domain/status-search.ts';
import { spanText } from './age-text.ts';
import { hashSource } from './html-policy.ts';
import { type Html, html } from './html-text.ts';
import { howToPost, type PostPlace } from './status-page-empty.ts';
import { recentEvents } from './status-page-events.ts';
import { STATUS_PAGE_SCRIPT } from './status-page-script.ts';
import { serverSections } from './status-page-servers.ts';
import { STATUS_PAGE_STYLE } from './status-page-style.ts';
import { GROUP_LOOKS, headline, number, pageState, sizeOf, statusSummary } from './status-page-summary.ts';

/** What the page shows. */
export interface StatusPage extends PostPlace {
  /** Sorted by repo, then server. */
  readonly statuses: readonly StatusRecord[];
  /** Newest first. */
  readonly events: readonly StatusEvent[];
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds after which a status is stale. */
  readonly staleAfterMs: number;
  /** Only servers with these words are listed; empty for all. */
  readonly search: string;
}

/** Content-Security-Policy of the page, as a header: its own style sheet and script, and its own server. */
export const STATUS_PAGE_POLICY = [
  "default-src 'none'",
  `script-src ${hashSource(STATUS_PAGE_SCRIPT)}`,
  `style-src ${hashSource(STATUS_PAGE_STYLE)}`,
  'img-src data:',
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Seconds between two loads where there is no script. */
const RELOAD_SECONDS = 60;

/** The whole page as one HTML document. */
export function renderStatusPage(page: StatusPage): string {
  const groups = groupStatuses(page.statuses, page);
  const title = `${GROUP_LOOKS[pageState(groups)].sign} ${headline(groups, page.staleAfterMs)}`;
  return html`<!doctype html>
<html lang="en" data-now="${utcSeconds(new Date(page.now))}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="sshdrift ${page.version}">
<noscript><meta http-equiv="refresh" content="${RELOAD_SECONDS}"></noscript>
<title>${title} · sshdrift</title>
<link rel="icon" href="${icon(groups)}">
<style>${{ html: STATUS_PAGE_STYLE }}</style>
</head>
<body>
<p id="say" class="said" role="status"></p>
<p id="trouble" class="trouble" hidden></p>
${statusSummary(groups, page)}<main id="main">
${page.statuses.length === 0 ? howToPost(page) : servers(page, groups)}</main>
${footer(page)}<script>${{ html: STATUS_PAGE_SCRIPT }}</script>
</body>
</html>
`.html;
}

function servers(page: StatusPage, groups: GroupedStatuses): Html {
  const { statuses, search, now } = page;
  const repos = statuses.some(({ repo }) => repo !== statuses[0]?.repo);
  const found = search.trim() !== '';
  const shown = found ? groupStatuses(statuses.filter(searchOf(search)), page) : groups;
  const form = html`<form role="search"><label for="q">Find a server or file</label><input id="q" name="q" type="search" value="${search}" autocomplete="off" spellcheck="false" maxlength="200"><button>Find</button></form>\n`;
  return html`${statuses.length > 1 || found ? form : null}${found ? html`<p class="found" id="found">${number(sizeOf(shown))} of ${number(statuses.length)} servers found. <a href="?">Show all</a></p>\n` : null}${serverSections(shown, { now, repos, found })}${found ? null : recentEvents(page.events, now)}`;
}

/** A drawing in the tab, so that the state is seen without looking at the page. */
function icon(groups: GroupedStatuses): string {
  const { color, drawing } = GROUP_LOOKS[pageState(groups)];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="15" fill="${color}"/><path d="${drawing}" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const footer = ({
  version,
  staleAfterMs,
}: StatusPage): Html => html`<footer><span>Stale: no check for ${spanText(staleAfterMs)}</span><a href="status.json">status.json</a><a href="metrics">metrics</a><span>sshdrift ${version}</span></footer>
`;
