import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sshdrift } from '../../support/cli.ts';
import { typeErrors } from '../../support/type-errors.ts';

const URL = 'https://status.example.net:8443/gitops';

const print = async (file: string, args: readonly string[] = ['--status-url', URL]) => {
  const { code, stdout, stderr } = await sshdrift(['grafana', file, ...args], { cwd: '/' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly description: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly targets: readonly { readonly columns: readonly { readonly text: string }[] }[];
  readonly fieldConfig: {
    readonly overrides: readonly { readonly matcher: { readonly id: string; readonly options: string } }[];
  };
  readonly options: { readonly sortBy?: readonly { readonly displayName: string }[] };
  readonly transformations: readonly { readonly options: { readonly indexByName: object } }[];
}

describe('the dashboard', () => {
  test('is of the classic model', async () => {
    const dashboard = JSON.parse(await print('dashboard'));
    expect(dashboard).toMatchObject({ schemaVersion: 42, id: null, uid: 'gitops-drift' });
    expect(dashboard.templating.list).toMatchObject([
      { name: 'datasource', type: 'datasource', query: 'yesoreyeram-infinity-datasource' },
    ]);
  });

  test('is one by the types of Grafana', async () => {
    const { __requires: _, ...dashboard } = JSON.parse(await print('dashboard'));
    const schema = "import('@grafana/schema')";
    const type = `Omit<${schema}.Dashboard, 'panels'> & { panels: ${schema}.Panel[] }`;
    expect(typeErrors([{ type, value: dashboard }])).toBe('');
    const [variable] = dashboard.templating.list;
    variable.current = {};
    expect(typeErrors([{ type, value: dashboard }])).toContain('VariableOption');
  });

  test('has panels that say what they show, fill the width and do not overlap', async () => {
    const panels: readonly Panel[] = JSON.parse(await print('dashboard')).panels;
    expect(panels.map(({ type }) => type)).toEqual(['stat', 'table', 'table']);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    let y = 0;
    for (const { description, gridPos, datasource } of panels) {
      expect(description.length).toBeGreaterThan(40);
      expect(gridPos).toMatchObject({ x: 0, y, w: 24 });
      y += gridPos.h;
      expect(datasource.uid).toBe('$datasource');
    }
  });

  test('speaks only of columns that its queries have', async () => {
    const panels: readonly Panel[] = JSON.parse(await print('dashboard')).panels;
    for (const { targets, fieldConfig, options, transformations } of panels) {
      const columns = targets.flatMap(target => target.columns.map(({ text }) => text));
      for (const { matcher } of fieldConfig.overrides) {
        expect(matcher.id).toBe('byName');
        expect(columns).toContain(matcher.options);
      }
      for (const { displayName } of options.sortBy ?? []) expect(columns).toContain(displayName);
      expect(Object.keys(transformations[0]?.options.indexByName ?? {})).toEqual(columns);
    }
  });
});

interface Rule {
  readonly uid: string;
  readonly condition: string;
  readonly noDataState: string;
  readonly execErrState: string;
  readonly for: string;
  readonly data: readonly {
    readonly refId: string;
    readonly datasourceUid: string;
    readonly model: { readonly expression?: string; readonly conditions?: readonly object[] };
  }[];
}

describe('the alerts', () => {
  const rules = async (): Promise<readonly Rule[]> => parse(await print('alerts')).groups[0].rules;

  test('ask the data source that goes with them, and compare what it answers', async () => {
    const source = parse(await print('datasource')).datasources[0];
    for (const { condition, data, for: duration } of await rules()) {
      expect(data.map(({ refId, datasourceUid }) => [refId, datasourceUid])).toEqual([
        ['A', source.uid],
        [condition, '__expr__'],
      ]);
      expect(data[1]?.model).toMatchObject({ type: 'threshold', expression: 'A' });
      expect(duration).toMatch(/^[25]m$/);
    }
  });

  test('say once that the status server does not answer', async () => {
    const states = (await rules()).map(rule => [rule.uid, rule.noDataState, rule.execErrState]);
    expect(states).toEqual([
      ['gitops-out-of-sync', 'OK', 'KeepLast'],
      ['gitops-check-stale', 'OK', 'KeepLast'],
      ['gitops-status-missing', 'Alerting', 'Alerting'],
    ]);
  });

  test('fire beyond their limits', async () => {
    const conditions = (await rules()).map(({ data }) => data[1]?.model.conditions);
    expect(conditions).toEqual([
      [{ evaluator: { type: 'gt', params: [0] } }],
      [{ evaluator: { type: 'gt', params: [600] } }],
      [{ evaluator: { type: 'lt', params: [1] } }],
    ]);
  });
});

test('the data source may ask the status server, and looks at its health', async () => {
  expect(parse(await print('datasource'))).toMatchObject({
    apiVersion: 1,
    datasources: [
      {
        type: 'yesoreyeram-infinity-datasource',
        jsonData: { allowedHosts: [URL], customHealthCheckUrl: `${URL}/healthz` },
      },
    ],
  });
});

test.each(['dashboard', 'alerts', 'datasource'])('%s: no `$` of a URL becomes a variable', async file => {
  const text = await print(file, ['--status-url', 'http://x.example.net/$HOME/']);
  expect(text).toContain('http://x.example.net/%24HOME/');
  expect(text).not.toContain('$HOME');
});

test('the URL comes from the environment, too, and must be one', async () => {
  const env = { GITOPS_STATUS_SERVER_URL: 'http://from.example.net' };
  const { stdout } = await sshdrift(['grafana', 'datasource'], { cwd: '/', env });
  expect(stdout).toContain('http://from.example.net/healthz');

  const without = await sshdrift(['grafana', 'alerts'], { cwd: '/' });
  expect(without).toMatchObject({ code: 1, stdout: '' });
  expect(without.stderr).toContain('--status-url http');

  const withPassword = ['grafana', 'alerts', '--status-url', 'http://user:hidden@x.example.net'];
  const refused = await sshdrift(withPassword, { cwd: '/' });
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).not.toContain('hidden');
});
