// Where in a configuration a position stands: in a comment, in a quoted string, or in plain code. Quotes are followed
// within one line only, so that a stray apostrophe cannot turn the rest of a file inside out. Every reader here moves
// forward only, so that all calls together cost no more than one pass over the text.

/** What surrounds a position. `quote` is the open quotation mark, null outside of strings and in comments. */
export interface Context {
  readonly comment: boolean;
  readonly quote: string | null;
}

/** Reads a text from left to right; the function must be asked for growing indexes. */
export function createContextReader(text: string): (index: number) => Context {
  let at = 0;
  let comment = false;
  let quote: string | null = null;
  return index => {
    for (; at < index; at += 1) {
      const char = text[at];
      if (char === '\n') {
        comment = false;
        quote = null;
      } else if (comment) {
      } else if (char === '\\' && text[at + 1] !== '\n') at += 1;
      else if (quote !== null) {
        if (char === quote) quote = null;
      } else if (char === '"' || char === "'") quote = char;
      else if (char === '#') comment = true;
    }
    return { comment, quote };
  };
}

/** The index of the next such quotation mark that no backslash escapes, or -1; a search in vain is not repeated. */
export function createQuoteFinder(text: string): (quote: string, from: number) => number {
  const inVain = new Map<string, number>();
  return (quote, from) => {
    if (from >= (inVain.get(quote) ?? Number.POSITIVE_INFINITY)) return -1;
    for (let at = from; at < text.length; at += 1) {
      if (text[at] === '\\') at += 1;
      else if (text[at] === quote) return at;
    }
    inVain.set(quote, from);
    return -1;
  };
}

/** The index of the next such quotation mark on the same line, or of the line's end. */
export function endOnLine(text: string, from: number, quotes: string): number {
  let at = from;
  for (; at < text.length && text[at] !== '\n'; at += 1) {
    if (quotes.includes(text[at] ?? '')) return at;
    if (text[at] === '\\' && at + 1 < text.length && text[at + 1] !== '\n') at += 1;
  }
  return at;
}

// The two below are loops rather than expressions, whose stack a value of many megabytes would overflow.

/** The index of white space, or of a quotation mark that closes a list or a string around the token. */
export function endOfToken(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (/\s/.test(char)) return at;
    if ((char === '"' || char === "'") && /^[\s,;)\]}]?$/.test(text[at + 1] ?? '')) return at;
  }
  return at;
}

/** For `\"…\"` at `from`: the index of the closing `\"` on the same line; -1 if this does not stand there. */
export function endOfEscapedQuotes(text: string, from: number): number {
  const quote = text[from + 1];
  if (text[from] !== '\\' || (quote !== '"' && quote !== "'")) return -1;
  for (let at = from + 2; at < text.length && text[at] !== '\n'; at += 1) {
    if (text[at] === '\\' && text[at + 1] === quote) return at;
  }
  return -1;
}
