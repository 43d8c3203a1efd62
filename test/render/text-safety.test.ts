import fc from 'fast-check';
import { expect, test } from 'vitest';
import { needsEscape } from '../../src/domain/escape.ts';
import type { Report } from '../../src/domain/report.ts';
import { renderHtml } from '../../src/render/html.ts';
import { renderJson } from '../../src/render/json.ts';
import { renderJunit } from '../../src/render/junit.ts';
import { renderMarkdown } from '../../src/render/markdown.ts';
import { renderPayload } from '../../src/render/payload.ts';
import { renderPreDeploy } from '../../src/render/pre-deploy.ts';
import { createStyle } from '../../src/render/style.ts';
import { renderText } from '../../src/render/text.ts';
import { anyReport } from '../support/any-report.ts';

const safe = (text: string): boolean => !needsEscape(text.replace(/[\n\t]/g, ''));

const OPTIONS = { diff: true, context: 1, showSecrets: false, alsoSecret: [], quiet: false, verbose: true };

test('no control character but newline and tab gets into the text report', () => {
  fc.assert(
    fc.property(anyReport, report => {
      expect(safe(renderText(report, { ...OPTIONS, style: createStyle(false) }))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('colour adds nothing but its own codes', () => {
  fc.assert(
    fc.property(anyReport, report => {
      const plain = renderText(report, { ...OPTIONS, style: createStyle(false) });
      const coloured = renderText(report, { ...OPTIONS, style: createStyle(true) });
      expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
    }),
    { numRuns: 300 },
  );
});

test('there are exactly as many status lines as servers', () => {
  fc.assert(
    fc.property(anyReport, report => {
      const lines = renderText(report, { ...OPTIONS, style: createStyle(true) }).split('\n');
      expect(lines.filter(line => /^(SYNC_STATUS|DRIFTED_FILES)=/.test(line))).toHaveLength(4);
    }),
  );
});

test('no control character but newline gets into JSON, and it says the same', () => {
  fc.assert(
    fc.property(anyReport, report => {
      const json = renderJson(report, { ...OPTIONS, version: '1', delivery: [], pushes: [] });
      const payload = renderPayload(report);
      expect([safe(json), json.includes('\t'), safe(payload)]).toEqual([true, false, true]);
      expect(JSON.parse(json)).toMatchObject({ repo: report.repo, warnings: report.warnings });
      expect(JSON.parse(payload)).toHaveLength(2);
    }),
    { numRuns: 300 },
  );
});

/** Spelt out here, so that a hole in the program's own list is found. */
const UNSAFE: readonly (readonly [first: number, last: number])[] = [
  ...([
    [0, 8],
    [0x0b, 0x1f],
    [0x7f, 0x9f],
    [0xad, 0xad],
  ] as const),
  ...([
    [0x61c, 0x61c],
    [0x180e, 0x180e],
    [0x200b, 0x200f],
    [0x2028, 0x202e],
    [0x2060, 0x206f],
  ] as const),
  ...([
    [0xd800, 0xdfff],
    [0xfe00, 0xfe0f],
    [0xfeff, 0xfeff],
    [0xfff9, 0xfffb],
    [0xfffe, 0xffff],
  ] as const),
  ...([[0xe0000, 0xe0fff]] as const),
];

/** By code points, of which a half of a pair is one. */
const unsafe = (text: string): readonly string[] =>
  [...text].filter(char =>
    UNSAFE.some(([first, last]) => char.codePointAt(0)! >= first && char.codePointAt(0)! <= last),
  );

const WRITTEN: Readonly<Record<string, (report: Report) => string>> = {
  text: report => renderText(report, { ...OPTIONS, style: createStyle(false) }),
  'pre-deploy': report =>
    renderPreDeploy(report, { ...OPTIONS, style: createStyle(false), ruling: () => 'undecided' }),
  json: report => renderJson(report, { ...OPTIONS, version: '1', delivery: [], pushes: [] }),
  payload: renderPayload,
  junit: report => renderJunit(report, OPTIONS),
  markdown: report => renderMarkdown(report, OPTIONS),
  html: report => renderHtml(report, { ...OPTIONS, version: '1' }),
};

test.each(Object.entries(WRITTEN))('%s holds no control, bidirectional or unseen character', (_, render) => {
  fc.assert(
    fc.property(anyReport, report => {
      // The Markdown report has one of its own.
      expect(unsafe(render(report).replaceAll('⚠\ufe0f', ''))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
