import { expect, test } from 'vitest';
import { scriptedServer } from '../support/http-ends.ts';
import { payload } from '../support/poster.ts';
import { testPusher } from '../support/pusher.ts';

const PATH = '/metrics/job/gitops/repo/rsyslog/server/rsyslog-lab';

test('one PUT of the one metric, which says whether the server is in sync', async () => {
  const gateway = await scriptedServer({ status: 202 });
  const pusher = testPusher(`${gateway.url}/`);
  expect(await pusher.post(payload)).toMatchObject({ outcome: 'delivered', httpStatus: 202, attempts: 1 });
  await pusher.post({ ...payload, sync_status: 'SYNCED' });
  expect(gateway.seen.map(({ method, url }) => [method, url])).toEqual([
    ['PUT', PATH],
    ['PUT', PATH],
  ]);
  const [first, second] = gateway.seen.map(({ body }) => body.split('\n'));
  expect(first).toEqual([
    expect.stringMatching(/^# HELP gitops_sync_status \w/),
    '# TYPE gitops_sync_status gauge',
    'gitops_sync_status{repo="rsyslog",server="rsyslog-lab"} 0',
    '',
  ]);
  expect(second?.[2]).toBe('gitops_sync_status{repo="rsyslog",server="rsyslog-lab"} 1');
  expect(gateway.seen[0]?.headers).toMatchObject({
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
  });
  expect(gateway.seen[0]?.headers.authorization).toBeUndefined();
});

test('tries again after a 503', async () => {
  const gateway = await scriptedServer({ status: 503 }, { status: 200 });
  expect(await testPusher(gateway.url).post(payload)).toMatchObject({ outcome: 'delivered', attempts: 2 });
});

test.each([
  ['a refusal', { status: 400, body: 'pushed metrics are invalid' }, 'HTTP 400 "pushed metrics', 'its log'],
  [
    'a path that is not there',
    { status: 404 },
    'HTTP 404',
    'Is PUSHGATEWAY_URL the base URL of a Pushgateway?',
  ],
  ['a login', { status: 401 }, 'HTTP 401', 'logs in to no Pushgateway'],
  [
    'a redirect',
    { status: 308, headers: { location: `https://new.example/p${PATH}` } },
    'HTTP 308, the server answers with a redirect to https://new.example',
    'PUSHGATEWAY_URL=https://new.example/p',
  ],
])('%s ends it at once', async (_, answer, error, hint) => {
  const gateway = await scriptedServer(answer);
  const delivery = await testPusher(gateway.url).post(payload);
  expect(delivery).toMatchObject({ outcome: 'failed', attempts: 1, httpStatus: answer.status });
  expect(delivery.error).toContain(`PUT ${gateway.url}${PATH}: ${error}`);
  expect(delivery.hint).toContain(hint);
  expect(gateway.seen).toHaveLength(1);
});

test('a path that is in the URL twice is told', async () => {
  const gateway = await scriptedServer({ status: 404 });
  const { hint } = await testPusher(`${gateway.url}/metrics/job/gitops`).post(payload);
  expect(hint).toBe('PUSHGATEWAY_URL must end before /metrics/job, which is added to it.');
});
