// Posts that are late, and receivers that are down: what waits, what is left out, what is said.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStatusMail } from '../../src/cli/status-mail.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import type { Payload } from '../../src/domain/payload.ts';
import type { StatusPoster } from '../../src/io/status-poster.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

const status = (server: string, lastCheck: string): Payload => ({
  ...{ repo: 'r', server, sync_status: 'SYNCED', drift_count: 0, files: [], last_check: lastCheck },
});

/** A poster whose posts end when a test says so. */
function mailing() {
  const waiting: { readonly payload: Payload; readonly resolve: (delivery: Delivery) => void }[] = [];
  const posted: string[] = [];
  const said: string[] = [];
  let closed = false;
  const poster: StatusPoster = {
    prepare: async () => undefined,
    post: payload =>
      new Promise(resolve => {
        posted.push(`${payload.server} ${payload.last_check}`);
        waiting.push({ payload, resolve });
      }),
    conclude: () => undefined,
    close: async () => {
      closed = true;
    },
  };
  const mail = createStatusMail(poster, {
    heartbeatMs: 120_000,
    earlyMs: 15_000,
    tell: lines => said.push(lines),
  });
  const end = async (outcome: Delivery['outcome']): Promise<void> => {
    const failed = outcome === 'failed';
    for (const { payload, resolve } of waiting.splice(0))
      resolve({
        ...{ server: payload.server, outcome, httpStatus: failed ? 500 : 200, attempts: 1 },
        ...{ error: failed ? 'HTTP 500' : null, hint: null },
      });
    await new Promise(setImmediate);
  };
  return { mail, posted, said, end, waiting, isClosed: () => closed };
}

test('while one status is on its way only the newest of those after it is kept', async () => {
  const { mail, posted, end } = mailing();
  for (let i = 1; i <= 50; i++) mail.post(status('a', `${i}`), false);
  mail.post(status('b', '1'), false);
  expect(posted).toEqual(['a 1', 'b 1']);
  await end('delivered');
  expect(posted).toEqual(['a 1', 'b 1', 'a 50']);
  await end('delivered');
  expect(posted.length).toBe(3);
});

test('what could not be delivered is posted again when it is reminded of, the newest only', async () => {
  const { mail, posted, said, end } = mailing();
  mail.post(status('a', '1'), true);
  mail.post(status('b', '1'), true);
  await end('failed');
  expect(posted.length).toBe(2);
  mail.remind('a');
  mail.post(status('b', '2'), false);
  expect(posted.slice(2)).toEqual(['a 1', 'b 2']);
  await end('delivered');
  mail.remind('a');
  expect(posted.length).toBe(4);
  // Said once for both, and once when both are delivered; the change that is delivered late is told, too.
  expect(said.filter(lines => lines.includes('error:')).length).toBe(1);
  expect(said.filter(lines => lines.includes('all statuses are delivered again')).length).toBe(1);
  expect(said.filter(lines => lines.startsWith('==> Sending')).length).toBe(1);
});

test('a heartbeat is due with the round that is nearest to it', () => {
  const { mail } = mailing();
  mail.post(status('a', '1'), true);
  const due: number[] = [];
  for (let at = 30; at <= 600; at += 30) {
    // A round is never on time to the millisecond.
    vi.advanceTimersByTime(30_000 - (at % 60 === 0 ? 3 : -2));
    if (mail.isDue('a')) due.push(at);
  }
  expect(due).toEqual([120, 240, 360, 480, 600]);
});

test('in the end undelivered ones have one more try, and are printed whole', async () => {
  const { mail, posted, said, end, isClosed } = mailing();
  mail.post(status('b', '1'), true);
  mail.post(status('a', '1'), true);
  mail.post(status('c', '1'), true);
  await end('failed');
  mail.forget('c');
  const finished = mail.finish();
  expect(posted.slice(3)).toEqual(['b 1', 'a 1']);
  await end('failed');
  expect((await finished).map(({ server, outcome }) => [server, outcome])).toEqual([
    ['a', 'failed'],
    ['b', 'failed'],
  ]);
  expect(isClosed()).toBe(true);
  expect(said.join('')).toContain('sshdrift: undelivered: {"repo":"r","server":"b"');
  expect(said.join('')).not.toContain('"server":"c"');
});
