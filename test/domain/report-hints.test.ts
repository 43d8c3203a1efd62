import { expect, test } from 'vitest';
import { reportHints } from '../../src/domain/report-hints.ts';
import { inSync, notCompared, server } from '../support/builders.ts';

const closed = notCompared('rsyslog.d/closed.conf', 'unreadable');

test('a file that the login may not read can be read by another way', () => {
  const answeredBy = { become: null, hashTool: 'sha256sum' };
  expect(
    reportHints(server('lab', [closed, inSync('rsyslog.conf')], { user: 'ann\u001b', answeredBy })),
  ).toEqual([
    'let ann\\x1b read the files that it may not, by a group or an ACL, or read as root: `ssh.become: sudo`',
  ]);
});

test('who reads over SFTP cannot become root', () => {
  expect(reportHints(server('lab', [closed], { answeredBy: null }))).toEqual([
    'let deploy read the files that it may not, by a group or an ACL',
  ]);
});

test.each([
  ['who is root already', [closed], { become: 'sudo', hashTool: 'sha256sum' }],
  ['where all was read', [inSync('rsyslog.conf')], { become: null, hashTool: 'sha256sum' }],
  ['where something else is in the way', [notCompared('a', 'not-a-file')], { become: null, hashTool: null }],
] as const)('there is nothing to say to %s', (_, files, answeredBy) => {
  expect(reportHints(server('lab', files, { answeredBy }))).toEqual([]);
});
