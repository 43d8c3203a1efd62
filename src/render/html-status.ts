import type { SyncStatus } from '../domain/report.ts';
import { type Html, html } from './html-text.ts';
import { STATUS_WORDS } from './text.ts';

/** Colour is never the only sign. */
export const STATUS_SIGNS: Readonly<Record<SyncStatus, string>> = {
  SYNCED: '✓',
  OUT_OF_SYNC: '✗',
  UNKNOWN: '?',
};

/** A status as a sign and a word. */
export const statusBadge = (status: SyncStatus): Html =>
  html`<span class="status ${status}"><span aria-hidden="true">${STATUS_SIGNS[status]}</span> ${STATUS_WORDS[status]}</span>`;
