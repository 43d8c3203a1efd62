import { expect, test } from 'vitest';
import { UserError } from '../../src/domain/user-error.ts';
import { renderJunit, renderJunitError } from '../../src/render/junit.ts';
import * as build from '../support/builders.ts';
import { driftedSite } from '../support/drifted-site.ts';
import { needs } from '../support/programs.ts';
import { hostileReports, withFiles } from '../support/report-formats.ts';
import { run } from '../support/run.ts';
import * as situations from '../support/situations.ts';

const OPTIONS = { diff: true, context: 3, showSecrets: false, alsoSecret: [] };
const real = needs('xmllint');

const xpath = async (document: string, expression: string): Promise<string> =>
  (await run(['xmllint', '--xpath', expression, '-'], document)).toString().trimEnd();

test.each([
  ['drifted-site', driftedSite],
  ['odd-names', situations.oddNames],
  ['failures', situations.failures],
  ['ignored', situations.ignored],
])('tells %s', async (file, report) => {
  await expect(renderJunit(report, OPTIONS)).toMatchFileSnapshot(`../golden/${file}.junit.xml`);
});

real.test('is XML whatever is in names, contents and texts', async () => {
  const documents = [
    ...hostileReports(200).map(report => renderJunit(report, OPTIONS)),
    ...Object.values(situations).map(report => renderJunit(report, OPTIONS)),
    renderJunitError(new UserError('<a> & \u0000 \ud800 \uffff', ']]>')),
    renderJunit(
      build.report([build.server('\ud800 \ufffe', [build.unmanaged('/etc/\ufffe', '\uffff')])]),
      OPTIONS,
    ),
  ];
  await withFiles(documents, async files => {
    await run(['xmllint', '--noout', ...files]);
  });
});

real.test('drift is a failure, what was not compared an error, the rest passes or is skipped', async () => {
  const document = renderJunit(situations.everyVerdict, OPTIONS);
  const files = situations.everyVerdict.servers.flatMap(server => server.files);
  const expected = {
    failure: files.filter(f => f.counted),
    error: files.filter(f => f.verdict === 'not-compared'),
    skipped: files.filter(f => !f.counted && !['in-sync', 'not-compared'].includes(f.verdict)),
    'not(*)': files.filter(f => f.verdict === 'in-sync'),
  };
  for (const [element, those] of Object.entries(expected)) {
    expect(those.length).toBeGreaterThan(0);
    const names = (await xpath(document, `//testcase[${element}]/@name`)).match(/(?<=name=")[^"]+/g);
    expect(names).toEqual(those.map(f => f.name));
    if (element === 'not(*)') continue;
    const attribute = element === 'skipped' ? 'skipped' : `${element}s`;
    expect(await xpath(document, `concat(/testsuites/@${attribute}, " ", //testsuite/@${attribute})`)).toBe(
      `${those.length} ${those.length}`,
    );
  }
});

real.test('text comes through as it was, and secrets do not', async () => {
  const file = build.modified('/etc/a', ['<x>&amp;"\'\n\t]]>\npwd="old"\n', 'y\npwd="new"\n']);
  const report = build.report([build.server('s', [file])]);
  const text = await xpath(renderJunit(report, OPTIONS), 'string(//failure)');
  expect(text).toContain('\n-<x>&amp;"\'\n-\t]]>\n-pwd="[secret 1]"\n');
  expect(renderJunit(report, { ...OPTIONS, diff: false })).not.toContain('amp;amp');
});

real.test('a mistake is a document with one error', async () => {
  const document = renderJunitError(new UserError('no server matches "x"', 'Known: y.'));
  expect(await xpath(document, 'concat(/testsuites/@errors, //error/@message)')).toBe(
    '1no server matches "x"',
  );
});
