import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PostedStatus } from '../../src/domain/posted-status.ts';
import { parseStaleAfter } from '../../src/domain/staleness.ts';
import type { StatusEvent } from '../../src/domain/status-event.ts';
import type { StatusRecord } from '../../src/domain/status-record.ts';
import { ageText, spanText } from '../../src/render/age-text.ts';
import { renderStatusPage, type StatusPage } from '../../src/render/status-page.ts';
import { PAGE_NOW, posted } from '../support/posted-site.ts';

const record = (status: PostedStatus): StatusRecord => ({
  ...status,
  since: status.last_check,
  first_drift_at: status.sync_status === 'OUT_OF_SYNC' ? status.last_check : null,
});

const page = (statuses: readonly PostedStatus[], more: Partial<StatusPage> = {}): string =>
  renderStatusPage({
    statuses: statuses.map(record),
    events: [],
    version: '1.2.3',
    now: PAGE_NOW.getTime(),
    staleAfterMs: 600_000,
    search: '',
    address: 'http://status.example.net',
    needsToken: false,
    ...more,
  });

/** What a reader sees of a part, roughly. */
const textOf = (html: string, part: RegExp): readonly string[] =>
  [...html.matchAll(part)].map(([, inner = '']) =>
    inner
      .replace(/<[^>]*>/g, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
const headline = (html: string): string => textOf(html, /<h1>(.*?)<\/h1>/gs)[0] ?? '';
const names = (html: string): readonly string[] => textOf(html, /<h3>(.*?)<\/h3>/gs);

describe('the headline is the worst there is', () => {
  const [out, unknown, synced] = (['OUT_OF_SYNC', 'UNKNOWN', 'SYNCED'] as const).map(s => posted(s, s)) as [
    PostedStatus,
    PostedStatus,
    PostedStatus,
  ];
  const stale = posted('stale', 'SYNCED', {}, 601);
  test.each([
    [[], 'No status yet', '–'],
    [[out], '1 server out of sync', '✗'],
    [[out, unknown, stale, synced], '1 of 4 servers out of sync', '✗'],
    [[out, out], 'all 2 servers out of sync', '✗'],
    [[unknown, stale, synced], '1 of 3 servers unknown', '?'],
    [[stale, synced], '1 of 2 servers not checked for 10 minutes', '!'],
    [[posted('just in time', 'SYNCED', {}, 600), synced], 'all 2 servers in sync', '✓'],
  ] as const)('%#: %j', (statuses, text, sign) => {
    const html = page(statuses);
    expect(headline(html)).toBe(text);
    expect(html).toContain(`<title>${sign} ${text} · sshdrift</title>`);
  });
});

test('what needs somebody comes first: the newest drift, the newest unknown, the longest stale', () => {
  const statuses = [
    posted('in-sync', 'SYNCED'),
    posted('stale', 'SYNCED', {}, 700),
    posted('very stale', 'SYNCED', {}, 7000),
    posted('unknown', 'UNKNOWN', {}, 70),
    posted('new unknown', 'UNKNOWN', {}, 10),
    posted('drifted', 'OUT_OF_SYNC', {}, 3000),
    // The newest, although its text sorts first: an offset stands for the same moment.
    posted('new drift', 'OUT_OF_SYNC', { last_check: '2026-04-21T05:29:50-05:00' }),
  ];
  expect(names(page(statuses))).toEqual([
    'new drift',
    'drifted',
    'new unknown',
    'unknown',
    'very stale',
    'stale',
  ]);
  expect(textOf(page(statuses), /<b>(.*?)<\/b>/g)).toEqual(['2', '2', '3', '1']);
});

test('an extended payload says how and why', () => {
  const html = page([
    posted('a', 'OUT_OF_SYNC', { files: [{ name: 'x.conf', change: 'modified', origin: 'edited' }] }),
    posted('b', 'UNKNOWN', { reason: 'ssh/unreachable', files_expected: 3, files_compared: 0 }),
  ]);
  expect(textOf(html, /<ul class="files">(.*?)<\/ul>/gs)).toEqual(['x.conf modified, edited on the server']);
  expect(textOf(html, /<p class="reason">(.*?)<\/p>/gs)).toEqual(['ssh/unreachable · 0 of 3 files compared']);
});

test('a search has every word, wherever it is, in any case; the counts stay', () => {
  const statuses = [
    posted('relay-1', 'OUT_OF_SYNC', { files: [{ name: 'rsyslog.d/30-LAB.conf' }] }),
    posted('relay-2', 'OUT_OF_SYNC', { files: [{ name: 'rsyslog.conf' }] }),
    posted('db', 'UNKNOWN', { reason: 'ssh/timed-out' }),
  ];
  const found = (search: string): readonly string[] => names(page(statuses, { search }));
  expect(found('Relay lab')).toEqual(['relay-1']);
  expect(found('timed')).toEqual(['db']);
  expect(found('rsyslog relay')).toEqual(['relay-1', 'relay-2']);
  expect(found('nothing')).toEqual([]);
  expect(headline(page(statuses, { search: 'db' }))).toBe('2 of 3 servers out of sync');
});

test('a hundred thousand servers make no larger page than some', () => {
  const files = Array.from({ length: 500 }, (_, i) => ({ name: `${i}-${'n'.repeat(4000)}` }));
  const sizes = [500, 20_000].map(
    count =>
      page(
        Array.from({ length: count }, (_, i) => posted(`s${i}`, i % 2 ? 'OUT_OF_SYNC' : 'SYNCED', { files })),
      ).length,
  );
  expect(sizes[1]).toBeLessThan((sizes[0] ?? 0) + 1000);
  expect(sizes[1]).toBeLessThan(2 ** 21);
});

test('how to post shows the address, and the token where one is needed', () => {
  expect(page([])).toContain('sshdrift check --status-url http://status.example.net<');
  expect(page([])).not.toContain('Bearer');
  expect(page([], { needsToken: true })).toContain('Bearer $GITOPS_STATUS_TOKEN');
});

test('whatever is posted, the page has the same tags and no unseen characters', () => {
  const tagsOf = (html: string): readonly string[] => html.match(/<[/!a-z][^\s>]*/g) ?? [];
  const show = (text: string): string => {
    const files = [{ name: text, change: text, origin: text }];
    const event: StatusEvent = {
      time: '2026-04-21T10:00:00Z',
      repo: text,
      server: text,
      from: null,
      to: 'OUT_OF_SYNC',
      drift_count: 2,
      files: [text],
    };
    return page(
      [
        posted(text, 'OUT_OF_SYNC', { repo: text, files }),
        posted(text, 'UNKNOWN', { reason: text }),
        posted(text, 'SYNCED'),
      ],
      { events: [event], search: '' },
    );
  };
  const plain = tagsOf(show('plain'));
  const hostile = fc.oneof(
    fc.string({ minLength: 1, maxLength: 80, unit: 'binary' }),
    fc.string({
      minLength: 1,
      maxLength: 40,
      unit: fc.constantFrom(...'<>"\'`&=/ -!;\u202e\u0000\n\u200b', 'script', 'onload'),
    }),
  );
  fc.assert(
    fc.property(hostile, text => {
      const html = show(`x${text}`);
      expect(tagsOf(html)).toEqual(plain);
      const written = html.replace(/<script>.*<\/script>|\n/gs, '');
      expect(written).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b-\u200f]/u);
      expect(tagsOf(page([], { search: text, address: 'http://x' }))).toEqual(
        tagsOf(page([], { search: '', address: 'http://x' })),
      );
    }),
  );
});

test('times of every length', () => {
  expect([-9, 0, 4999, 5000, 60_000, 3_600_000, 172_799_999, 172_800_000].map(ageText)).toEqual([
    'just now',
    'just now',
    'just now',
    '5 s ago',
    '1 min ago',
    '1 h ago',
    '47 h ago',
    '2 days ago',
  ]);
  expect(['10m', '90s', '1h', '3d', '1500ms'].map(text => spanText(parseStaleAfter(text)))).toEqual([
    '10 minutes',
    '90 seconds',
    '1 hour',
    '3 days',
    '1500 milliseconds',
  ]);
  for (const bad of ['', '0s', '31d', '0d', '1w', '-1m', '10'])
    expect(() => parseStaleAfter(bad)).toThrow('--stale-after');
});
