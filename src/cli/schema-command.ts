import { inventoryJsonSchema } from '../domain/inventory-json-schema.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { World } from './world.ts';

/** Prints the JSON Schema for editors: `# yaml-language-server: $schema=FILE`. */
export function schemaCommand(world: World): ExitCode {
  world.stdout.write(`${JSON.stringify(inventoryJsonSchema(), null, 2)}\n`);
  return EXIT.inSync;
}
