import { stringify } from 'yaml';

/**
 * Objects as a stream of YAML documents, with a comment above the first. Long strings stay on one line, and nothing is
 * an alias: both are read by people.
 */
export function yamlStream(documents: readonly object[], comment: string): string {
  const head = comment.split('\n').map(line => (line === '' ? '#' : `# ${line}`));
  const texts = documents.map(document =>
    stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return `${head.join('\n')}\n${texts.join('---\n')}`;
}
