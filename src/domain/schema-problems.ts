// What the schema finds wrong, placed in the text of the inventory.

import type { Document } from 'yaml';
import type * as z from 'zod';
import { type Problem, showValue } from './inventory-problem.ts';
import { createLocate, type Path } from './yaml-position.ts';

type Issue = z.core.$ZodIssue;

/** Of "one, or a list", reports the form that was meant: the one with something wrong inside, not just another type. */
function meant(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const branch = issue.errors.find(issues =>
    issues.some(i => i.path.length > 0 || i.code !== 'invalid_type'),
  );
  if (!branch) return [issue];
  return branch.flatMap(inner => meant({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** The problems behind the issues that the schema found in the data of a document. `text` is the document's source. */
export function schemaProblems(
  issues: readonly Issue[],
  document: Document,
  text: string,
): readonly Problem[] {
  const locate = createLocate(document);
  const atKey = (path: Path, message: string): Problem => ({
    offset: locate(path).keyOffset,
    path,
    message,
    value: null,
  });
  return issues.flatMap(meant).flatMap(issue => {
    const path = issue.path as Path;
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map(key => atKey([...path, key], issue.message));
    if (issue.code === 'invalid_key') return [atKey(path, issue.issues[0]?.message ?? issue.message)];
    const { node, offset } = locate(path);
    if (node === null) return [{ offset, path, message: `is missing; ${issue.message}`, value: null }];
    // A refusal that says what would be right is followed by what stands there instead.
    const value = issue.message.startsWith('must ') ? () => showValue(node, document, text) : null;
    return [{ offset, path, message: issue.message, value }];
  });
}
