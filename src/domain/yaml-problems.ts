// What YAML lets pass or reports in its own words: syntax, duplicate keys, keys that are not text, aliases.

import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type Scalar, visit } from 'yaml';
import type { Problem } from './inventory-problem.ts';
import { hideValue } from './redact.ts';
import { followAlias, keyText, type Path } from './yaml-position.ts';

/** Errors of the YAML parser that we can say better. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second YAML document begins here; an inventory is one, without `---`',
  TAG_RESOLVE_FAILED: 'unknown YAML tag; quote a text that begins with !',
};

/** Syntax errors and unknown tags. With any of them the content means nothing. */
export const syntaxProblems = (document: Document): readonly Problem[] =>
  [...document.errors, ...document.warnings].map(error => ({
    offset: error.pos[0],
    path: [],
    message:
      // Behind a colon the parser quotes what it stumbled over, which may be a secret.
      OWN_WORDS[error.code] ??
      `not valid YAML: ${error.message.split(': ')[0]}; check the indentation and the quotes`,
    value: null,
  }));

/** Aliases without an anchor before them. */
export function aliasProblems(document: Document): readonly Problem[] {
  const problems: Problem[] = [];
  const anchors = new Set<string>();
  visit(document, (_key, node, around) => {
    if (isAlias(node) && !anchors.has(node.source))
      problems.push({
        offset: node.range?.[0] ?? 0,
        path: [],
        message: `*${nameIn(around, node.source)} has no anchor before it; quote a text that begins with *`,
        value: null,
      });
    if (isNode(node) && 'anchor' in node && node.anchor !== undefined) anchors.add(node.anchor);
  });
  return problems;
}

/** A password may begin with `*`, too. */
function nameIn(around: readonly unknown[], name: string): string {
  const parent = around.at(-1);
  return isPair(parent) ? hideValue(keyText(parent.key) ?? '', name) : name;
}

/** Keys that would be lost, or mean something else, on the way from YAML to data. */
export function keyProblems(document: Document): readonly Problem[] {
  const problems: Problem[] = [];
  const walk = (node: unknown, path: Path): void => {
    if (isSeq(node)) for (const [index, item] of node.items.entries()) walk(item, [...path, index]);
    if (!isMap(node)) return;
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      const name = keyText(followAlias(key, document));
      const offset = (key as Scalar | null)?.range?.[0] ?? node.range?.[0] ?? 0;
      const here = [...path, name ?? '?'];
      const message = keyProblem(key, name, seen);
      if (message !== null) problems.push({ offset, path: here, message, value: null });
      if (name !== null) seen.add(name);
      walk(value, here);
    }
  };
  walk(document.contents, []);
  return problems;
}

function keyProblem(key: unknown, name: string | null, seen: ReadonlySet<string>): string | null {
  if (name === null) return 'a key must be text';
  if (seen.has(name)) return 'stands here a second time; remove one of the two';
  // Objects in JavaScript treat this key as no other, so it could get lost.
  if (name === '__proto__') return 'is not a usable key';
  if (name === '<<')
    return 'YAML merge keys are not supported; what stands at the top holds for every server';
  // 0123, 1.10 and 1e3 are numbers to YAML: "123", "1.1" and "1000".
  if (isScalar(key) && typeof key.value !== 'string' && key.source !== name)
    return 'is no text to YAML; put the key in quotes';
  return null;
}
