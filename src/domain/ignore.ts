// Ignore rules are accountable: what they take out is listed with its reason, an expired rule no longer holds and says
// so, and the run says which rules never matched anything.

import type { FileVerdict } from './file-verdict.ts';
import type { IgnoreRule } from './inventory.ts';
import { showPath } from './remote-path.ts';
import type { Ignored } from './report.ts';
import { matchesWatch, watchText } from './watch.ts';

export interface AfterIgnore {
  readonly files: readonly FileVerdict[];
  readonly ignored: readonly Ignored[];
  readonly warnings: readonly string[];
  /** The rules that matched a file, expired or not. */
  readonly used: readonly IgnoreRule[];
}

/** Takes out what the rules name. A file in sync needs no rule and stays. `today` is `YYYY-MM-DD` in UTC. */
export function applyIgnore(
  files: readonly FileVerdict[],
  rules: readonly IgnoreRule[],
  today: string,
): AfterIgnore {
  const ignored: Ignored[] = [];
  const used = new Set<IgnoreRule>();
  const kept = files.filter(file => {
    const matching = rules.filter(rule => isAbout(rule, file));
    for (const rule of matching) used.add(rule);
    const rule = matching.find(candidate => !isExpired(candidate, today));
    if (!rule || file.verdict === 'in-sync') return true;
    ignored.push({ name: file.name, reason: rule.reason, until: rule.until });
    return false;
  });
  const warnings = [...used]
    .filter(rule => isExpired(rule, today))
    .map(
      rule =>
        `the ignore rule for ${showPath(watchText(rule.watch))} expired on ${rule.until} and no longer holds`,
    );
  return { files: kept, ignored, warnings, used: [...used] };
}

/**
 * A glob that could not be listed stands under its own text, which another glob may happen to match: that would pass
 * over files that nobody has seen. Only a rule with the same text is about it.
 */
const isAbout = ({ watch }: IgnoreRule, { path, verdict, git }: FileVerdict): boolean =>
  verdict === 'not-compared' && git === null ? watchText(watch) === path : matchesWatch(watch, path);

const isExpired = (rule: IgnoreRule, today: string): boolean => rule.until !== null && rule.until < today;
