import fc from 'fast-check';
import { expect, test } from 'vitest';
import { needsEscape } from '../../src/domain/escape.ts';
import { renderJson } from '../../src/render/json.ts';
import { renderPayload } from '../../src/render/payload.ts';
import { createStyle } from '../../src/render/style.ts';
import { renderText } from '../../src/render/text.ts';
import * as build from '../support/builders.ts';

/** Bytes that mean something to a terminal, and any others. */
const bytes = fc
  .array(
    fc.oneof(
      fc
        .constantFrom('\n', '\r', '\t', ' ', 'a', '\u001b[31m', '\u009b', '\u0000', '\u202e', 'ü', '\u0007')
        .map(s => Buffer.from(s)),
      fc.uint8Array({ maxLength: 4 }).map(b => Buffer.from(b)),
    ),
    { maxLength: 30 },
  )
  .map(parts => Buffer.concat(parts));

const file = fc.tuple(bytes, bytes, bytes, bytes).chain(([name, git, server, other]) => {
  const path = Buffer.concat([Buffer.from('/etc/'), Buffer.from(name.filter(b => b !== 0))]);
  return fc.constantFrom(
    build.modified(path, [git, server]),
    build.missing(path, git, { notes: [{ code: 'renamed-to', name: other.toString('latin1') }] }),
    build.unmanaged(path, server),
    build.unmanagedOther(path, { notes: [{ code: 'not-a-file', type: other.toString('latin1') }] }),
    build.metadata(path, { notes: [{ code: 'owner', expected: 'root', actual: other.toString() }] }),
  );
});

const anyReport = fc
  .tuple(fc.array(file, { maxLength: 4 }), fc.string({ unit: 'binary' }))
  .map(([files, text]) =>
    build.report(
      [
        build.server(text, files, {
          ignored: [{ name: text, reason: text, until: text }],
          warnings: [text],
        }),
        build.failed(text, { code: 'ssh/protocol', host: 'h', detail: text }),
      ],
      { repo: text, warnings: [text], git: { ...build.GIT, branch: text } },
    ),
  );

const safe = (text: string): boolean => !needsEscape(text.replace(/[\n\t]/g, ''));

const OPTIONS = { diff: true, context: 1, showSecrets: false, quiet: false, verbose: true };

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
