import { nextTry } from '../../../src/domain/delivery-retry.ts';
import { isBad, readStatus } from '../../../src/domain/posted-status.ts';
import { retryAfterMs } from '../../../src/domain/retry-after.ts';
import { bearerToken, statusEndpoint, statusServer } from '../../../src/domain/status-endpoint.ts';
import { LOG_HEADER, logLine, readLog } from '../../../src/domain/status-log-line.ts';
import { must, printable, refusable, same, type Target } from '../target.ts';

const NOW = new Date('2026-04-21T10:30:00Z');
const STATUS = {
  ...{ repo: 'rsyslog', server: 'lab', sync_status: 'OUT_OF_SYNC', drift_count: 1 },
  ...{
    files: [{ name: 'rsyslog.conf', change: 'modified', origin: 'edited' }],
    last_check: '2026-04-21T10:30:00Z',
  },
  ...{ sync_code: 1, reason: null, files_expected: 3, git_dirty: false, duration_ms: 41, tool_version: '1' },
};

/** Bodies that are posted to the status server: what is kept of one is a status itself. */
export const postedStatusTarget: Target = {
  name: 'posted-status',
  seeds: [
    JSON.stringify(STATUS),
    JSON.stringify({ ...STATUS, repo: 'rsyslog\ud800' }),
    JSON.stringify({ ...STATUS, files: [], drift_count: 0 }),
    '[]',
    'null',
  ],
  words: [
    '"__proto__":',
    '"files":',
    '"name":',
    'null',
    '1e999',
    '-1',
    '\\ud800',
    '\\u0000',
    '2026-02-30T25:00:00Z',
    '{"a":',
    '[',
    ',',
  ],
  run: input => {
    const read = readStatus(input, NOW);
    if (isBad(read)) {
      printable(read.message);
      printable(read.field);
      return;
    }
    same(readStatus(Buffer.from(JSON.stringify(read)), NOW), read, 'kept and read again');
    for (const name of [read.repo, read.server, ...read.files.map(file => file.name)])
      must(Buffer.from(name).toString() === name, () => `half a character in ${JSON.stringify(name)}`);
    must(read.files.length === read.drift_count, () => 'a wrong count');
    must(!Number.isNaN(Date.parse(read.last_check)), () => 'no time');
  },
};

/** The base URL and the token from the environment. */
export const statusUrlTarget: Target = {
  name: 'status-url',
  seeds: [
    'http://status.example.net',
    'https://[2001:db8::1]:8443/base/',
    'http://u:p@h',
    'http://h?token=x',
    'ftp://h',
  ],
  words: ['http://', 'https:', '//', '@', '?', '#', '%2f', '..', '\\', ':', '[', '\xc3\xa4'],
  run: input => {
    const text = input.toString('utf8');
    const base = refusable(() => statusServer(text));
    if (base !== null) {
      must(statusServer(base) === base, () => `${base} is written otherwise than read`);
      const endpoint = statusEndpoint(text);
      must(endpoint.href.endsWith('/api/status') && /^https?:$/.test(endpoint.protocol), () => endpoint.href);
      must(endpoint.username === '' && endpoint.search === '', () => endpoint.href);
    }
    const token = refusable(() => bearerToken(text));
    if (token !== null) new Headers({ authorization: `Bearer ${token}` });
  },
};

/** A header of whatever stands between here and the receiver. */
export const retryAfterTarget: Target = {
  name: 'retry-after',
  seeds: [
    '120',
    'Tue, 21 Apr 2026 10:31:00 GMT',
    'Tuesday, 21-Apr-26 10:31:00 GMT',
    'Tue Apr 21 10:31:00 2026',
    'Tue Apr  1 10:31:00 2026',
  ],
  words: ['GMT', 'Feb', '99', '0000', '-', ' ', '1e9', '9'.repeat(400)],
  run: input => {
    const header = input.toString('latin1');
    const wait = retryAfterMs(header, NOW);
    must(wait === null || wait >= 0, () => `${wait} ms`);
    // The form that is in use, held to the platform's reader of it.
    if (
      wait !== null &&
      !/^\d+$/.test(header.trim()) &&
      / GMT$/.test(header.trim()) &&
      !/:60 /.test(header) &&
      !/-\d\d /.test(header)
    )
      same(wait, Math.max(0, Date.parse(header) - NOW.getTime()), header);
    const next = nextTry(
      { kind: 'answer', status: 503, body: '', retryAfter: header } as unknown as Parameters<
        typeof nextTry
      >[0],
      { attempts: 1, leftMs: 30_000, deadlineMs: 30_000, now: NOW, random: 0.5 },
    );
    must(!('waitMs' in next) || 'why' in next || next.waitMs < 30_000, () => `${JSON.stringify(next)}`);
  },
};

/** The log of a status server, after a crash or a stranger's hand. */
export const statusLogTarget: Target = {
  name: 'status-log',
  seeds: [
    Buffer.concat([Buffer.from(LOG_HEADER), logLine([{ kept: null, event: null }]), logLine([])]),
    LOG_HEADER,
    '# something else\n',
  ],
  words: [LOG_HEADER, '\n', logLine([]).toString('latin1')],
  run: input => {
    const log = readLog(input);
    if (log.kind !== 'read') return;
    must(log.wholeBytes <= input.length, () => 'more than there is');
    // What was whole stays whole, whatever is torn behind it.
    same(readLog(input.subarray(0, log.wholeBytes)), log, 'the whole part alone');
    const more = readLog(
      Buffer.concat([input.subarray(0, log.wholeBytes), logLine([]), Buffer.from('torn')]),
    );
    must(
      more.kind === 'read' && more.entries.length === log.entries.length,
      () => 'a torn tail spoils what was whole',
    );
  },
};
