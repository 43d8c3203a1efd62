// YAML (rsyslog reads it since 8.2510) puts a value on the lines below its key: as a block (`password: |`), as a scalar
// that found no room, or as a list. Those lines are indented deeper than the key.

import { type KeyGlobs, keyKind } from './redact-keys.ts';
import type { Span } from './redact-span.ts';

const KEY_LINE =
  /^([ \t]*(?:-[ \t]+)*)(["']?)([\w.$-]{1,100})\2[ \t]*:[ \t]*([|>][-+\d]{0,2})?[ \t]*(?:#[^\n]{0,1000})?\r?\n/gm;

/** The lines below a key that announces a secret, without what is YAML's own: dashes and the keys of a map. */
export function* yamlValues(text: string, also: KeyGlobs): Generator<Span> {
  KEY_LINE.lastIndex = 0;
  for (let match = KEY_LINE.exec(text); match; match = KEY_LINE.exec(text)) {
    const [whole, indent = '', , name = '', block] = match;
    if (keyKind(name, also) !== 'value') continue;
    let at = match.index + whole.length;
    for (let line = lineAt(text, at); isDeeper(line, indent.length); line = lineAt(text, at)) {
      const own =
        block === undefined
          ? (/^[ \t]*(?:-[ \t]+)?/.exec(line)?.[0] ?? '')
          : (/^[ \t]*/.exec(line)?.[0] ?? '');
      const value = line.slice(own.length).trimEnd();
      // A map below a key tells more keys, and each is looked at for itself.
      if (block === undefined && /^["']?[\w.$-]{1,100}["']?[ \t]*:(?:[ \t]|$)|^[#[{]/.test(value)) break;
      yield { start: at + own.length, end: at + own.length + value.length };
      at += line.length + 1;
      if (at >= text.length) return;
    }
    KEY_LINE.lastIndex = at;
  }
}

function lineAt(text: string, at: number): string {
  const newline = text.indexOf('\n', at);
  return text.slice(at, newline === -1 ? text.length : newline);
}

/** An empty line belongs to the block around it. */
const isDeeper = (line: string, indent: number): boolean =>
  line.trim() === '' || (/^[ \t]*/.exec(line)?.[0].length ?? 0) > indent;
