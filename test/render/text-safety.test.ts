import fc from 'fast-check';
import { expect, test } from 'vitest';
import { needsEscape } from '../../src/domain/escape.ts';
import { renderJson } from '../../src/render/json.ts';
import { renderPayload } from '../../src/render/payload.ts';
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
      const json = renderJson(report, { ...OPTIONS, version: '1', delivery: [] });
      const payload = renderPayload(report);
      expect([safe(json), json.includes('\t'), safe(payload)]).toEqual([true, false, true]);
      expect(JSON.parse(json)).toMatchObject({ repo: report.repo, warnings: report.warnings });
      expect(JSON.parse(payload)).toHaveLength(2);
    }),
    { numRuns: 300 },
  );
});
