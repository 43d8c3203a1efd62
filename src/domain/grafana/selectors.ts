// What the panels and alerts ask of /status.json, in JSONata as the backend parser of the Infinity data source runs it.
//
// Infinity tries a root selector as a GJSON path first, and as JSONata (the language of jsonata-js 1.5, in a Go port)
// only if GJSON finds nothing. Hence the rules here:
// - Everything stands in parentheses: GJSON would read a leading `{` or `[`, and find something.
// - Everything ends in `$append([], …)`: a selector without a result is an error there, not an empty table.
// - No `%`, `@`, `#`, `??`, `?:`, and no function that is newer than 1.5.

import { STALE_SECONDS } from '../staleness.ts';

/** A query: its root selector, and a column for each key of the rows that it makes. */
export interface Query {
  readonly rootSelector: string;
  readonly columns: readonly Column[];
}

/** `timestamp` columns hold RFC 3339 text. */
export interface Column {
  readonly key: string;
  readonly title: string;
  readonly type: 'string' | 'number' | 'timestamp';
}

const age = '($millis() - $toMillis(last_check)) / 1000';

/**
 * `rows` with `$r` bound to all records: standard payloads, wherever they are in the document. It may be the object of
 * `sshdrift serve` (a roll-up, itself no record, with the records in `statuses`), one bare payload, an array of them or
 * an object of them by name, or hold none.
 */
const ofRecords = (rows: string): string =>
  `($r := **[$exists(last_check) and $not($exists(statuses))]; $append([], ${rows}))`;

const column = (key: string, title: string, type: Column['type'] = 'string'): Column => ({
  key,
  title,
  type,
});

/** One row of counts, even when there is no record; `oldest` is in seconds, and missing then. */
export const SUMMARY: Query = {
  rootSelector: ofRecords(
    `{"servers": $count($r), "out": $count($r[sync_status = "OUT_OF_SYNC"]), "unknown": $count($r[sync_status != "OUT_OF_SYNC" and sync_status != "SYNCED"]), "drift": $sum($append([0], $r.drift_count)), "stale": $count($r[${age} > ${STALE_SECONDS}]), "oldest": $max($r.(${age}))}`,
  ),
  columns: [
    column('out', 'Out of sync', 'number'),
    column('unknown', 'Unknown', 'number'),
    column('stale', 'Stale', 'number'),
    column('drift', 'Drifted files', 'number'),
    column('oldest', 'Oldest check', 'number'),
    column('servers', 'Servers', 'number'),
  ],
};

/** A row for each server; `age` in seconds. */
export const SERVERS: Query = {
  rootSelector: ofRecords(
    `$r.{"server": server, "repo": repo, "status": sync_status, "drift": drift_count, "files": $join(files.name, ", "), "checked": last_check, "age": ${age}}`,
  ),
  columns: [
    column('server', 'Server'),
    column('repo', 'Repository'),
    column('status', 'Status'),
    column('drift', 'Drifted files', 'number'),
    column('files', 'Files'),
    column('checked', 'Last check', 'timestamp'),
    column('age', 'Age', 'number'),
  ],
};

/** A row for each drifted file. */
export const FILES: Query = {
  rootSelector: ofRecords(
    '$r.($s := $; files.{"file": name, "server": $s.server, "repo": $s.repo, "checked": $s.last_check})',
  ),
  columns: [
    column('file', 'File'),
    column('server', 'Server'),
    column('repo', 'Repository'),
    column('checked', 'Last check', 'timestamp'),
  ],
};

/**
 * A number for each server, for an alert: exactly one number column makes the text columns labels. `value` is JSONata
 * on a record.
 */
export const perServer = (value: string): Query => ({
  rootSelector: ofRecords(`$r.{"repo": repo, "server": server, "value": ${value}}`),
  columns: [column('repo', 'repo'), column('server', 'server'), column('value', 'value', 'number')],
});

/** How many files drifted where a server is out of sync, at least 1; else 0. */
export const DRIFT = perServer('sync_status = "OUT_OF_SYNC" ? $max([1, drift_count]) : 0');

/** Seconds since the last check of each server. */
export const AGE = perServer(age);

/** How many servers there are, in one row. */
export const COUNT: Query = {
  rootSelector: ofRecords('{"value": $count($r)}'),
  columns: [column('value', 'servers', 'number')],
};
