import { diffWordsWithSpace } from 'diff';

/** A piece of a changed line; `changed` is what the other version of the line does not have. */
export interface WordPart {
  readonly text: string;
  readonly changed: boolean;
}

/** Both versions of one changed line in pieces; joined, each is the line again. */
export interface WordDiff {
  readonly git: readonly WordPart[];
  readonly server: readonly WordPart[];
}

const MOST_CHARACTERS = 2000;
const LIMITS = { timeout: 50, maxEditLength: 400 } as const;
/** Of the longer line; below this share the lines have nothing to do with each other, and marks would be confetti. */
const LEAST_COMMON = 0.3;

/** What differs within a line; null for lines that are too long, or that have too little in common. */
export function wordDiff(git: string, server: string): WordDiff | null {
  if (Math.max(git.length, server.length) > MOST_CHARACTERS) return null;
  const changes = diffWordsWithSpace(git, server, LIMITS);
  if (!changes) return null;
  const common = changes.filter(c => !c.added && !c.removed && c.value.trim() !== '');
  const length = common.reduce((sum, { value }) => sum + value.length, 0);
  if (length < LEAST_COMMON * Math.max(git.trim().length, server.trim().length)) return null;
  return {
    git: changes.filter(c => !c.added).map(c => ({ text: c.value, changed: c.removed })),
    server: changes.filter(c => !c.removed).map(c => ({ text: c.value, changed: c.added })),
  };
}
