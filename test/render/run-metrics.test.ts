import { expect, test } from 'vitest';
import type { Report } from '../../src/domain/report.ts';
import { renderRunMetrics } from '../../src/render/run-metrics.ts';
import * as build from '../support/builders.ts';

const DOWN = { code: 'ssh/refused', host: '192.0.2.1', port: 22 } as const;
const NAME = 'gitops_last_check_timestamp_seconds';
const CHECKED = Math.floor(build.BEGIN.getTime() / 1000);

const metrics = (report: Report, before: string | null = null, exitCode = 0): readonly string[] =>
  renderRunMetrics(report, { file: 'a.prom', before, exitCode, version: '1.2.3' })
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'));

const mixed = build.report([
  build.server('in', [build.inSync('/etc/rsyslog.conf')]),
  build.server('out', [build.modified('/etc/rsyslog.conf', ['a\n', 'b\n'])]),
  build.failed('down', DOWN),
]);

const of = (name: string, lines: readonly string[]): readonly string[] =>
  lines
    .filter(line => line.startsWith(`${name}{`))
    .map(line => line.slice(name.length).replace('repo="rsyslog",', ''));

test('what a run knows of each server; what it does not know of one is not there', () => {
  const lines = metrics(mixed);
  const server = (name: string) => of(name, lines);
  expect(server('gitops_sync_status')).toEqual(['{server="in"} 1', '{server="out"} 0', '{server="down"} 0']);
  expect(server('gitops_last_check_success')).toEqual([
    '{server="in"} 1',
    '{server="out"} 1',
    '{server="down"} 0',
  ]);
  expect(server('gitops_drift_files')).toEqual(['{server="in"} 0', '{server="out"} 1', '{server="down"} 0']);
  expect(server(NAME)).toEqual([`{server="in"} ${CHECKED}`, `{server="out"} ${CHECKED}`]);
  expect(server('gitops_expected_files')).toEqual(['{server="in"} 1', '{server="out"} 1']);
  expect(server('gitops_compared_files')).toEqual(['{server="in"} 1', '{server="out"} 1']);
  expect(server('gitops_check_duration_seconds')).toHaveLength(3);
});

test('the run itself, by the name of the file', () => {
  const lines = metrics(mixed, null, 143).slice(-4);
  expect(lines).toEqual([
    'sshdrift_run_exit_code{repo="rsyslog",file="a.prom"} 143',
    `sshdrift_run_finished_timestamp_seconds{repo="rsyslog",file="a.prom"} ${build.END.getTime() / 1000}`,
    'sshdrift_run_duration_seconds{repo="rsyslog",file="a.prom"} 1.5',
    'sshdrift_build_info{version="1.2.3",repo="rsyslog",file="a.prom"} 1',
  ]);
  expect(metrics(build.report([]))).toHaveLength(4);
});

test('a server that is UNKNOWN keeps the time of its last check, run after run', () => {
  const up = build.report([build.server('down', [build.inSync('/etc/rsyslog.conf')])]);
  const text = (report: Report, before: string | null) =>
    renderRunMetrics(report, { file: 'a.prom', before, exitCode: 1, version: '1' });
  const first = text(up, null).replace(` ${CHECKED}\n`, ' 1700000000\n');
  const third = text(mixed, text(mixed, first));
  expect(of(NAME, third.split('\n'))).toContain('{server="down"} 1700000000');
  expect(of(NAME, metrics(up, third))).toEqual([`{server="down"} ${CHECKED}`]);
});

test.each([
  ['a time to come', `${NAME}{repo="rsyslog",server="down"} 99999999999`],
  ['another server', `${NAME}{repo="rsyslog",server="dow"} 1700000000`],
  ['another repository', `${NAME}{repo="r",server="down"} 1700000000`],
  ['another metric', 'gitops_sync_status{repo="rsyslog",server="down"} 1700000000'],
  ['no number', `${NAME}{repo="rsyslog",server="down"} NaN`],
  ['bytes of anything', '\ufffd\0\n{}} 1\n'],
])('%s in the file before is not taken for it', (_, before) => {
  expect(of(NAME, metrics(mixed, `${before}\n`))).toHaveLength(2);
});
