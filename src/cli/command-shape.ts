// Reads the commands and options out of commander, so that completions know what the program knows.

import type { Argument, Command, Option } from 'commander';
import type { CommandShape, OptionShape, ProgramShape, Value } from '../domain/completion/command-shape.ts';
import { FORMATS } from './check-options.ts';

/** The shape of the whole program; what `--help` hides is left out. */
export function programShape(program: Command): ProgramShape {
  const commands = program.createHelp().visibleCommands(program);
  return {
    options: optionsOf(program),
    commands: commands.map(command => ({
      name: command.name(),
      description: command.description(),
      options: optionsOf(command),
      argument: argumentOf(command, commands),
    })),
  };
}

const optionsOf = (command: Command): readonly OptionShape[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .map(option => ({
      flags: [option.short, option.long].filter(flag => flag !== undefined),
      description: option.description,
      repeatable: Array.isArray(option.defaultValue),
      value: option.required || option.optional ? optionValue(option) : null,
    }));

/** By the placeholder, `<file>`, as the help shows it. */
function optionValue({ argChoices, flags }: Option): Value {
  if (argChoices !== undefined) return { kind: 'words', words: argChoices };
  const placeholder = /<(.*)>$/.exec(flags)?.[1] ?? '';
  if (placeholder === 'format=file') return { kind: 'outputs', words: FORMATS };
  return { kind: placeholder === 'file' ? 'file' : placeholder === 'dir' ? 'directory' : 'anything' };
}

function argumentOf(command: Command, commands: readonly Command[]): CommandShape['argument'] {
  if (command.name() === 'help') return { kind: 'words', words: commands.map(other => other.name()) };
  const [first] = command.registeredArguments;
  return first === undefined ? { kind: 'anything' } : argumentValue(first);
}

/** `[server...]` are servers of the inventory; `<server...>`, of `init`, has none yet. */
function argumentValue(argument: Argument): Value {
  if (argument.argChoices !== undefined) return { kind: 'words', words: argument.argChoices };
  return { kind: argument.name() === 'server' && !argument.required ? 'servers' : 'anything' };
}
