import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileVerdict } from '../../src/domain/file-verdict.ts';
import { remotePath } from '../../src/domain/remote-path.ts';
import { rsyslogIncludes } from '../../src/domain/rsyslog-includes.ts';
import { unwatchedIncludes } from '../../src/domain/unwatched-includes.ts';
import { parseWatch } from '../../src/domain/watch.ts';
import * as build from '../support/builders.ts';

const WATCH = ['/etc/rsyslog.conf', '/etc/rsyslog.d/*.conf'];
const warnings = (files: readonly FileVerdict[], watch: readonly string[] = WATCH): readonly string[] =>
  unwatchedIncludes(
    files,
    watch.map(path => parseWatch(remotePath(path))),
  );

describe('a file includes', () => {
  test.each<[string, string, readonly string[]]>([
    ['the old form', '$IncludeConfig /etc/rsyslog.d/*.conf\n', ['/etc/rsyslog.d/*.conf']],
    ['in any case, indented', '  $includeconfig\t/a/x.conf  # why\r\n', ['/a/x.conf']],
    ['right before a comment', '$IncludeConfig /a/x.conf#why', ['/a/x.conf']],
    ['a directory', '$IncludeConfig /etc/more/\n', ['/etc/more/']],
    ['the new form', 'include(file="/a/*.conf")', ['/a/*.conf']],
    ['with blanks and single quotes', "include ( file = '/a/x.conf' )", ['/a/x.conf']],
    [
      'over lines, in any order',
      'INCLUDE(\n  mode="optional" # file="/no"\n  file="/a/x.conf"\n)\n',
      ['/a/x.conf'],
    ],
    ['within a condition', 'if $msg contains "include(" then { include(file="/a/x") }', ['/a/x']],
    ['two on a line', 'include(file="/a") include(file="/b")', ['/a', '/b']],
    ['the same twice', 'include(file="/a")\n$IncludeConfig /a\n', ['/a']],
    ['with dots', '$IncludeConfig /etc/rsyslog.d/../more/./*.conf', ['/etc/more/*.conf']],
    ['after a stray quotation mark', ':msg, contains, "it\n$IncludeConfig /a\n', ['/a']],
    ['after a glob that looks like a comment', '$InputFileName /var/*.log\ninclude(file="/a")', ['/a']],
    ['after a block comment', '/* x */ include(file="/a")', ['/a']],
    ['with a comment before the value', 'include(file= # which?\n"/a")', ['/a']],
    ['with a block comment before the value', 'include(file=/* which? */"/a")', ['/a']],
    ['an escaped name', 'include(file="/a\\"b")', ['/a"b']],
    ['nothing: commented out', '#$IncludeConfig /a\n # include(file="/a")\n', []],
    ['nothing: commented out over lines', '/* include(file="/a")\n$IncludeConfig2\n*/', []],
    ['nothing: within a string', 'set $.x = \'include(file="/a")\';', []],
    ['nothing: another word', 'my_include(file="/a") $.include(file="/a") input(file="/a")', []],
    ['nothing: text instead of a file', 'include(text=`echo $X`)', []],
    ['nothing: a value of another parameter', 'include(mode="file" x="/a")', []],
    ['nothing: not absolute', 'include(file="a.conf")\n$IncludeConfig b.conf', []],
    ['nothing: another directive', '$IncludeConfigs /a\n$ModLoad /b', []],
    ['nothing: not in the middle of a line', 'x $IncludeConfig /a', []],
    ['nothing: no end', 'include(file=', []],
    ['nothing: ended by a directive', 'include(file=\n$ModLoad x\n"/a")', []],
    ['nothing: no parentheses', 'include file="/a"', []],
    ['nothing: a word before them', 'include x(file="/a")', []],
    ['nothing: behind them', 'include(mode="optional") file="/a"', []],
    ['nothing: no equals sign', 'include(file "x" "/a")', []],
  ])('%s', (_, text, paths) => {
    expect(rsyslogIncludes(Buffer.from(text))).toEqual(paths);
  });

  test.each(['/*', '"\\', 'include(', "'", '$', 'include(file=', '(', '/*"'])(
    '1 MiB of %j is done in no time',
    piece => {
      const started = performance.now();
      rsyslogIncludes(Buffer.alloc(1024 * 1024, piece));
      expect(performance.now() - started).toBeLessThan(1000);
    },
  );

  test('any bytes are fine', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        rsyslogIncludes(Buffer.from(bytes));
      }),
    );
  });
});

