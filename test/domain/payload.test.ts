import { expect, test } from 'vitest';
import { toPayload } from '../../src/domain/payload.ts';
import { inSync, modified, server, unmanaged } from '../support/builders.ts';

test('a status holds the six keys, and of the files the names of what counts, sorted', () => {
  const payload = toPayload(
    'rsyslog',
    server('lab', [
      inSync('/etc/rsyslog.conf'),
      modified('/etc/rsyslog.d/30-lab.conf', ['git\n', 'server\n']),
      unmanaged('/etc/rsyslog.d/40-extra.conf', 'x', { counted: false }),
    ]),
  );
  expect(JSON.stringify(payload)).toBe(
    '{"repo":"rsyslog","server":"lab","sync_status":"OUT_OF_SYNC","drift_count":1,' +
      '"files":[{"name":"rsyslog.d/30-lab.conf"}],"last_check":"2026-04-21T10:30:00Z"}',
  );
});

test('a name that is no plain text is escaped: bytes of another encoding, and codes for a terminal', () => {
  const odd = Buffer.concat([
    Buffer.from('/etc/rsyslog.d/\x1b[2J'),
    Buffer.from([0xff]),
    Buffer.from('\u00fc.conf'),
  ]);
  const latin = Buffer.from('/etc/rsyslog.d/gr\u00fcn.conf');
  const { files } = toPayload('rsyslog', server('lab', [unmanaged(odd, 'x'), unmanaged(latin, 'x')]));
  expect(files).toEqual([
    { name: 'rsyslog.d/\\x1b[2J\\xff\\xc3\\xbc.conf' },
    { name: 'rsyslog.d/gr\u00fcn.conf' },
  ]);
});
