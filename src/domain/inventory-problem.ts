// What is wrong with an inventory, as data with a place in its text, and the one error that lists it.

import { type Document, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import { escapeText } from './escape.ts';
import { firstShown } from './first-lines.ts';
import { hideValue } from './redact.ts';
import { UserError } from './user-error.ts';
import { followAlias, lineAndColumn, type Path } from './yaml-position.ts';

/**
 * `message` completes "PATH: …" as `RULE` or `RULE; HINT`; `value`, what stands there instead, goes behind the rule. It is
 * only asked for what is listed: there may be hundreds of thousands of problems.
 */
export interface Problem {
  readonly offset: number;
  readonly path: Path;
  readonly message: string;
  readonly value: (() => string) | null;
}

/** An inventory that was read as YAML. `file` is its name in messages. */
export interface InventoryText {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
}

const LONGEST_VALUE = 40;

const shorten = (text: string): string => {
  const characters = [...text];
  return characters.length <= LONGEST_VALUE ? text : `${characters.slice(0, LONGEST_VALUE).join('')}…`;
};

/** A value as its author wrote it, on one line, cut and escaped: `0644`, `"10"`, `a list`. */
export function showValue(node: Node, document: Document, text: string): string {
  const value = followAlias(node, document);
  if (isMap(value)) return value.items.length === 0 ? 'an empty map' : 'a map';
  if (isSeq(value)) return value.items.length === 0 ? 'an empty list' : 'a list';
  const [from, to] = (value as Node | undefined)?.range ?? [0, 0];
  const written = text.slice(from, to);
  if (written === '') return 'nothing';
  return isScalar(value) && value.value === '' ? 'an empty text' : escapeText(shorten(written));
}

const showStep = (step: string | number, index: number): string => {
  if (typeof step === 'number') return `[${step}]`;
  const shown = escapeText(shorten(step));
  return `${index === 0 ? '' : '.'}${/^[\p{L}\p{M}\p{N}_$-]+$/u.test(shown) ? shown : `"${shown}"`}`;
};

/** `servers.web1.ssh.port`, `ignore[0].path`, `servers."relay.example.net".host`. */
export const showKeyPath = (path: Path): string => path.map(showStep).join('');

/** The key that a value belongs to, also as an item of its list. */
const lastKey = (path: Path): string => path.findLast(step => typeof step === 'string') ?? '';

function showProblem(problem: Problem, { file, lines }: InventoryText): string {
  const key = problem.path.length === 0 ? '' : `${showKeyPath(problem.path)}: `;
  const [rule = '', ...hints] = problem.message.split('; ');
  const instead =
    problem.value === null ? rule : `${rule}, not ${hideValue(lastKey(problem.path), problem.value())}`;
  return escapeText(
    `${file}:${lineAndColumn(lines, problem.offset)}: ${key}${[instead, ...hints].join('; ')}`,
  );
}

/**
 * The error for one or more problems: a line for each in the order of the text, the first at each place, at most ten. `more`
 * behind them were counted and not kept.
 */
export function inventoryError(problems: readonly Problem[], source: InventoryText, more = 0): UserError {
  const firsts = new Map<string, Problem>();
  for (const problem of problems) {
    const place = [problem.offset, ...problem.path].join('\0');
    if (!firsts.has(place)) firsts.set(place, problem);
  }
  const sorted = [...firsts.values()].sort((a, b) => a.offset - b.offset);
  return new UserError(
    { printed: firstShown(sorted, problem => showProblem(problem, source), more) },
    `Correct ${sorted.length === 1 ? 'it' : 'them'} and run again; no server was contacted. \`sshdrift schema\` lets an editor find such mistakes.`,
  );
}
