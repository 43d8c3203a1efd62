import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/domain/diagnosis.ts';
import type { AnsweredBy } from '../../src/domain/report.ts';
import { OVER_SFTP } from '../../src/domain/warnings.ts';
import { failed, inSync, notCompared, server, serverFile, unmanaged } from '../support/builders.ts';

const step = (name: string, report: ReturnType<typeof server>) =>
  diagnose(report).find(finding => finding.step === name);
const answered = (answeredBy: AnsweredBy | null) =>
  server('lab', [inSync('/etc/rsyslog.conf')], { answeredBy });

describe('an answer', () => {
  test.each<[string, AnsweredBy | null, object, object]>([
    [
      'as the login',
      { become: null, hashTool: 'sha256sum' },
      { state: 'passed', text: 'none: reads as deploy' },
      { state: 'passed', text: 'sha256sum' },
    ],
    [
      'as root',
      { become: 'sudo', hashTool: 'openssl dgst' },
      { state: 'passed', text: 'root by sudo' },
      { state: 'passed', text: 'openssl dgst' },
    ],
    [
      'without a hash tool',
      { become: null, hashTool: null },
      { state: 'passed' },
      { state: 'noticed', text: expect.stringContaining('contents of all files are sent') },
    ],
    ['over SFTP', null, { state: 'passed' }, { state: 'passed', text: 'none needed' }],
  ])('%s', (_, answeredBy, elevation, tools) => {
    expect(step('elevation', answered(answeredBy))).toMatchObject(elevation);
    expect(step('tools', answered(answeredBy))).toMatchObject(tools);
  });

  test('without stat is noticed', () => {
    const file = inSync('/etc/rsyslog.conf', 'x', { server: serverFile('x', { metadata: null }) });
    expect(
      step('tools', server('lab', [file], { answeredBy: { become: null, hashTool: 'sha256sum' } })),
    ).toMatchObject({
      state: 'noticed',
      text: expect.stringContaining('no usable stat(1)'),
    });
  });

  test('tells how many files were compared, and which were not', () => {
    const whole = server('lab', [inSync('/etc/a'), unmanaged('/etc/b', 'x')]);
    expect(step('files', whole)).toMatchObject({ state: 'passed', text: '1 of 1 expected ones compared' });
    const partly = server('lab', [inSync('/etc/a'), notCompared('/etc/b\n', 'changed-while-read')]);
    expect(step('files', partly)).toMatchObject({
      state: 'broken',
      text: '1 of 2 expected ones compared; not /etc/b\\x0a (changed-while-read)',
      hint: expect.not.stringContaining('sudo'),
    });
    const closed = server('lab', [...partly.files, notCompared('/etc/c', 'unreadable')]);
    expect(step('files', closed)).toMatchObject({ hint: expect.stringContaining('become: sudo') });
  });

  test('over SFTP is noticed at the shell', () => {
    expect(step('shell', server('lab', [], { warnings: [OVER_SFTP] }))).toMatchObject({ state: 'noticed' });
  });
});

describe('a failure', () => {
  test('of sudo breaks the step elevation; the shell was fine', () => {
    const failure = {
      code: 'probe/elevation-failed',
      host: 'h',
      user: 'u',
      become: 'sudo',
      kind: 'password-required',
      output: 'sudo: a password is required',
    } as const;
    const found = diagnose(failed('lab', failure));
    expect(found.map(({ step: name, state }) => `${name} ${state}`)).toEqual([
      'own keys passed',
      'name passed',
      'connection passed',
      'host key passed',
      'authentication passed',
      'shell passed',
      'elevation broken',
      'tools not-reached',
      'answer not-reached',
      'files not-reached',
    ]);
  });

  test.each([
    ['connect', 'connection'],
    ['handshake', 'connection'],
    ['authentication', 'authentication'],
    ['probe', 'answer'],
  ] as const)('by time while %s breaks the step %s', (phase, broken) => {
    const failure = { code: 'ssh/timeout', host: 'h', phase, afterMs: 1 } as const;
    expect(diagnose(failed('lab', failure)).find(f => f.state === 'broken')).toMatchObject({ step: broken });
  });
});
