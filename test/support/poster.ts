import { onTestFinished } from 'vitest';
import type { Payload } from '../../src/domain/payload.ts';
import { createStatusPoster, type PosterSettings } from '../../src/io/post-status.ts';
import type { PosterClock } from '../../src/io/post-with-retries.ts';
import type { StatusPoster } from '../../src/io/status-poster.ts';

export const payload: Payload = {
  repo: 'rsyslog',
  server: 'rsyslog-lab',
  sync_status: 'OUT_OF_SYNC',
  drift_count: 1,
  files: [{ name: 'rsyslog.conf' }],
  last_check: '2026-04-21T10:30:00Z',
};

export const NOW = new Date('2026-04-21T10:30:00Z');

export interface TestPoster extends StatusPoster {
  /** Milliseconds of every sleep that was asked for. */
  readonly slept: readonly number[];
}

/** A poster that does not wait between tries unless `sleep` does, closed when the test is over. */
export function testPoster(
  settings: Partial<PosterSettings> & { readonly url: string },
  sleep: PosterClock['sleep'] = async () => {},
): TestPoster {
  const slept: number[] = [];
  const poster = createStatusPoster(
    {
      token: null,
      proxy: { httpProxy: null, httpsProxy: null, noProxy: null },
      version: '1.2.3',
      signal: new AbortController().signal,
      ...settings,
    },
    {
      now: () => NOW,
      random: () => 0,
      sleep: (ms, signal) => {
        slept.push(ms);
        return sleep(ms, signal);
      },
    },
  );
  onTestFinished(() => poster.close());
  return { ...poster, slept };
}
