// A function for $fpath, named _sshdrift, which can as well be sourced. `compadd` quotes what it inserts.

import {
  type CommandShape,
  LIST_SERVERS,
  type OptionShape,
  type ProgramShape,
  type Value,
} from './command-shape.ts';

/** The completion script for zsh. */
export const zshCompletion = (program: ProgramShape): string => `#compdef sshdrift
# zsh completion for sshdrift

_sshdrift_servers() {
  local -a names
  local inventory=\${(Q)\${opt_args[-i]:-\${opt_args[--inventory]}}}
  names=("\${(@f)$(${LIST_SERVERS} \${inventory:+--inventory="$inventory"} 2>/dev/null)}")
  compadd "$@" -a -- names
}

_sshdrift_outputs() {
  if compset -P 1 '*='; then
    _files
  else
    compadd -S = "$@"
  fi
}

_sshdrift() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C ${program.options.map(option => specification(option)).join(' ')} '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
${program.commands.map(({ name, description }) => `        ${quoted(`${name}:${escapeColons(description)}`)}`).join('\n')}
      )
      _describe command commands
      ;;
    argument)
      case $words[1] in
${program.commands.map(commandCase).join('\n')}
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _sshdrift ]]; then
  _sshdrift "$@"
else
  compdef _sshdrift sshdrift
fi
`;

const commandCase = ({ name, options, argument }: CommandShape): string => {
  const specifications = [...options.map(specification), quoted(`*:${argument.kind}:${action(argument)}`)];
  return `        ${name})\n          _arguments -S ${specifications.join(' \\\n            ')}\n          ;;`;
};

/** `'(-i --inventory)'{-i,--inventory=}'[inventory]:file:_files'`; a repeatable one excludes nothing. */
function specification({ flags, description, repeatable, value }: OptionShape): string {
  const before = repeatable ? "'*'" : `'(${flags.join(' ')})'`;
  const spelled = flags.map(flag => (value !== null && flag.startsWith('--') ? `${flag}=` : flag));
  const names = spelled.length === 1 ? spelled.join('') : `{${spelled.join(',')}}`;
  const after = value === null ? '' : `:${value.kind}:${action(value)}`;
  return `${before}${names}${quoted(`[${escapeColons(description)}]${after}`)}`;
}

function action(value: Value): string {
  switch (value.kind) {
    case 'anything':
      return ' ';
    case 'file':
      return '_files';
    case 'directory':
      return '_files -/';
    case 'servers':
      return '_sshdrift_servers';
    case 'words':
      return `(${value.words.join(' ')})`;
    case 'outputs':
      return `_sshdrift_outputs ${value.words.join(' ')}`;
  }
}

const escapeColons = (text: string): string => text.replace(/[\\:[\]]/g, '\\$&');

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
