// Everything that is printed for people, shown on a terminal emulator: what is seen is what the text says, and nothing
// else happens, whatever servers, files, commits, receivers and the inventory hold.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startPosts, startPushes } from '../../src/cli/deliver.ts';
import { mistakeText } from '../../src/cli/mistake-text.ts';
import { failedDelivery } from '../../src/domain/delivery-text.ts';
import { diagnose } from '../../src/domain/diagnosis.ts';
import { toPayload } from '../../src/domain/payload.ts';
import type { Receiver } from '../../src/domain/receiver.ts';
import type { Report } from '../../src/domain/report.ts';
import { UserError } from '../../src/domain/user-error.ts';
import { renderDiagnoses } from '../../src/render/diagnosis.ts';
import { renderError } from '../../src/render/error.ts';
import { renderJson } from '../../src/render/json.ts';
import { renderPayload } from '../../src/render/payload.ts';
import { renderPreDeploy } from '../../src/render/pre-deploy.ts';
import { finishedLine, progressLine } from '../../src/render/progress.ts';
import { createStyle } from '../../src/render/style.ts';
import { renderText } from '../../src/render/text.ts';
import { anyReport, anyText } from '../support/any-report.ts';
import { rowsOf, showOn } from '../support/screen.ts';

const VIEW = { diff: true, context: 1, showSecrets: false, alsoSecret: [], quiet: false, verbose: true };
const STYLE = createStyle(true);
const OURS = ['0', '1', '22', '31', '32', '33', '36', '39'];

/** What `check` says on stderr about a receiver that answers with this. */
async function deliveryLines(report: Report, text: string, receiver: Receiver): Promise<string> {
  const said: string[] = [];
  const poster = {
    post: async ({ server }: { readonly server: string }) =>
      failedDelivery({
        receiver,
        server,
        endpoint: new URL('http://receiver.example.net/api/status'),
        tokenSent: true,
        proxy: null,
        trouble: { kind: 'answer', status: 302, body: text, location: text, retryAfter: null },
        gaveUp: { why: 'interrupted', by: text },
        attempts: 1,
      }),
    prepare: async () => {},
    conclude: () => {},
    close: async () => {},
  };
  const tell = (lines: string): void => void said.push(lines);
  const deliveries =
    receiver === 'pushgateway' ? startPushes(poster, tell) : startPosts(poster, { postUnknown: true, tell });
  for (const server of report.servers) deliveries.send(server, toPayload(report.repo, server));
  await deliveries.finish();
  return said.join('');
}

type Print = (report: Report, text: string) => string | Promise<string>;

const PRINTED: Readonly<Record<string, Print>> = {
  'the text report': report => renderText(report, { ...VIEW, style: STYLE }),
  'the text report with secrets': report => renderText(report, { ...VIEW, showSecrets: true, style: STYLE }),
  'the report before a deploy': report =>
    renderPreDeploy(report, { ...VIEW, style: STYLE, ruling: () => 'stops' }),
  'a diagnosis': (report, text) =>
    renderDiagnoses(
      [
        { about: text, findings: [{ state: 'broken', step: 'files', text, hint: text }] },
        ...report.servers.map(server => ({ about: server.server, findings: diagnose(server) })),
      ],
      STYLE,
    ),
  deliveries: (report, text) => deliveryLines(report, text, 'status-server'),
  pushes: (report, text) => deliveryLines(report, text, 'pushgateway'),
  'progress in a log': report =>
    report.servers.map(server => finishedLine(server, { done: 1, total: 2 })).join(''),
  'progress in a line': (_, text) => {
    const counts = { total: 9, done: 1, drifted: 1, unknown: 0, running: 8 };
    return `${progressLine({ ...counts, slowest: { server: text, ms: 5000 } }, 500)}\n`;
  },
  'a mistake': (_, text) => mistakeText(new UserError(text, text)),
  'a mistake as JSON': (_, text) => renderError(new UserError(text, text)),
  JSON: report => renderJson(report, { ...VIEW, version: '1', delivery: [], pushes: [] }),
  'the payload': report => renderPayload(report),
};

/** Marks join the character before them, and so do some letters of Hangul, on a screen; here they only disturb. */
const comparable = (row: string): string =>
  row
    .replace(/[\p{M}\p{Cn}\p{Co}\u1160-\u11ff\ud7b0-\ud7ff]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();

describe('on a terminal', () => {
  test.each(Object.entries(PRINTED))('%s is seen as it is, and does nothing', async (_, print) => {
    await fc.assert(
      fc.asyncProperty(anyReport, anyText, async (report, text) => {
        const printed = await print(report, text);
        const screen = await showOn(printed);
        const rows = rowsOf(printed);
        expect(screen.done).toEqual([]);
        expect(screen.colours.filter(colour => !OURS.includes(colour))).toEqual([]);
        expect(screen.cursor).toEqual([rows.length - 1, 0]);
        expect(screen.rows.map(comparable)).toEqual(rows.map(comparable));
      }),
      { numRuns: 60 },
    );
  });

  test('and this judge sees what is not', async () => {
    const bad = 'a\u001b]0;t\u0007\u001b[2J\u001b[?1049h\u001b[6n\u009b1A\u001bP$q"p\u001b\\\u001b[5m\u0007';
    const { done, colours } = await showOn(bad);
    expect(done).toEqual(
      expect.arrayContaining(['OSC 0', 'title', 'CSI 2J', 'CSI ?1049h', 'CSI 6n', 'CSI 1A', 'DCS q', 'bell']),
    );
    expect(done.some(what => what.startsWith('answered'))).toBe(true);
    expect(colours).toEqual(['5']);
  });
});
