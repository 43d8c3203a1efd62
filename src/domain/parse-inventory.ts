// inventory.yaml, text in, trusted Inventory out. Everything that is wrong is said at once, each thing with its place.

import type { Document } from 'yaml';
import { escapeText } from './escape.ts';
import type { Inventory } from './inventory.ts';
import { type InventoryText, inventoryError } from './inventory-problem.ts';
import { inventorySchema } from './inventory-schema.ts';
import { type Places, resolveInventory } from './resolve-inventory.ts';
import { schemaProblems } from './schema-problems.ts';
import type { UserError } from './user-error.ts';
import { composeYaml } from './yaml-compose.ts';
import { tooDeepAt } from './yaml-depth.ts';
import { countLines, createLocate, lineAndColumn } from './yaml-position.ts';
import { aliasProblems, keyProblems, syntaxProblems } from './yaml-problems.ts';

/** An inventory as it was found. `directory` and `home` are absolute paths on this machine. */
export interface InventorySource {
  readonly text: string;
  /** Name of the file in messages. */
  readonly file: string;
  /** Where relative paths in it start. */
  readonly directory: string;
  /** What `~/` in it means. */
  readonly home: string;
}

/** Reads an inventory. Throws a UserError that lists up to ten problems as `file:line:column: key: what is wrong`. */
export function parseInventory({ text, file, directory, home }: InventorySource): Inventory {
  const source: InventoryText = { file, text, lines: countLines(text) };
  const document = parseYaml(source);
  const parsed = inventorySchema.safeParse(toData(document, source));
  const problems = [
    ...keyProblems(document),
    ...(parsed.success ? [] : schemaProblems(parsed.error.issues, document, text)),
  ];
  if (!parsed.success || problems.length > 0) throw inventoryError(problems, source);
  const locate = createLocate(document);
  const places: Places = {
    directory,
    home,
    position: path => `${escapeText(file)}:${lineAndColumn(source.lines, locate(path).offset)}`,
  };
  return resolveInventory(parsed.data, places);
}

function parseYaml(source: InventoryText): Document {
  const tooDeep = tooDeepAt(source.text);
  if (tooDeep !== null)
    throw wholeError(source, 'nested too deeply; check the brackets and the dashes', tooDeep);
  const { document, unkept } = composeYaml(source.text);
  for (const find of [syntaxProblems, aliasProblems]) {
    const problems = find(document);
    if (problems.length > 0) throw inventoryError(problems, source, unkept);
  }
  return document;
}

function toData(document: Document, source: InventoryText): unknown {
  if (document.contents === null)
    throw wholeError(source, 'the inventory is empty; it needs at least `servers`', 0);
  try {
    return document.toJS();
  } catch (error) {
    // What is left that yaml refuses: aliases that unfold to more data than anyone writes by hand; odd anchors at keys.
    if (error instanceof ReferenceError)
      throw wholeError(source, 'aliases unfold to too much data; write it out', 0);
    if (error instanceof Error && error.message.startsWith('Anchor must not'))
      throw wholeError(source, 'the name of an anchor (`&…`) holds a control character', 0);
    throw error;
  }
}

const wholeError = (source: InventoryText, message: string, offset: number): UserError =>
  inventoryError([{ offset, path: [], message, value: null }], source);
