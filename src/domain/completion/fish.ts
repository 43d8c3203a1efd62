// For ~/.config/fish/completions/sshdrift.fish. fish quotes what it inserts; a server's name holds no tab.

import {
  type CommandShape,
  LIST_SERVERS,
  type OptionShape,
  type ProgramShape,
  type Value,
} from './command-shape.ts';

/** The completion script for fish. */
export const fishCompletion = (program: ProgramShape): string => `# fish completion for sshdrift

function __sshdrift_is -a name
    set -l words (commandline -opc)
    test "$words[2]" = "$name"
end

function __sshdrift_servers
    set -l words (commandline -opc)
    set -l inventory
    for i in (seq (count $words))
        switch $words[$i]
            case -i --inventory
                set inventory --inventory=$words[(math $i + 1)]
            case '--inventory=*'
                set inventory $words[$i]
        end
    end
    ${LIST_SERVERS} $inventory 2>/dev/null
end

complete -c sshdrift -f
${[...forCommand('', program.options), ...program.commands.flatMap(lines)].join('\n')}
`;

const lines = ({ name, description, options, argument }: CommandShape): readonly string[] => [
  `complete -c sshdrift -n '__sshdrift_is ""' -a ${name} -d ${quoted(description)}`,
  ...forCommand(name, options),
  ...(argument.kind === 'anything'
    ? []
    : [`complete -c sshdrift -n '__sshdrift_is ${name}'${candidates(argument)}`]),
];

const forCommand = (name: string, options: readonly OptionShape[]): readonly string[] =>
  options.map(
    ({ flags, description, value }) =>
      `complete -c sshdrift -n '__sshdrift_is ${name === '' ? '""' : name}'${flags.map(flagOption).join('')}${
        value === null ? '' : candidates(value)
      } -d ${quoted(description)}`,
  );

const flagOption = (flag: string): string =>
  flag.startsWith('--') ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`;

function candidates(value: Value): string {
  switch (value.kind) {
    case 'anything':
      return ' -x';
    case 'file':
      return ' -r -F';
    case 'directory':
      return " -x -a '(__fish_complete_directories (commandline -ct))'";
    case 'servers':
      return " -x -a '(__sshdrift_servers)'";
    case 'words':
      return ` -x -a ${quoted(value.words.join(' '))}`;
    case 'outputs':
      return ` -r -F -a ${quoted(value.words.map(word => `${word}=`).join(' '))}`;
  }
}

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