describe('a warning names what nobody watches', () => {
  const conf = (text: string): FileVerdict => build.inSync('/etc/rsyslog.conf', text);

  test.each<[string, string, readonly string[], boolean]>([
    ['the watched glob', '/etc/rsyslog.d/*.conf', WATCH, true],
    ['a part of it', '/etc/rsyslog.d/50-*.conf', WATCH, true],
    ['a file in it', '/etc/rsyslog.d/50-default.conf', WATCH, true],
    ['a watched file', '/etc/extra.conf', ['/etc/extra.conf'], true],
    ['less than all in a directory', '/etc/rsyslog.d/*.conf', ['/etc/rsyslog.d/*'], true],
    ['a directory of which all is watched', '/etc/rsyslog.d/', ['/etc/rsyslog.d/*'], true],
    ['a directory of which not all is watched', '/etc/rsyslog.d/', WATCH, false],
    ['another directory', '/etc/rsyslog.more/*.conf', WATCH, false],
    ['a watched bracket', '/etc/rsyslog.d/[ab].conf', ['/etc/rsyslog.d/[ab].conf'], true],
    ['some letters of any', '/etc/rsyslog.d/[ab].conf', ['/etc/rsyslog.d/?.conf'], true],
    ['a class of letters', '/etc/rsyslog.d/[[:alpha:]]*.conf', WATCH, true],
    ['longer names than the watched ones', '/etc/rsyslog.d/*.conf', ['/etc/rsyslog.d/?.conf'], false],
    ['other files', '/etc/rsyslog.d/*.rules', WATCH, false],
    ['more files', '/etc/rsyslog.d/*', WATCH, false],
    ['hidden files', '/etc/rsyslog.d/.x.conf', WATCH, false],
    ['one file of many', '/etc/rsyslog.d/*.conf', ['/etc/rsyslog.d/a.conf'], false],
    ['wildcards in a directory', '/etc/*/x.conf', WATCH, false],
  ])('%s', (_, path, watch, covered) => {
    const expected = covered ? [] : [`/etc/rsyslog.conf includes ${path}, which nobody watches`];
    expect(warnings([conf(`$IncludeConfig ${path}\n`)], watch)).toEqual(expected);
  });

  test('by what the server holds, not by what Git says', () => {
    const include = (path: string): string => `include(file="${path}")\n`;
    expect(warnings([build.modified('/etc/rsyslog.conf', [include('/git'), include('/live')])])).toEqual([
      '/etc/rsyslog.conf includes /live, which nobody watches',
    ]);
    const unknown = build.serverFile(include('/live'), { bytes: null });
    expect(
      warnings([
        build.modified('/etc/rsyslog.conf', [include('/git'), 'x'], { server: unknown }),
        build.missing('/etc/rsyslog.d/a.conf', include('/git')),
        build.notCompared('/etc/rsyslog.d/b.conf', 'unreadable', {
          git: build.gitCopy('/x', include('/git')),
        }),
      ]),
    ).toEqual([]);
  });

  test('once, in extra files too, and safe to print', () => {
    expect(
      warnings([
        conf('$IncludeConfig /a\u001b[2J\n'),
        build.unmanaged('/etc/rsyslog.d/x.conf', '$IncludeConfig /a\u001b[2J'),
      ]),
    ).toEqual(['/etc/rsyslog.conf includes /a\\x1b[2J, which nobody watches']);
  });

  test('but no path that nobody can open, and brackets do not keep it busy', () => {
    const long = (length: number): string => `$IncludeConfig /etc/rsyslog.d/${'['.repeat(length - 15)}\n`;
    expect(warnings([conf(long(4096)), conf(long(250_000))])).toEqual([]);
    expect(warnings([conf(long(4095).repeat(60))]).length).toBe(1);
  });

  test('and not more than a person reads', () => {
    const told = (count: number) =>
      warnings([conf(Array.from({ length: count }, (_, i) => `$IncludeConfig /more/${i}\n`).join(''))]);
    expect([told(10).length, told(30).length]).toEqual([10, 11]);
    expect(told(30).at(-1)).toBe('20 more includes that nobody watches');
  });
});
