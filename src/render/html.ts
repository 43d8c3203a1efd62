// The report as one file to send around: no script, nothing loaded from anywhere, and a policy in it that says so. What
// is in sync is folded; what is not comes first and unfolded.

import { byPath } from '../domain/remote-path.ts';
import { type Report, runStatus, type ServerReport, utcSeconds } from '../domain/report.ts';
import { hashSource } from './html-policy.ts';
import { driftCount, foldedServer, type HtmlView, openServer } from './html-server.ts';
import { statusBadge } from './html-status.ts';
import { HTML_STYLE } from './html-style.ts';
import { type Html, html } from './html-text.ts';
import { plural, summary } from './text.ts';
import { gitText } from './text-heading.ts';

/** How the HTML report is written. */
export interface HtmlOptions extends Omit<HtmlView, 'git'> {
  /** Version of sshdrift. */
  readonly version: string;
}

/** The one style sheet is allowed by its hash, and nothing else is allowed at all. */
const POLICY = `default-src 'none'; style-src ${hashSource(HTML_STYLE)}; base-uri 'none'; form-action 'none'`;

/** The whole report as one HTML document. */
export function renderHtml(report: Report, options: HtmlOptions): string {
  const view: HtmlView = { ...options, git: report.git };
  const servers = report.servers
    .toSorted((a, b) => byPath(a.server, b.server))
    .map((server, i) => ({ server, id: `server-${i + 1}` }));
  const open = servers.filter(({ server }) => server.status !== 'SYNCED');
  const folded = servers.filter(({ server }) => server.status === 'SYNCED');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ html: POLICY }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="sshdrift ${options.version}">
<title>${report.repo}: ${headline(report)}</title>
<style>${{ html: HTML_STYLE }}</style>
</head>
<body>
${header(report)}
${open.length + folded.length > 1 ? overview(servers) : null}<main>
${open.map(({ server, id }) => openServer(server, id, view))}${inSync(folded, view)}</main>
${footer(report, options)}
</body>
</html>
`;
  return page.html;
}

interface Named {
  readonly server: ServerReport;
  readonly id: string;
}

function headline(report: Report): string {
  const { servers } = report;
  if (servers.length === 0) return 'no server was checked';
  const out = servers.filter(server => server.status === 'OUT_OF_SYNC').length;
  const unknown = servers.filter(server => server.status === 'UNKNOWN').length;
  const of = `of ${plural(servers.length, 'server')}`;
  if (out > 0) return `${out} ${of} out of sync`;
  if (unknown > 0) return `${unknown} ${of} could not be compared`;
  return servers.length === 1 ? 'in sync' : `all ${plural(servers.length, 'server')} in sync`;
}

const header = (report: Report): Html => html`<header class="${runStatus(report)}">
<p class="repo">Drift report for <bdi>${report.repo}</bdi></p>
<h1>${headline(report)}</h1>
<p>${summary(report)}</p>
<p class="about">${gitText(report.git)} · checked <time datetime="${utcSeconds(report.finishedAt)}">${utcSeconds(report.finishedAt)}</time></p>
${report.warnings.map(warning => html`<p class="warning">${warning}</p>\n`)}</header>`;

const overview = (servers: readonly Named[]): Html => html`<nav aria-label="Servers"><ul>
${servers.map(
  ({ server, id }) =>
    html`<li><a href="#${id}"><bdi>${server.server}</bdi></a> ${statusBadge(server.status)} <span class="count">${driftCount(server)}</span></li>\n`,
)}</ul></nav>
`;

function inSync(servers: readonly Named[], view: HtmlView): Html | null {
  if (servers.length === 0) return null;
  return html`<section class="in-sync" aria-labelledby="in-sync">
<h2 id="in-sync">In sync <span class="count">${plural(servers.length, 'server')}</span></h2>
${servers.map(({ server, id }) => foldedServer(server, id, view))}</section>
`;
}

function footer(report: Report, options: HtmlOptions): Html {
  const secrets = options.showSecrets
    ? 'Passwords and keys are shown as they are: keep this file to yourself.'
    : 'Passwords and keys are redacted.';
  const diffs = options.diff ? secrets : 'Diffs were left out; --diff puts them in.';
  const seconds = (report.finishedAt.getTime() - report.startedAt.getTime()) / 1000;
  return html`<footer><p>Left is Git, right is the server. ${diffs}</p>
<p>sshdrift ${options.version}, in ${seconds} s</p></footer>`;
}
