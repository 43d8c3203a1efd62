import * as z from 'zod';
import { inventorySchema } from './inventory-schema.ts';

/** The JSON Schema of inventory.yaml. Draft-07, because yaml-language-server reads nothing newer. */
export const inventoryJsonSchema = (): Readonly<Record<string, unknown>> => ({
  ...z.toJSONSchema(
    inventorySchema.meta({
      title: 'sshdrift inventory',
      description:
        'Which servers sshdrift compares with Git, what it compares there, and how it reaches them.',
    }),
    { target: 'draft-7', io: 'input' },
  ),
});
