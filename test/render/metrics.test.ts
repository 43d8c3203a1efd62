import { expect, test } from 'vitest';
import { buildInfo, renderMetrics, statusMetrics } from '../../src/render/metrics.ts';
import { payload } from '../support/poster.ts';

test('one sample of each family for each server; only SYNCED is 1', () => {
  const statuses = [
    payload,
    { ...payload, server: 'b', sync_status: 'SYNCED', drift_count: 0, files: [] },
    {
      ...payload,
      server: 'c',
      sync_status: 'UNKNOWN',
      drift_count: 0,
      last_check: '2026-04-21T12:30:00+02:00',
    },
  ] as const;
  const lines = renderMetrics([...statusMetrics(statuses), buildInfo('1.2.3')]).split('\n');
  expect(lines.filter(line => !line.startsWith('#'))).toEqual([
    'gitops_sync_status{repo="rsyslog",server="rsyslog-lab"} 0',
    'gitops_sync_status{repo="rsyslog",server="b"} 1',
    'gitops_sync_status{repo="rsyslog",server="c"} 0',
    'gitops_last_check_success{repo="rsyslog",server="rsyslog-lab"} 1',
    'gitops_last_check_success{repo="rsyslog",server="b"} 1',
    'gitops_last_check_success{repo="rsyslog",server="c"} 0',
    'gitops_drift_files{repo="rsyslog",server="rsyslog-lab"} 1',
    'gitops_drift_files{repo="rsyslog",server="b"} 0',
    'gitops_drift_files{repo="rsyslog",server="c"} 0',
    'gitops_last_check_timestamp_seconds{repo="rsyslog",server="rsyslog-lab"} 1776767400',
    'gitops_last_check_timestamp_seconds{repo="rsyslog",server="b"} 1776767400',
    'gitops_last_check_timestamp_seconds{repo="rsyslog",server="c"} 1776767400',
    'sshdrift_build_info{version="1.2.3"} 1',
    '',
  ]);
  expect(lines.filter(line => line.startsWith('# TYPE'))).toEqual(
    [
      'gitops_sync_status',
      'gitops_last_check_success',
      'gitops_drift_files',
      'gitops_last_check_timestamp_seconds',
      'sshdrift_build_info',
    ].map(name => `# TYPE ${name} gauge`),
  );
});

test('no server, no family', () => {
  expect(renderMetrics(statusMetrics([]))).toBe('');
});

test('no name can end its label or its line', () => {
  const text = renderMetrics(statusMetrics([{ ...payload, server: 'a"} 1\ngitops_sync_status{b="\\' }]));
  expect(text.split('\n')[2]).toBe(
    String.raw`gitops_sync_status{repo="rsyslog",server="a\"} 1\ngitops_sync_status{b=\"\\"} 0`,
  );
});
