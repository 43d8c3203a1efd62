// Does the running process know the files as they are now? A hint only: a file may be copied with an old time, and a
// process may read its files anew without a new start.

import { escapeText } from './escape.ts';
import { type Reload, utcSeconds } from './report.ts';
import type { Snapshot } from './snapshot.ts';

/** Seconds: the kernel's time of its own start is rounded, and set right when the clock is. */
const ROUNDING = 2;
/** Seconds that a server's clock may differ from ours before its times of processes are not believed. */
const BELIEVABLE = 600;

/** What a snapshot says about the service, as of `now` by our own clock; null where it says nothing certain. */
export function reloadOf(
  { files, directories, running }: Snapshot,
  service: string,
  now: Date,
): Reload | null {
  if (running === null || Math.abs(running.now - now.getTime() / 1000) > BELIEVABLE) return null;
  let newest = Number.NEGATIVE_INFINITY;
  for (const changedAt of directories.values()) newest = Math.max(newest, changedAt);
  for (const file of files.values())
    if (file.kind === 'file' && file.metadata) newest = Math.max(newest, file.metadata.modifiedAt);
  if (newest === Number.NEGATIVE_INFINITY) return null;
  return {
    service,
    runningSince: new Date(running.since * 1000),
    needed: newest > running.since + ROUNDING,
  };
}

/** What to tell a person, safe to print: one sentence, or none. */
export const reloadHints = (reload: Reload | null): readonly string[] =>
  reload?.needed
    ? [
        `${escapeText(reload.service)} has run since ${utcSeconds(reload.runningSince)}, files changed later: reload needed?`,
      ]
    : [];
