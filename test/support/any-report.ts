import fc from 'fast-check';
import * as build from './builders.ts';

/** Bytes that mean something to a terminal, and any others. */
const bytes = fc
  .array(
    fc.oneof(
      fc
        .constantFrom(
          '\n',
          '\r',
          '\t',
          ' ',
          'a',
          '\u001b[31m',
          '\u009b',
          '\u0000',
          '\u202e',
          'ü',
          '\u0007',
          '<b>',
          '&',
          '`',
          '```',
          '|',
          '](x)',
          ']]>',
          '*',
          '\ufffe',
          '@who',
          'http://x',
          '"',
          "'",
        )
        .map(s => Buffer.from(s)),
      fc.uint8Array({ maxLength: 4 }).map(b => Buffer.from(b)),
    ),
    { maxLength: 30 },
  )
  .map(parts => Buffer.concat(parts));

const file = fc.tuple(bytes, bytes, bytes, bytes).chain(([name, git, server, other]) => {
  const path = Buffer.concat([Buffer.from('/etc/'), Buffer.from(name.filter(b => b !== 0))]);
  return fc.constantFrom(
    build.modified(path, [git, server]),
    build.missing(path, git, { notes: [{ code: 'renamed-to', name: other.toString('latin1') }] }),
    build.unmanaged(path, server),
    build.unmanagedOther(path, { notes: [{ code: 'not-a-file', type: other.toString('latin1') }] }),
    build.metadata(path, { notes: [{ code: 'owner', expected: 'root', actual: other.toString() }] }),
  );
});

/** Reports whose names, contents and texts try everything. */
export const anyReport = fc
  .tuple(fc.array(file, { maxLength: 4 }), fc.string({ unit: 'binary' }))
  .map(([files, text]) =>
    build.report(
      [
        build.server(text, files, {
          ignored: [{ name: text, reason: text, until: text }],
          warnings: [text],
        }),
        build.failed(text, { code: 'ssh/protocol', host: 'h', detail: text }),
      ],
      { repo: text, warnings: [text], git: { ...build.GIT, branch: text } },
    ),
  );
