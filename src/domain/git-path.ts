// Paths as Git writes them into a patch. Git reads a name in double quotes with C's escapes wherever a name may stand
// (git-diff(1) about core.quotePath, quote.c), so everything that could be taken for something else is quoted: blanks
// too, at which a name would otherwise end.

const PLAIN = /^[\w./@%+=:,-]+$/;

const SHORT: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

const escapeByte = (char: string): string =>
  SHORT[char] ?? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`;

/** A path (one character per byte) as it stands in a patch: pure ASCII without control characters. */
export const quoteGitPath = (path: string): string =>
  PLAIN.test(path) ? path : `"${path.replace(/[^ !#-[\]-~]/g, escapeByte)}"`;
