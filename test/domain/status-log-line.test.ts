import { describe, expect, test } from 'vitest';
import { LOG_HEADER, type LogEntry, logLine, readLog } from '../../src/domain/status-log-line.ts';
import { payload } from '../support/poster.ts';

const entry = (server: string): LogEntry => ({
  kept: {
    record: {
      ...payload,
      files: [{ name: 'ä\n.conf' }],
      server,
      since: payload.last_check,
      first_drift_at: null,
    },
    driftBefore: null,
  },
  event: null,
});

const LINES = [[entry('a')], [entry('b'), entry('c')], [entry('d')]].map(logLine);
const WHOLE = Buffer.concat([Buffer.from(LOG_HEADER), ...LINES]);
const serversOf = (log: Buffer) => {
  const read = readLog(log);
  return read.kind === 'read' ? read.entries.map(({ kept }) => kept?.record.server) : read.kind;
};

test('what was written is read', () => {
  expect(readLog(WHOLE)).toEqual({
    kind: 'read',
    entries: ['a', 'b', 'c', 'd'].map(entry),
    wholeBytes: WHOLE.length,
  });
});

test('cut anywhere, it holds every whole line, and says where they end', () => {
  let at = LOG_HEADER.length;
  const ends = [at, ...LINES.map(line => (at += line.length))];
  for (let cut = LOG_HEADER.length; cut <= WHOLE.length; cut += 1) {
    const read = readLog(WHOLE.subarray(0, cut));
    const whole = ends.filter(end => end <= cut).length - 1;
    expect(read).toMatchObject({ kind: 'read', wholeBytes: ends[whole] });
    expect(serversOf(WHOLE.subarray(0, cut))).toHaveLength([0, 1, 3, 4][whole] ?? -1);
  }
});

test('a changed byte in a line that has others behind it is damage', () => {
  const first = LOG_HEADER.length;
  for (let at = first; at < first + (LINES[0]?.length ?? 0) - 1; at += 1) {
    const bytes = Buffer.from(WHOLE);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const read = readLog(bytes);
    expect(read.kind).toBe('damaged');
    if (read.kind === 'damaged') expect(read.line).toBe(2);
  }
});

test('damage is told by the number of its line', () => {
  const bytes = Buffer.from(WHOLE);
  const second = LOG_HEADER.length + (LINES[0]?.length ?? 0);
  bytes[second] = 0;
  expect(readLog(bytes)).toEqual({ kind: 'damaged', line: 3 });
});

test('a last line that does not match its checksum is an unfinished write', () => {
  const bytes = Buffer.from(WHOLE);
  bytes.fill(0, WHOLE.length - 20, WHOLE.length - 5);
  expect(serversOf(bytes)).toEqual(['a', 'b', 'c']);
});

describe('what is no log', () => {
  test.each([[''], ['\n'], ['{}\n'], ['# sshdrift status log 2\n'], [LOG_HEADER.trimEnd()]])('%j', text => {
    expect(readLog(Buffer.from(text))).toEqual({ kind: 'foreign' });
  });
});
