import { onTestFinished } from 'vitest';
import { pusherSettings } from '../../src/cli/deliver.ts';
import { createStatusPusher } from '../../src/io/push-status.ts';
import type { StatusPoster } from '../../src/io/status-poster.ts';
import { NOW } from './poster.ts';
import { worldOf } from './world.ts';

/** A pusher as `check` makes it, which does not wait between tries, closed when the test is over. */
export function testPusher(url: string): StatusPoster {
  const pusher = createStatusPusher(pusherSettings(url, worldOf({ env: {}, cwd: '/' })), {
    now: () => NOW,
    random: () => 0,
    sleep: async () => {},
  });
  onTestFinished(() => pusher.close());
  return pusher;
}
