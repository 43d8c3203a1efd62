// A megabyte of mistakes: what is not listed is counted, and costs little more than that.

import { expect, test } from 'vitest';
import { inventoryError, type Problem } from '../../src/domain/inventory-problem.ts';
import { parseInventory } from '../../src/domain/parse-inventory.ts';
import { composeYaml } from '../../src/domain/yaml-compose.ts';
import { countLines } from '../../src/domain/yaml-position.ts';

test('only values that are listed are looked at', () => {
  let looked = 0;
  const value = (): string => `${looked++}`;
  const problems = Array.from({ length: 5000 }, (_, offset): Problem => {
    return { offset, path: ['files', offset], message: 'must be a path', value };
  });
  const source = { file: 'inventory.yaml', text: '', lines: countLines('') };
  const { message } = inventoryError(problems, source);
  expect(message.split('\n').slice(-2)).toEqual([
    'inventory.yaml:1:10: files[9]: must be a path, not 9',
    '… and 4990 more',
  ]);
  expect(looked).toBe(10);
});

test('of brackets that close nothing the first thousand are errors; all are counted', () => {
  const text = `servers:\n${'}\n'.repeat(3000)}`;
  const { document, unkept } = composeYaml(text);
  expect([document.errors.length, unkept]).toEqual([1000, 2000]);
  const parse = () => parseInventory({ text, file: 'inventory.yaml', directory: '/repo', home: '/home/ada' });
  expect(parse).toThrow(/^inventory\.yaml:2:1: not valid YAML: .*\n(.*\n){9}… and 2990 more$/);
});
