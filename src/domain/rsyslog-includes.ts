// Which other files does an rsyslog configuration read? Both spellings: `$IncludeConfig PATH`, a word on a line of its own,
// and `include(file="PATH" mode="optional")`, which may span lines. One pass over the text, whatever is in it; where text
// is not what it seems (a stray quotation mark) an include is overlooked rather than made up.

import { normalizePath } from './posix-path.ts';
import type { RemotePath } from './remote-path.ts';

/** Bytes of a file that are looked at; configurations are shorter. */
const LIMIT = 256 * 1024;
/** Bytes of a path; Linux opens none that is longer (PATH_MAX). */
const LONGEST_PATH = 4095;

// In turn: a legacy directive up to its comment, a comment, a block comment, a string up to its line's end at most, a word,
// a sign. Every alternative takes what it begins, so that nothing is read twice.
const TOKEN =
  /^[ \t]*\$(\w+)[ \t]*([^\s#]*)[^\n]*|#[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?|"((?:\\.|[^"\\\n])*)"?|'((?:\\.|[^'\\\n])*)'?|([A-Za-z_$.][\w.$]*)|[^\s]/gm;

/** Absolute paths and globs that the file includes, in order, none twice. A directory ends with a slash. */
export function rsyslogIncludes(bytes: Buffer): readonly RemotePath[] {
  const found = new Set<RemotePath>();
  const add = (path: string): void => {
    if (path.startsWith('/') && path.length <= LONGEST_PATH) found.add(withoutDots(path));
  };
  // What has been read of `include ( … file = "PATH" … )`.
  let state: 'outside' | 'include' | 'inside' | 'file' | 'value' = 'outside';
  for (const [token, directive, argument, double, single, word] of bytes
    .subarray(0, LIMIT)
    .toString('latin1')
    .matchAll(TOKEN)) {
    if (directive !== undefined) {
      if (directive.toLowerCase() === 'includeconfig') add(argument ?? '');
      state = 'outside';
    } else if (token.startsWith('#') || token.startsWith('/*')) {
    } else if (state === 'outside' || state === 'include') {
      if (word?.toLowerCase() === 'include') state = 'include';
      else state = state === 'include' && token === '(' ? 'inside' : 'outside';
    } else if (token === ')') {
      state = 'outside';
    } else if (state === 'value') {
      add((double ?? single ?? '').replace(/\\(.)/g, '$1'));
      state = 'inside';
    } else if (state === 'file') {
      state = token === '=' ? 'value' : 'inside';
    } else if (word?.toLowerCase() === 'file') {
      state = 'file';
    }
  }
  return [...found];
}

/** As the system reads the path; a slash at the end stays, since it says that all files in there are meant. */
const withoutDots = (path: string): RemotePath =>
  (path.endsWith('/') ? `${normalizePath(path)}/`.replace('//', '/') : normalizePath(path)) as RemotePath;
