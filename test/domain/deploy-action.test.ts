import { expect, test } from 'vitest';
import { type DeployAction, deployAction } from '../../src/domain/deploy-action.ts';
import type { FileVerdict } from '../../src/domain/file-verdict.ts';
import type { Origin } from '../../src/domain/origin.ts';
import { inSync, metadata, missing, modified, notCompared, unmanaged } from '../support/builders.ts';

const BEHIND: Origin = {
  kind: 'behind',
  version: { commit: 'c', subject: 's', author: 'a', date: new Date(0), commitsBehind: 1 },
};
const EDITED: Origin = { kind: 'edited', nearest: null };
const UNKNOWN: Origin = { kind: 'unknown', reason: 'the clone is shallow' };
const contents = ['git', 'server'] as const;

test.each<readonly [string, FileVerdict, DeployAction]>([
  ['in sync', inSync('/etc/a'), 'none'],
  ['modified, and behind', modified('/etc/a', contents, { origin: BEHIND }), 'update'],
  ['modified, and edited', modified('/etc/a', contents, { origin: EDITED }), 'overwrite'],
  ['modified, and Git cannot say', modified('/etc/a', contents, { origin: UNKNOWN }), 'replace'],
  ['modified, without Git', modified('/etc/a', contents), 'replace'],
  ['missing', missing('/etc/a', 'git'), 'create'],
  ['unmanaged', unmanaged('/etc/a', 'x'), 'leave'],
  ['removed from Git', unmanaged('/etc/a', 'x', { origin: BEHIND }), 'delete'],
  ['of another mode', metadata('/etc/a', {}), 'adjust'],
  ['not compared', notCompared('/etc/a', 'unreadable'), 'not-compared'],
])('%s', (_, file, action) => {
  expect(deployAction(file)).toBe(action);
});
