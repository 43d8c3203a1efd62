// The page of the status server. Server and file names are what somebody posted.

import { sha256 } from '../domain/git-copies.ts';
import type { StatusEvent } from '../domain/status-event.ts';
import type { StatusRecord } from '../domain/status-record.ts';
import { type Html, html } from './html-text.ts';

/** What the page shows. */
export interface StatusPage {
  /** Sorted by repo, then server. */
  readonly statuses: readonly StatusRecord[];
  /** Newest first. */
  readonly events: readonly StatusEvent[];
  readonly version: string;
}

const STYLE =
  'body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem; } td, th { text-align: left; padding-right: 1.5rem; }';

/** Content-Security-Policy of the page, as a header: its style sheet and nothing else. */
export const STATUS_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${Buffer.from(sha256(Buffer.from(STYLE)), 'hex').toString('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The whole page as one HTML document. */
export const renderStatusPage = ({ statuses, version }: StatusPage): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="sshdrift ${version}">
<title>Status</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<h1>Status</h1>
${statuses.length === 0 ? html`<p>No status has been posted yet.</p>` : table(statuses)}
</body>
</html>
`.html;

const table = (statuses: readonly StatusRecord[]): Html => html`<table>
<thead><tr><th scope="col">Repository</th><th scope="col">Server</th><th scope="col">Status</th><th scope="col">Drifted files</th><th scope="col">Last check</th></tr></thead>
<tbody>
${statuses.map(row)}</tbody>
</table>`;

const row = (status: StatusRecord): Html =>
  html`<tr><td><bdi>${status.repo}</bdi></td><th scope="row"><bdi>${status.server}</bdi></th><td>${status.sync_status}</td><td>${status.files.map(({ name }) => html`<bdi>${name}</bdi> `)}</td><td>${status.last_check}</td></tr>\n`;
