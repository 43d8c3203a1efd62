import { sha256 } from '../../../src/domain/git-copies.ts';
import { hasBegun, parseAnswer } from '../../../src/domain/probe/answer.ts';
import { matchesWatch } from '../../../src/domain/watch.ts';
import { globOf, NONCE, pathOf, question } from '../../support/run-probe.ts';
import { must, same, type Target } from '../target.ts';

const NEW = sha256(Buffer.from('new\n'));
const GIT = sha256(Buffer.from('what Git holds, which no answer here does'));
const OTHER = sha256(Buffer.from('too large to send'));
const ASKED = question({
  files: [
    { path: pathOf('/etc/a.conf'), sha256: GIT },
    { path: pathOf('/etc/b.conf'), sha256: GIT },
    { path: pathOf('/etc/c.conf'), sha256: null },
  ],
  globs: [globOf('/etc/d', '*.conf'), globOf('/etc/e', 'x?')],
  packages: true,
  service: 'rsyslogd',
});

const framed = (...records: readonly string[]): Buffer =>
  Buffer.from(`${records.map(record => `\n${NONCE} ${record}`).join('')}\n`, 'latin1');

const WHOLE = framed(
  ...[
    'BEGIN 1',
    'S 1700000000 1700000009',
    'G 0 listed',
    'W 0 1700000000',
    'P 4 0 /etc/d/x.conf',
    'G 1 absent',
  ],
  ...[`F 1 file ${NEW} 4 1700000000 644 0 0 root:root`, 'D new\n', 'E 0', 'F 2 absent', 'F 3 unreadable'],
  ...[`F 4 link ${OTHER} 3`, `O rsyslog ${'0'.repeat(32)} /etc/d/x.conf`, 'END sha256sum'],
);

/** The answer to any bytes: whole in every part that was asked for, or none; and never what Git holds. */
export const answerTarget: Target = {
  name: 'answer',
  seeds: [
    WHOLE,
    framed(
      'BEGIN 1',
      'G 0 unreadable',
      'G 1 listed',
      'F 1 changing',
      'F 2 dangling',
      'F 3 other socket',
      'END -',
    ),
    framed('BEGIN 1', 'F 1 file - 4', 'D new\n', 'E 1'),
    'Welcome!\n',
  ],
  words: [
    ...[
      `\n${NONCE} `,
      NONCE,
      'BEGIN 1',
      'END ',
      'G 0 listed',
      'P 4 0 /etc/d/y.conf',
      'F 1 file ',
      'D ',
      'E 0',
      'S ',
      'W 0 ',
    ],
    ...['absent', 'changing', 'unreadable', '/etc/d/../b.conf', `${OTHER}`, ' 644 0 0 root:root', 'O x '],
  ],
  run: input => {
    const answer = parseAnswer(ASKED, NONCE, input);
    same(parseAnswer(ASKED, NONCE, Buffer.from(input)), answer, 'reading twice');
    must(answer.kind === 'none' || hasBegun(NONCE, input), () => 'an answer that never began');
    if (answer.kind === 'whole') {
      for (const { path } of ASKED.files) must(answer.files.has(path), () => `nothing about ${path}`);
      must(answer.listings.size === ASKED.globs.length, () => 'a glob without listing');
      for (const [path, file] of answer.files) {
        const asked =
          ASKED.files.some(f => f.path === path) || ASKED.globs.some(glob => matchesWatch(glob, path));
        must(asked, () => `${path} was not asked for`);
        if (file.kind !== 'file') continue;
        must(file.sha256 !== GIT, () => `${path} is in sync`);
        if (file.bytes === null) continue;
        must(sha256(file.bytes) === file.sha256 && file.size === file.bytes.length, () => 'not its bytes');
        must(
          input.includes(file.sha256) || / (file|link) - /.test(input.toString('latin1')),
          () => 'bytes of another hash',
        );
      }
    }
    // A server that is talkative before the probe says the same; what is cut off says nothing.
    if (input.includes(NONCE)) return;
    same(
      parseAnswer(ASKED, NONCE, Buffer.concat([input, WHOLE])),
      parseAnswer(ASKED, NONCE, WHOLE),
      'noise in front',
    );
    const cut = WHOLE.subarray(0, Math.min(input.length, WHOLE.lastIndexOf('END ')));
    must(parseAnswer(ASKED, NONCE, cut).kind !== 'whole', () => 'a part is not the whole');
  },
};
