import { decodeBytes, escapeText, needsEscape } from '../../../src/domain/escape.ts';
import { countLines, fileText } from '../../../src/domain/file-text.ts';
import { createRedactor, secretLines } from '../../../src/domain/redact.ts';
import { fromBytes, isOddPath, showPath, toBytes } from '../../../src/domain/remote-path.ts';
import { rsyslogIncludes } from '../../../src/domain/rsyslog-includes.ts';
import { showLine } from '../../../src/render/unified-diff.ts';
import { must, printable, same, type Target } from '../target.ts';

/** Any bytes on their way to a screen. */
export const escapeTarget: Target = {
  name: 'escape',
  seeds: [
    'plain',
    '\x1b[31mred\x07',
    Buffer.from('\u202eevil\u2066 \u00fc \u{e0041}'),
    Buffer.of(0xc3, 0x28, 0x80, 0xff),
    '\ufeffx',
    Buffer.from('\u2028\u2029\u00ad\u061c\u200b\u2060\u2800\ufe0f\ufff9\ufffb\u{e0100}'),
  ],
  words: [
    '\xe2\x80\xae',
    '\xf3\xa0\x81\x81',
    '\x9b',
    '\xc2\x9b',
    '\\x1b',
    '\r\n',
    '\xef\xbb\xbf',
    '\xed\xa0\x80',
  ],
  run: input => {
    const text = decodeBytes(input);
    printable(escapeText(text));
    must(needsEscape(text) === (escapeText(text) !== text), () => 'needs no escape, and is escaped');
    same(escapeText(escapeText(text)), escapeText(text), 'escaping twice');
    const path = fromBytes(input);
    must(toBytes(path).equals(input), () => 'a path that lost a byte');
    printable(showPath(path));
    must(isOddPath(path) || Buffer.from(showPath(path)).equals(input), () => 'another path is shown');
    printable(showLine(text).replaceAll('\t', ''));
    const lines = fileText(input);
    must(countLines(lines) === countLines(input.toString('latin1')), () => 'lines were lost');
  },
};

const CONFIG = `module(load="imtcp")
action(type="omfwd" target="x" password="hunter2" StreamDriver.KeyFile="/k")
$ActionOmmysql db,host,user,secret
action(type="omhttp" httpheaders=["Authorization: Bearer abc", "x: y"])
include(file="/etc/rsyslog.d/more/*.conf" mode="optional")
$IncludeConfig /etc/rsyslog.d/*.conf
template(name="t" type="string" string="%msg%\\n") # url https://u:p@h/
`;

/** Configurations of rsyslog with secrets in them, mutilated. */
export const redactTarget: Target = {
  name: 'redact',
  seeds: [CONFIG, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n', 'token: "a b"\n'],
  words: [
    'password="',
    'password=',
    'token ',
    '"',
    "'",
    '\\',
    '/*',
    '*/',
    '#',
    '(',
    '[',
    '-----BEGIN PRIVATE KEY-----',
    'https://u:p@',
    '[secret 1]',
  ],
  run: input => {
    const text = input.toString('latin1');
    const redacted = createRedactor()(text);
    same(createRedactor()(text), redacted, 'hiding twice');
    const secret = secretLines(text, []);
    must(
      secret.size > 0 === (redacted !== text) || text.includes('[secret'),
      () => 'secret lines, and nothing hidden',
    );
    // Lines without a secret are shown as they are, and in order.
    let at = 0;
    for (const [index, line] of text.split('\n').entries()) {
      if (secret.has(index + 1)) continue;
      const found = redacted.indexOf(line, at);
      must(found !== -1, () => `line ${index + 1} is gone`);
      at = found + line.length;
    }
    for (const path of rsyslogIncludes(input))
      must(path.startsWith('/') && !/\/\.\.?(\/|$)/.test(path), () => `include ${path}`);
  },
};
