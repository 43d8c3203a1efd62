import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Report } from '../../src/domain/report.ts';
import { type HtmlOptions, renderHtml } from '../../src/render/html.ts';
import * as build from '../support/builders.ts';
import { driftedSite } from '../support/drifted-site.ts';
import { elementsOf, hostileReports } from '../support/report-formats.ts';
import * as situations from '../support/situations.ts';

const OPTIONS: HtmlOptions = { diff: true, context: 3, showSecrets: false, alsoSecret: [], version: '1.2.3' };
const page = (report: Report, options: Partial<HtmlOptions> = {}): string =>
  renderHtml(report, { ...OPTIONS, ...options });

const MEANT = (
  '! a b bdi body br code col colgroup del details div footer h1 h2 h3 h4 head header html i ins li main meta nav p ' +
  'section span style summary table tbody td th thead time title tr ul'
).split(' ');

test('has no element that was not meant, whatever is in names, contents and texts', () => {
  for (const report of [...hostileReports(200), ...Object.values(situations), driftedSite]) {
    const html = page(report).replace(/<!doctype html>/, '');
    expect(elementsOf(html).filter(name => !MEANT.includes(name))).toEqual([]);
    const tags = html.match(/<[a-z][^>]*>/gi)?.join('\n');
    expect(tags).not.toMatch(/\son\w+=|javascript:|\sstyle=|\ssrc=/i);
    // Every element that is opened is closed, in order, so that nothing breaks out of its place.
    const open: string[] = [];
    for (const [, end, name = ''] of html.matchAll(/<(\/?)([a-z]\w*)[^>]*>/g)) {
      if (/^(meta|br|col)$/.test(name)) continue;
      if (end) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  }
});

test('its policy allows its own style sheet and nothing else', () => {
  const html = page(driftedSite);
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(html).toContain(
    `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
  );
  expect(style).not.toMatch(/url\(|@import/);
});

test('marks the words that differ', () => {
  expect(page(driftedSite)).toMatch(/FileCreateMode <b>0640<\/b>[\s\S]*?FileCreateMode <b>0644<\/b>/);
});

test('lines that have nothing in common, or are endless, are not marked', () => {
  const long = 'word '.repeat(500);
  const file = build.modified('/etc/a', [`alpha beta\nx ${long}\n`, `gamma delta\ny ${long}\n`]);
  expect(page(build.report([build.server('s', [file])]))).not.toContain('<b>');
});

test('tells origin, commit and author, and shows a hand edit apart from what is not deployed', () => {
  const html = page(driftedSite);
  expect(html).toContain(
    'nearest is 9f8e7d6c &quot;Send a copy of everything to the archive&quot; (Ada Lovelace, 2026-03-02)',
  );
  expect(html).toContain('2 commits behind: 9f8e7d6c');
  expect(html.match(/The edit alone/g)).toHaveLength(1);
});

test('secrets are redacted, in the hand edit too; diffs can be left out', () => {
  const secret = (word: string) => `pwd="${word}"\n`;
  const origin = {
    kind: 'edited',
    nearest: {
      commit: build.GIT.commit,
      subject: 's',
      author: 'a',
      date: build.BEGIN,
      commitsBehind: 1,
      bytes: Buffer.from(secret('canary0')),
    },
  } as const;
  const file = build.modified('/etc/a', [secret('canary1'), secret('canary2')], { origin });
  const report = build.report([build.server('s', [file])]);
  expect(page(report)).not.toContain('canary');
  expect(page(report)).toContain('Passwords and keys are redacted.');
  expect(page(report, { showSecrets: true })).toMatch(/canary[\s\S]*keep this file to yourself/);
  expect(page(report, { diff: false })).not.toContain('<table');
});

test('a file of a million lines does not make a page that nobody can open', () => {
  const text = 'x\n'.repeat(20_000);
  const html = page(build.report([build.server('s', [build.unmanaged('/etc/a', text)])]));
  expect(html.length).toBeLessThan(1_000_000);
  expect(html).toContain('not in Git');
  expect(html).toContain('18000 more lines: sshdrift check --diff shows them all');
});

test.each([
  [
    'all 2 servers in sync',
    build.report([...situations.inSync.servers, { ...situations.inSync.servers[0]!, server: 'b' }]),
  ],
  ['in sync', situations.inSync],
  ['1 of 1 server could not be compared', situations.nothingCompared],
  ['no server was checked', situations.nothing],
])('says first: %s', (headline, report) => {
  expect(page(report)).toContain(`<h1>${headline}</h1>`);
});
