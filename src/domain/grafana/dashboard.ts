// The dashboard in the classic model, which Grafana 11.6 and later import. Three queries a refresh, whatever there is to see.

import { STALE_SECONDS } from '../staleness.ts';
import { INFINITY, infinityQuery } from './infinity.ts';
import { FILES, type Query, SERVERS, SUMMARY } from './selectors.ts';

/** Chosen in the dashboard, so that it needs no data source of a certain name. */
const DATA_SOURCE = { type: INFINITY, uid: '$datasource' };

interface Panel {
  readonly type: 'stat' | 'table';
  readonly title: string;
  readonly description: string;
  readonly query: Query;
  readonly height: number;
  readonly options: object;
  /** Field options of all columns, and of single ones by title. */
  readonly defaults: object;
  readonly overrides: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const thresholds = (...steps: readonly (readonly [from: number | null, color: string])[]) => ({
  mode: 'absolute',
  steps: steps.map(([value, color]) => ({ value, color })),
});

const GOOD_AT_ZERO = { thresholds: thresholds([null, 'green'], [1, 'red']) };
const WARN_ABOVE_ZERO = { thresholds: thresholds([null, 'green'], [1, 'orange']) };
const AGE = {
  unit: 's',
  decimals: 0,
  thresholds: thresholds([null, 'green'], [STALE_SECONDS / 2, 'orange'], [STALE_SECONDS, 'red']),
};

const STATUS_COLOURS = [
  {
    type: 'value',
    options: {
      OUT_OF_SYNC: { index: 0, color: 'red', text: '✗ OUT OF SYNC' },
      UNKNOWN: { index: 1, color: 'orange', text: '? UNKNOWN' },
      SYNCED: { index: 2, color: 'green', text: '✓ SYNCED' },
    },
  },
];

const coloured = { type: 'color-background', mode: 'basic' };

const table = (sortBy: readonly { readonly displayName: string; readonly desc: boolean }[]) => ({
  showHeader: true,
  cellHeight: 'sm',
  sortBy,
});

const PANELS: readonly Panel[] = [
  {
    type: 'stat',
    title: 'Servers',
    description:
      'Out of sync: files differ from Git. Unknown: could not be compared. Stale: no check for 10 minutes, so its status is old. Oldest check: the age of the stalest status.',
    query: SUMMARY,
    height: 5,
    options: {
      colorMode: 'background',
      graphMode: 'none',
      textMode: 'value_and_name',
      orientation: 'vertical',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
    defaults: { unit: 'none', noValue: '–' },
    overrides: {
      'Out of sync': GOOD_AT_ZERO,
      Unknown: WARN_ABOVE_ZERO,
      Stale: WARN_ABOVE_ZERO,
      'Drifted files': GOOD_AT_ZERO,
      'Oldest check': AGE,
      Servers: { thresholds: thresholds([null, 'red'], [1, 'blue']) },
    },
  },
  {
    type: 'table',
    title: 'Status of each server',
    description:
      'The last posted status of each server. A server that cannot be compared is not posted, so its age grows: amber after 5 minutes, red after 10.',
    query: SERVERS,
    height: 10,
    options: table([
      { displayName: 'Status', desc: false },
      { displayName: 'Server', desc: false },
    ]),
    defaults: { noValue: 'Nothing was posted yet', custom: { filterable: true } },
    overrides: {
      Status: { mappings: STATUS_COLOURS, 'custom.cellOptions': coloured, 'custom.width': 160 },
      'Drifted files': { 'custom.width': 120 },
      'Last check': { unit: 'dateTimeAsIso', 'custom.width': 180 },
      Age: { ...AGE, 'custom.cellOptions': coloured, 'custom.width': 110 },
    },
  },
  {
    type: 'table',
    title: 'Drifted files',
    description:
      'Every file that differs, is missing, or is unknown to Git. `sshdrift check --diff` shows how.',
    query: FILES,
    height: 9,
    options: table([{ displayName: 'File', desc: false }]),
    defaults: { noValue: 'No drifted files', custom: { filterable: true } },
    overrides: { 'Last check': { unit: 'dateTimeAsIso', 'custom.width': 180 } },
  },
];

/** The dashboard, asking the status server at this base URL. */
export const grafanaDashboard = (statusServer: string): object => ({
  __requires: [
    { type: 'grafana', id: 'grafana', name: 'Grafana', version: '11.6.0' },
    { type: 'datasource', id: INFINITY, name: 'Infinity', version: '3.0.0' },
  ],
  id: null,
  uid: 'gitops-drift',
  title: 'GitOps drift',
  description: 'Which servers are what Git says, from /status.json of the status server.',
  tags: ['gitops', 'drift'],
  timezone: 'browser',
  editable: true,
  graphTooltip: 0,
  fiscalYearStartMonth: 0,
  schemaVersion: 42,
  version: 1,
  refresh: '1m',
  time: { from: 'now-1h', to: 'now' },
  timepicker: {},
  links: [],
  annotations: { list: [] },
  templating: {
    list: [
      {
        name: 'datasource',
        label: 'Data source',
        type: 'datasource',
        query: INFINITY,
        refresh: 1,
        regex: '',
        hide: 0,
        multi: false,
        includeAll: false,
        options: [],
        current: { text: '', value: '' },
      },
    ],
  },
  panels: PANELS.map((panel, index) => panelObject(panel, index, statusServer)),
});

const panelObject = (panel: Panel, index: number, statusServer: string): object => ({
  id: index + 1,
  type: panel.type,
  title: panel.title,
  description: panel.description,
  gridPos: {
    x: 0,
    y: PANELS.slice(0, index).reduce((y, { height }) => y + height, 0),
    w: 24,
    h: panel.height,
  },
  datasource: DATA_SOURCE,
  targets: [{ ...infinityQuery('A', statusServer, panel.query), datasource: DATA_SOURCE }],
  fieldConfig: {
    defaults: panel.defaults,
    overrides: Object.entries(panel.overrides).map(([title, properties]) => ({
      matcher: { id: 'byName', options: title },
      properties: Object.entries(properties).map(([id, value]) => ({ id, value })),
    })),
  },
  options: panel.options,
  // Infinity hands over the columns sorted by title.
  transformations: [
    {
      id: 'organize',
      options: {
        excludeByName: {},
        renameByName: {},
        indexByName: Object.fromEntries(panel.query.columns.map(({ title }, at) => [title, at])),
      },
    },
  ],
});
