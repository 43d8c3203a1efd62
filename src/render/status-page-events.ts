import type { StatusEvent } from '../domain/status-event.ts';
import { shortTime } from './age-text.ts';
import { statusBadge } from './html-status.ts';
import { type Html, html } from './html-text.ts';
import { shownName } from './status-page-files.ts';
import { number } from './status-page-summary.ts';
import { STATUS_WORDS } from './text.ts';

/** Changes that are shown: the newest. */
const MOST_EVENTS = 15;

/** Names of files in one line. */
const MOST_NAMES = 3;

/** What happened last, newest first; `now` in milliseconds. */
export function recentEvents(events: readonly StatusEvent[], now: number): Html | null {
  if (events.length === 0) return null;
  return html`<section id="events" aria-labelledby="events-title">
<h2 id="events-title">Recent changes</h2>
<ol class="events">
${events.slice(0, MOST_EVENTS).map(event => item(event, now))}</ol>
<p class="more"><a href="api/events?limit=1000">All changes, as JSON</a></p>
</section>
`;
}

const item = (event: StatusEvent, now: number): Html =>
  html`<li>${shortTime(event.time, now)} <span class="what">${shownName(event.server)} ${statusBadge(event.to)}${words(event)}</span></li>\n`;

function words({ from, to, files, drift_count }: StatusEvent): Html | null {
  if (to !== 'OUT_OF_SYNC')
    return from === null ? null : html` <span class="note">was ${STATUS_WORDS[from]}</span>`;
  const names = files.slice(0, MOST_NAMES);
  const others = drift_count - names.length;
  return html`${from === 'OUT_OF_SYNC' ? html` <span class="note">in another way than before:</span>` : null} ${names.map((name, i) => html`${i > 0 ? ', ' : null}<code>${shownName(name)}</code>`)}${others > 0 ? ` and ${number(others)} more` : null}`;
}
