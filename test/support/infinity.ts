// Does what the backend parser of Grafana's Infinity data source does with an answer: the root selector, then a path for
// each column of each row. Its JSONata is a Go port of jsonata-js 1.5; the package here is a later 1.x, so that what is
// newer than 1.5 is refused beforehand.

import jsonata from 'jsonata';

/** A query as a panel or an alert rule holds it. */
export interface InfinityQuery {
  readonly url: string;
  readonly parser: string;
  readonly root_selector: string;
  readonly columns: readonly { readonly selector: string; readonly text: string; readonly type: string }[];
}

export type Row = Readonly<Record<string, unknown>>;

const FUNCTIONS = ['append', 'count', 'exists', 'join', 'max', 'millis', 'not', 'sum', 'toMillis'];

/** The rows that Grafana gets, at a time in milliseconds since the epoch. Throws where Infinity shows an error. */
export function infinityRows(query: InfinityQuery, document: unknown, now: number): readonly Row[] {
  const selector = query.root_selector;
  // GJSON comes first, and knows what to do with `$.{…}`, `[…]`, `@…` and names; with a parenthesis it finds nothing.
  if (!selector.startsWith('(') || !selector.endsWith(')')) throw new Error('GJSON would answer');
  const code = selector.replaceAll(/"[^"]*"/g, '""');
  const newer = /[%@#]|\?\?|\?:/.exec(code)?.[0];
  if (newer !== undefined) throw new Error(`JSONata 1.5 has no ${newer}`);
  for (const [, name] of code.matchAll(/\$(\w+)\(/g))
    if (!FUNCTIONS.includes(name ?? '')) throw new Error(`is $${name} in the Go port?`);

  const expression = jsonata(selector);
  expression.registerFunction('millis', () => now, '<:n>');
  const root: unknown = expression.evaluate(structuredClone(document));
  if (root === undefined) throw new Error('no results found');
  return [root].flat().map(row => {
    if (typeof row !== 'object' || row === null) throw new Error(`not a row: ${JSON.stringify(row)}`);
    const values = new Map(Object.entries(row));
    return Object.fromEntries(
      query.columns.map(({ selector, text, type }) => [text, checked(values.get(selector), type)]),
    );
  });
}

/** Infinity makes other values null, silently. */
function checked(value: unknown, type: string): unknown {
  if (value === undefined) return null;
  if (type === 'timestamp' && !/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(String(value)))
    throw new Error(`not RFC 3339: ${String(value)}`);
  if (typeof value !== (type === 'number' ? 'number' : 'string'))
    throw new Error(`not a ${type}: ${JSON.stringify(value)}`);
  return value;
}
