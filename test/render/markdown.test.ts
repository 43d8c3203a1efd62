// Judged by GitHub's own renderer: whatever names and contents say, the page has the elements that were meant.

import { expect, test } from 'vitest';
import { renderMarkdown } from '../../src/render/markdown.ts';
import * as build from '../support/builders.ts';
import { driftedSite } from '../support/drifted-site.ts';
import { needs } from '../support/programs.ts';
import { elementsOf, hostileReports } from '../support/report-formats.ts';
import { run } from '../support/run.ts';
import * as situations from '../support/situations.ts';

const OPTIONS = { diff: true, context: 3, showSecrets: false, alsoSecret: [] };
const real = needs('cmark-gfm');

const render = async (markdown: string): Promise<string> => {
  const extensions = ['table', 'strikethrough', 'autolink', 'tasklist'].flatMap(name => ['-e', name]);
  return (await run(['cmark-gfm', '--unsafe', ...extensions], markdown)).toString();
};

test.each([
  ['drifted-site', driftedSite],
  ['odd-names', situations.oddNames],
  ['failures', situations.failures],
  ['in-sync', situations.inSync],
  ['no-server', situations.nothing],
])('tells %s', async (file, report) => {
  await expect(renderMarkdown(report, OPTIONS)).toMatchFileSnapshot(`../golden/${file}.md`);
});

const MEANT = [
  '!--',
  'b',
  'code',
  'details',
  'h3',
  'li',
  'p',
  'pre',
  'strong',
  'summary',
  'table',
  'tbody',
  'td',
  'th',
  'thead',
  'tr',
  'ul',
];

real.test('nothing breaks out of a name, a sentence or a fence, and nobody is called', async () => {
  for (const report of [...hostileReports(100), ...Object.values(situations)]) {
    const page = await render(renderMarkdown(report, OPTIONS));
    expect(elementsOf(page).filter(name => !MEANT.includes(name))).toEqual([]);
    const wrong = report.servers.filter(s => s.status !== 'SYNCED' || s.warnings.length > 0);
    expect(page.match(/<details>/g)?.length ?? 0).toBe(wrong.length);
    expect(page.match(/<\/details>/g)?.length ?? 0).toBe(wrong.length);
    // In text (not in code) a name after @ would be told of the comment.
    expect(page.replace(/<(code|pre)[^>]*>[\s\S]*?<\/\1>/g, '')).not.toMatch(/@\w/);
  }
});

real.test('names and diffs read as they are', async () => {
  const file = build.modified('/etc/a|b`c*d*.conf', ['```\n~~~\n</details>\n', '````\n']);
  const page = await render(renderMarkdown(build.report([build.server('s', [file])]), OPTIONS));
  expect(page).toContain('<code>a|b`c*d*.conf</code>');
  expect(page).toContain('-```\n-~~~\n-&lt;/details&gt;\n+````\n</code></pre>');
});

test('stays within what a comment may hold, and says what it leaves out', () => {
  const text = (letter: string) =>
    Array.from({ length: 20 }, (_, i) => `${letter}${i} ${'x'.repeat(40)}\n`).join('');
  const files = Array.from({ length: 60 }, (_, j) =>
    build.modified(`/etc/${j}.conf`, [text('a'), text('b')]),
  );
  const servers = Array.from({ length: 200 }, (_, i) => build.server(`web-${i}`, files));
  const markdown = renderMarkdown(build.report(servers), { ...OPTIONS, context: 0 });
  expect(markdown.length).toBeLessThan(65_536);
  expect(markdown).toContain('… and 10 more files');
  expect(markdown).toContain('(The diffs of this server are left out: the comment would be too long.)');
  expect(markdown).toMatch(/\(\d+ more servers left out: the comment would be too long\.\)\n$/);
});

test('without diffs there are names only', () => {
  expect(renderMarkdown(driftedSite, { ...OPTIONS, diff: false })).not.toMatch(/```diff|FileCreateMode/);
});
