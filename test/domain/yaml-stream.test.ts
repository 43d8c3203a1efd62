import { expect, test } from 'vitest';
import { yamlStream } from '../../src/domain/yaml-stream.ts';

test('documents below a comment; long strings stay in one line, and what stands twice is written twice', () => {
  const labels = { app: 'x' };
  const long = 'word '.repeat(40).trim();
  expect(yamlStream([{ labels, selector: labels }, { long }], 'What this is\n\nand what for')).toBe(
    [
      '# What this is',
      '#',
      '# and what for',
      'labels:',
      '  app: x',
      'selector:',
      '  app: x',
      '---',
      `long: ${long}`,
      '',
    ].join('\n'),
  );
});
