import { expect, test } from 'vitest';
import { questionFor } from '../../src/domain/ask.ts';
import type { Scope } from '../../src/domain/inventory.ts';
import { remotePath } from '../../src/domain/remote-path.ts';
import { parseWatch } from '../../src/domain/watch.ts';
import { gitCopy } from '../support/builders.ts';

const scope = (part: Partial<Scope> = {}): Scope => ({
  layers: ['/repo/files'],
  root: remotePath('/etc'),
  watch: ['/etc/rsyslog.d/*.conf', '/etc/rsyslog.conf', '/etc/extra.conf'].map(path =>
    parseWatch(remotePath(path)),
  ),
  unmanaged: 'drift',
  ignore: [],
  expect: null,
  service: 'rsyslogd',
  maxFileSize: 4096,
  ...part,
});
const copies = new Map(
  ['/etc/rsyslog.d/b.conf', '/etc/rsyslog.conf'].map(path => [remotePath(path), gitCopy(path, path)]),
);
const hashOf = (path: string) => gitCopy(path, path).sha256;

test('every copy with its hash, every watched path without a copy, every glob, in C order', () => {
  expect(questionFor(scope(), copies)).toEqual({
    files: [
      { path: '/etc/extra.conf', sha256: null },
      { path: '/etc/rsyslog.conf', sha256: hashOf('/etc/rsyslog.conf') },
      { path: '/etc/rsyslog.d/b.conf', sha256: hashOf('/etc/rsyslog.d/b.conf') },
    ],
    globs: [{ kind: 'glob', directory: '/etc/rsyslog.d', pattern: '*.conf' }],
    found: 'inspect',
    packages: true,
    service: 'rsyslogd',
    maxFileSize: 4096,
  });
});

test('where extra files are nobody’s business, nothing but the copies is asked for', () => {
  expect(questionFor(scope({ unmanaged: 'ignore' }), copies)).toMatchObject({
    files: [{ path: '/etc/rsyslog.conf' }, { path: '/etc/rsyslog.d/b.conf' }],
    globs: [],
    packages: false,
  });
});

test('of a process as much of the name as the kernel keeps', () => {
  expect(questionFor(scope({ service: 'systemd-journald' }), copies).service).toBe('systemd-journal');
});
