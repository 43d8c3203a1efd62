// Every query of the dashboard and of the alerts, on every shape of /status.json.

import { describe, expect, test } from 'vitest';
import { grafanaAlerts } from '../../../src/domain/grafana/alerts.ts';
import { grafanaDashboard } from '../../../src/domain/grafana/dashboard.ts';
import { type InfinityQuery, infinityRows, type Row } from '../../support/infinity.ts';
import { documents, NOW, record } from '../../support/status-documents.ts';

const URL = 'http://gitops-status-server.example.net/base';

const dashboard = grafanaDashboard(URL) as {
  readonly panels: readonly { readonly title: string; readonly targets: readonly InfinityQuery[] }[];
};
const alerts = grafanaAlerts(URL) as {
  readonly groups: readonly {
    readonly rules: readonly { readonly uid: string; readonly data: readonly { model: InfinityQuery }[] }[];
  }[];
};
const queries: Readonly<Record<string, InfinityQuery>> = Object.fromEntries([
  ...dashboard.panels.map(({ title, targets }) => [title, targets[0]]),
  ...(alerts.groups[0]?.rules ?? []).map(({ uid, data }) => [uid, data[0]?.model]),
]);

const rows = (query: string, document: unknown): readonly Row[] =>
  infinityRows(queries[query] ?? expect.fail(`no query ${query}`), document, NOW);

const relay = record('relay-1', 'OUT_OF_SYNC', { files: ['rsyslog.conf', 'rsyslog.d/30-lab.conf'] });
const lab = record('rsyslog-lab', 'SYNCED', { age: 1200 });
const web = record('web-1', 'UNKNOWN');

const none = { 'Out of sync': 0, Unknown: 0, Stale: 0, 'Drifted files': 0, 'Oldest check': null, Servers: 0 };

const CASES = [
  { title: 'three servers', records: [relay, lab, web] },
  { title: 'one server out of sync', records: [relay] },
  { title: 'one server in sync', records: [lab] },
  { title: 'no server', records: [] },
  {
    title: 'hostile names',
    records: [record('x"\\$y', 'OUT_OF_SYNC', { files: ['a, b.conf', '$c', '<b>'] })],
  },
].flatMap(({ title, records }) =>
  documents(records).map(([shape, document]) => ({ title: `${title} in ${shape}`, records, document })),
);

describe.each(CASES)('$title', ({ records, document }) => {
  const count = (status: string): number => records.filter(r => r.sync_status === status).length;
  const ageOf = (r: { readonly last_check: string }): number => (NOW - Date.parse(r.last_check)) / 1000;
  const ages = records.map(ageOf);

  test('the counts', () => {
    expect(rows('Servers', document)).toEqual([
      {
        ...none,
        Servers: records.length,
        'Out of sync': count('OUT_OF_SYNC'),
        Unknown: count('UNKNOWN'),
        Stale: ages.filter(age => age > 600).length,
        'Drifted files': records.flatMap(r => r.files).length,
        'Oldest check': records.length === 0 ? null : Math.max(...ages),
      },
    ]);
  });

  test('the servers', () => {
    expect(rows('Status of each server', document)).toEqual(
      records.map(r => ({
        Server: r.server,
        Repository: 'rsyslog',
        Status: r.sync_status,
        'Drifted files': r.drift_count,
        Files: r.files.length === 0 ? null : r.files.map(({ name }) => name).join(', '),
        'Last check': r.last_check,
        Age: ageOf(r),
      })),
    );
  });

  test('the drifted files', () => {
    expect(rows('Drifted files', document)).toEqual(
      records.flatMap(r =>
        r.files.map(({ name }) => ({
          File: name,
          Server: r.server,
          Repository: 'rsyslog',
          'Last check': r.last_check,
        })),
      ),
    );
  });

  test('the alerts', () => {
    const each = (value: (r: (typeof records)[number]) => number) =>
      records.map(r => ({ repo: 'rsyslog', server: r.server, value: value(r) }));
    expect(rows('gitops-out-of-sync', document)).toEqual(each(r => r.drift_count));
    expect(rows('gitops-check-stale', document)).toEqual(each(ageOf));
    expect(rows('gitops-status-missing', document)).toEqual([{ servers: records.length }]);
  });
});

test('a server out of sync that names no file counts as one', () => {
  expect(rows('gitops-out-of-sync', [record('a', 'OUT_OF_SYNC')])).toMatchObject([{ value: 1 }]);
});

test('an object that is no status at all is no server', () => {
  expect(rows('Servers', {})).toEqual([none]);
  expect(rows('Status of each server', { error: 'not found' })).toEqual([]);
});

test('all of them ask the backend parser, which alone can serve alerts, for /status.json', () => {
  expect(Object.keys(queries)).toHaveLength(6);
  for (const query of Object.values(queries))
    expect(query).toMatchObject({
      type: 'json',
      source: 'url',
      format: 'table',
      parser: 'backend',
      url: `${URL}/status.json`,
    });
});

test('an alert has one number and otherwise labels, or Grafana would not know what to compare', () => {
  for (const { data } of alerts.groups[0]?.rules ?? []) {
    const types = data[0]?.model.columns.map(({ type }) => type) ?? [];
    expect(types.filter(type => type === 'number')).toHaveLength(1);
    expect(types.filter(type => type !== 'number' && type !== 'string')).toEqual([]);
  }
});
