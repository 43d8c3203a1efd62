import { expect, test } from 'vitest';
import { isIncomplete, runStatus } from '../../src/domain/report.ts';
import { failed, inSync, missing, notCompared, report, server } from '../support/builders.ts';

const down = failed('down', { code: 'ssh/interrupted', host: 'down', detail: 'x' });
const synced = server('synced', [inSync('/etc/a')]);
const drifted = server('drifted', [missing('/etc/a', 'x')]);
const partly = server('partly', [inSync('/etc/a'), notCompared('/etc/b', 'unreadable')]);
const both = server('both', [missing('/etc/a', 'x'), notCompared('/etc/b', 'unreadable')]);

test.each([
  ['no server', [], 'UNKNOWN', true],
  ['in sync', [synced], 'SYNCED', false],
  ['drift', [synced, drifted], 'OUT_OF_SYNC', false],
  ['one down', [synced, down], 'UNKNOWN', true],
  ['drift, and one down', [down, drifted], 'OUT_OF_SYNC', true],
  ['a file not compared', [synced, partly], 'UNKNOWN', true],
  ['drift, and a file not compared', [both], 'OUT_OF_SYNC', true],
] as const)('%s: status and completeness of a run', (_what, servers, status, incomplete) => {
  expect([runStatus(report(servers)), isIncomplete(report(servers))]).toEqual([status, incomplete]);
});
