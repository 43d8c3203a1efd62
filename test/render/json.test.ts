import { expect, test } from 'vitest';
import type { Report } from '../../src/domain/report.ts';
import { type JsonOptions, renderJson } from '../../src/render/json.ts';
import { renderPayload } from '../../src/render/payload.ts';
import * as build from '../support/builders.ts';
import * as situations from '../support/situations.ts';

const PLAIN: JsonOptions = {
  version: '1.2.3',
  diff: false,
  context: 3,
  showSecrets: false,
  alsoSecret: [],
  delivery: [],
  pushes: [],
};

const GOLDEN: readonly (readonly [file: string, report: Report, options: Partial<JsonOptions>])[] = [
  ['in-sync', situations.inSync, {}],
  ['every-verdict', situations.everyVerdict, { diff: true }],
  ['failures', situations.failures, {}],
  ['ignored', situations.ignored, {}],
  ['odd-names', situations.oddNames, { diff: true }],
  ['origins', situations.origins, {}],
  ['no-server', situations.nothing, {}],
  [
    'delivery',
    situations.mixed,
    {
      delivery: [
        { server: 'relay-1', outcome: 'delivered', httpStatus: 200, attempts: 1, error: null, hint: null },
        {
          server: 'relay-2',
          outcome: 'failed',
          httpStatus: null,
          attempts: 3,
          error: 'refused',
          hint: 'Start it.',
        },
      ],
    },
  ],
];

test.each(GOLDEN)('tells %s', async (file, report, options) => {
  await expect(renderJson(report, { ...PLAIN, ...options })).toMatchFileSnapshot(`../golden/${file}.json`);
});

interface Parsed {
  readonly servers: readonly {
    readonly server: string;
    readonly files: readonly Record<string, unknown>[];
  }[];
}

const parse = (report: Report, options: Partial<JsonOptions> = {}): Parsed =>
  JSON.parse(renderJson(report, { ...PLAIN, ...options })) as Parsed;

test('has exactly the keys of the schema, in its order', () => {
  const file = parse(situations.mixed).servers[1]?.files[0] ?? {};
  expect(Object.keys(file).join()).toBe(
    'name,path,verdict,counted,cause,git,server,origin,package,notes,lines,diff',
  );
  const document = JSON.parse(renderJson(situations.mixed, PLAIN)) as Record<string, unknown>;
  expect(Object.keys(document).join()).toBe(
    'schema,tool,repo,git,started_at,finished_at,sync_status,counts,servers,delivery,pushes,warnings',
  );
});

test('sorts servers and files by name', () => {
  const files = [build.inSync('/etc/b'), build.inSync('/etc/a')];
  const { servers } = parse(build.report([build.server('y', files), build.server('x', [])]));
  expect(servers.map(s => s.server)).toEqual(['x', 'y']);
  expect(servers[1]?.files.map(f => f.name)).toEqual(['a', 'b']);
});

test('carries the bytes of a name only where the name cannot show them', () => {
  const report = build.report([
    build.server('s', [
      build.unmanaged(Buffer.from('/etc/\xff', 'latin1'), ''),
      build.unmanaged('/etc/ü', ''),
    ]),
  ]);
  expect(parse(report).servers[0]?.files.map(f => [f.name, f.name_base64])).toEqual([
    ['ü', undefined],
    ['\\xff', '/w=='],
  ]);
});

test('a diff is there only if asked for, and redacted unless secrets are to be shown', () => {
  const file = build.modified('/etc/a', ['pwd="old"\n', 'pwd="new"\n']);
  const report = build.report([build.server('s', [file])]);
  const diff = (options: Partial<JsonOptions>) => parse(report, options).servers[0]?.files[0]?.diff;
  expect(diff({})).toBeNull();
  expect(diff({ diff: true })).toContain('\n-pwd="[secret 1]"\n+pwd="[secret 2]"\n');
  expect(diff({ diff: true, showSecrets: true })).toContain('\n-pwd="old"\n+pwd="new"\n');
});

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [-1, '1969-12-31T23:59:59Z'],
  [253_402_300_799, '9999-12-31T23:59:59Z'],
  [253_402_300_800, null],
  [-1e15, null],
  [Number.NaN, null],
])('the file time %s is %s', (modifiedAt, shown) => {
  const file = build.unmanaged('/etc/a', '', {
    server: build.serverFile('', { metadata: { ...build.METADATA, modifiedAt } }),
  });
  const json = parse(build.report([build.server('s', [file])])).servers[0]?.files[0];
  expect(json).toMatchObject({ server: { modified_at: shown } });
});

test('one payload is an object, as jq expects it; several are an array', () => {
  expect(renderPayload(situations.inSync)).toBe(
    '{"repo":"rsyslog","server":"relay-1","sync_status":"SYNCED","drift_count":0,"files":[],"last_check":"2026-04-21T10:30:00Z"}\n',
  );
  const servers = (JSON.parse(renderPayload(situations.mixed)) as { server: string }[]).map(p => p.server);
  expect(servers).toEqual(['a-down', 'relay-1', 'relay-2']);
  expect(renderPayload(situations.nothing)).toBe('[]\n');
});
