// A text as a YAML document, as yaml's `parseDocument` makes it, but for what it would do half a million times: an error
// with its stack for every bracket that closes nothing.

import { Composer, type CST, Document, Parser, YAMLParseError } from 'yaml';

/** More than anyone reads. */
const KEPT_ERRORS = 1000;

export interface Composed {
  readonly document: Document;
  /** Syntax errors that the document does not hold, behind those that it does. */
  readonly unkept: number;
}

/** Never throws for what is wrong with the text: its errors and warnings are in the document. */
export function composeYaml(text: string): Composed {
  let errors = 0;
  function* keptTokens(): Generator<CST.Token> {
    for (const token of new Parser().parse(text))
      if (token.type !== 'error' || ++errors <= KEPT_ERRORS) yield token;
  }
  // Duplicate keys are found with their path by keyProblems; warnings are problems here and are not for the console.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  let document: Document | null = null;
  for (const next of composer.compose(keptTokens(), true, text.length)) {
    if (document !== null) {
      const [from, to] = next.range;
      document.errors.push(new YAMLParseError([from, to], 'MULTIPLE_DOCS', 'a second document'));
      break;
    }
    document = next;
  }
  return { document: document ?? new Document(), unkept: Math.max(0, errors - KEPT_ERRORS) };
}
