import { expect, test } from 'vitest';
import type { Report } from '../../src/domain/report.ts';
import { createStyle } from '../../src/render/style.ts';
import { renderText } from '../../src/render/text.ts';
import type { TextOptions } from '../../src/render/text-options.ts';
import * as build from '../support/builders.ts';
import * as situations from '../support/situations.ts';

const PLAIN: TextOptions = {
  style: createStyle(false),
  diff: false,
  context: 3,
  showSecrets: false,
  alsoSecret: [],
  quiet: false,
  verbose: false,
};

const GOLDEN: readonly (readonly [file: string, report: Report, options: Partial<TextOptions>])[] = [
  ['in-sync', situations.inSync, {}],
  ['in-sync-verbose', situations.inSync, { verbose: true }],
  ['in-sync-quiet', situations.inSync, { quiet: true }],
  ['every-verdict', situations.everyVerdict, {}],
  ['every-verdict-diff', situations.everyVerdict, { diff: true, context: 0 }],
  ['every-verdict-verbose-diff', situations.everyVerdict, { diff: true, verbose: true }],
  ['show-secrets', situations.everyVerdict, { diff: true, showSecrets: true }],
  ['failures', situations.failures, {}],
  ['ignored', situations.ignored, {}],
  ['odd-names', situations.oddNames, { diff: true }],
  ['origins', situations.origins, {}],
  ['origins-diff', situations.origins, { diff: true, context: 0 }],
  ['no-server', situations.nothing, {}],
  ['nothing-compared', situations.nothingCompared, {}],
  ['mixed', situations.mixed, {}],
  ['mixed-quiet', situations.mixed, { quiet: true }],
  ['mixed-color', situations.mixed, { diff: true, style: createStyle(true) }],
];

test.each(GOLDEN)('tells %s', async (file, report, options) => {
  await expect(renderText(report, { ...PLAIN, ...options })).toMatchFileSnapshot(`../golden/${file}.txt`);
});

test.each([false, true])('the greppable lines are exact (colour: %s)', on => {
  const lines = renderText(situations.mixed, { ...PLAIN, diff: true, style: createStyle(on) }).split('\n');
  const status = lines.indexOf('SYNC_STATUS=OUT_OF_SYNC');
  expect(lines[status - 1]).toBe('DRIFTED_FILES=/etc/rsyslog.d/30-lab.conf');
  expect(lines[status - 2]).toContain('✗ OUT OF SYNC relay-1');
  expect(lines.filter(line => line.startsWith('SYNC_STATUS='))).toEqual([
    'SYNC_STATUS=UNKNOWN',
    'SYNC_STATUS=OUT_OF_SYNC',
    'SYNC_STATUS=SYNCED',
  ]);
});

test('drifted files are sorted by path and a comma in one is escaped', () => {
  const files = ['/etc/b,c', '/etc/a', '/opt/x'].map(path => build.missing(path, 'x'));
  expect(renderText(build.report([build.server('s', files)]), PLAIN)).toContain(
    '\nDRIFTED_FILES=/etc/a,/etc/b\\x2cc,/opt/x\n',
  );
});

test('nothing that a server sent passes for a line of ours', () => {
  const lines = renderText(situations.oddNames, { ...PLAIN, diff: true }).split('\n');
  expect(lines.filter(line => line.startsWith('SYNC_STATUS'))).toEqual(['SYNC_STATUS=OUT_OF_SYNC']);
});

test('of several servers the end of the report names those to look at', () => {
  const many = Array.from({ length: 23 }, (_, i) =>
    build.server(`w${String(i).padStart(2, '0')}`, [build.missing('/etc/a', 'x')]),
  );
  const end = renderText(build.report([...many, ...situations.failures.servers]), PLAIN)
    .split('\n')
    .slice(-4);
  expect(end).toEqual([
    '27 servers: 0 in sync, 23 out of sync, 4 unknown; 23 drifted files',
    expect.stringMatching(/^ {2}out of sync: w00, w01, .*, w19 and 3 more$/),
    '  unknown: a-down, b-key, c-shell, d-late',
    '',
  ]);
});

test('a time that no calendar has is left out', () => {
  const metadata = { ...build.METADATA, modifiedAt: 999_999_999_999 };
  const file = build.unmanaged('/etc/a', 'x', { server: build.serverFile('x', { metadata }) });
  expect(renderText(build.report([build.server('s', [file])]), PLAIN)).toMatch(/^ {2}unmanaged {5}a$/m);
});
