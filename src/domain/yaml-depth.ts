import { CST, Lexer } from 'yaml';

/** An inventory has five levels. */
const DEEPEST = 100;

/** How much deeper a token leads. `[` and `{` end with their brackets, `-` and `?` with their line. */
const FLOW: Readonly<Record<string, number>> = {
  'flow-map-start': 1,
  'flow-seq-start': 1,
  'flow-map-end': -1,
  'flow-seq-end': -1,
};
const BLOCK: Readonly<Record<string, number>> = { 'seq-item-ind': 1, 'explicit-key-ind': 1 };

/** The lexer's marks for what follows; they stand for no character of the text. */
const isMark = (token: string): boolean =>
  token === CST.DOCUMENT || token === CST.FLOW_END || token === CST.SCALAR;

/**
 * The offset at which a text nests collections absurdly deep, or null. To be asked before parsing: the parser recurses,
 * and thousands of brackets overflow its stack, which at worst ends the whole process instead of throwing an error.
 * Depth by indentation needs no limit: 1 MiB of text has not enough of it.
 */
export function tooDeepAt(text: string): number | null {
  let offset = 0;
  let flow = 0;
  let onLine = 0;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token) ?? '';
    flow = Math.max(0, flow + (FLOW[type] ?? 0));
    onLine = type === 'newline' ? 0 : onLine + (BLOCK[type] ?? 0);
    if (flow > DEEPEST || onLine > DEEPEST) return offset;
    if (!isMark(token)) offset += token.length;
  }
  return null;
}
