import fc from 'fast-check';
import type { Failure } from '../../src/domain/failure.ts';
import type { Origin } from '../../src/domain/origin.ts';
import * as build from './builders.ts';
import * as situations from './situations.ts';

/** What means something to a terminal, a browser, a reader of Markdown, XML or JSON, or to the eye. */
export const MEANINGFUL: readonly string[] = [
  ...['\n', '\r', '\t', '\b', '\v', '\f', '\u0000', '\u0007', '\u007f', ' ', 'a', 'ü', '日本', '😀'],
  // Colours, title, screen, cursor, modes, questions that a terminal answers, reset; also in the eight-bit forms.
  ...['\u001b[31m', '\u001b]0;pwned\u0007', '\u001b]2;x\u001b\\', '\u001b[2J', '\u001b[H', '\u001b[99;99H'],
  ...[
    '\u001b[?1049h',
    '\u001b[?25l',
    '\u001b[4h',
    '\u001b[6n',
    '\u001b[c',
    '\u001bc',
    '\u001b[1A',
    '\u001b(0',
  ],
  ...[
    '\u001b]52;c;eA==\u0007',
    '\u001b]8;;http://x\u0007',
    '\u001bP$q"p\u001b\\',
    '\u001b_x\u001b\\',
    '\u001b[3J',
  ],
  ...[
    '\u009b',
    '\u009b2J',
    '\u009d0;pwned\u009c',
    '\u0090',
    '\u0098',
    '\u0085',
    '\u008d',
    '\u000e',
    '\u001b',
  ],
  // Bidirectional, without width, line and paragraph separators, tags, variation selectors, a byte order mark.
  ...[
    '\u202e',
    '\u202a',
    '\u2066',
    '\u2069',
    '\u200e',
    '\u200f',
    '\u061c',
    '\u200b',
    '\u200d',
    '\u2028',
    '\u2029',
  ],
  ...['\u{e0041}', '\u{e007f}', '\ufe0f', '\u{e0100}', '\ufeff', '\u00ad', '\u2800', '\u3164', '\ufffe'],
  ...[
    '<b>',
    '</td>',
    '<script>',
    '<img src=x onerror=y>',
    '</style>',
    '<!--',
    '-->',
    ']]>',
    '<![CDATA[',
    '&',
    '&#60;',
  ],
  ...[
    '`',
    '```',
    '~~~',
    '|',
    '](x)',
    '*',
    '_',
    '# ',
    '- ',
    '@who',
    '#1',
    'http://x',
    'www.x.y',
    '"',
    "'",
    '\\',
    '%s',
  ],
];

/** A text of such pieces, with halves of surrogate pairs. */
export const anyText = fc
  .array(
    fc.oneof(fc.constantFrom(...MEANINGFUL, '\ud800', '\udc00'), fc.string({ unit: 'binary', maxLength: 3 })),
    {
      maxLength: 12,
    },
  )
  .map(pieces => pieces.join(''));

const bytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(...MEANINGFUL).map(s => Buffer.from(s)),
      fc.uint8Array({ maxLength: 4 }).map(b => Buffer.from(b)),
    ),
    { maxLength: 30 },
  )
  .map(parts => Buffer.concat(parts));

const version = (text: string) => ({
  commit: build.GIT.commit,
  subject: text,
  author: text,
  date: build.BEGIN,
});

const origins = (text: string): readonly Origin[] => [
  { kind: 'behind', version: { ...version(text), commitsBehind: 2 } },
  { kind: 'edited', nearest: { ...version(text), commitsBehind: 1, bytes: Buffer.from(text) } },
];

const file = fc.tuple(bytes, bytes, bytes, bytes, anyText).chain(([name, git, server, other, text]) => {
  const path = Buffer.concat([Buffer.from('/etc/'), Buffer.from(name.filter(b => b !== 0))]);
  return fc.constantFrom(
    build.modified(path, [git, server]),
    ...origins(text).map(origin => build.modified(path, [git, server], { origin })),
    build.missing(path, git, { notes: [{ code: 'renamed-to', name: other.toString('latin1') }] }),
    build.unmanaged(path, server, { package: { name: text, unmodified: true } }),
    build.unmanagedOther(path, { notes: [{ code: 'not-a-file', type: other.toString('latin1') }] }),
    build.metadata(path, { notes: [{ code: 'owner', expected: 'root', actual: other.toString() }] }),
    build.notCompared(path, 'unreadable'),
  );
});

/** A failure in which everything that came from elsewhere is this text. */
const failureWith = (failure: Failure, text: string): Failure =>
  Object.fromEntries(
    Object.entries(failure).map(([key, value]) => [
      key,
      key !== 'code' && typeof value === 'string' ? text : value,
    ]),
  ) as Failure;

const FAILURES: readonly Failure[] = [
  ...situations.failures.servers.flatMap(({ failure }) => failure ?? []),
  { code: 'ssh/protocol', host: 'h', detail: '' },
  { code: 'ssh/not-ssh', host: 'h', port: 22, greeting: '' },
  { code: 'ssh/proxy-failed', host: 'h', program: '', detail: '', output: '' },
];

/** Reports whose names, contents and texts try everything. */
export const anyReport = fc
  .tuple(fc.array(file, { maxLength: 4 }), anyText, fc.constantFrom(...FAILURES))
  .map(([files, text, failure]) =>
    build.report(
      [
        build.server(text, files, {
          host: text,
          user: text,
          ignored: [{ name: text, reason: text, until: text }],
          warnings: [text],
        }),
        build.failed(text, failureWith(failure, text)),
      ],
      { repo: text, warnings: [text], git: { ...build.GIT, branch: text } },
    ),
  );
