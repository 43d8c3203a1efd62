// Works from bash 3.2 on, which macOS still has, and without the package bash-completion.
//
// The words are taken from COMP_LINE, because readline splits names at `:`, `@` and `=`. What it takes for an earlier
// word ($typed) is then left out of a reply. Only fixed words reach `compgen -W`, which expands what it is given.

import {
  type CommandShape,
  flagsOf,
  LIST_SERVERS,
  type OptionShape,
  type ProgramShape,
  type Value,
} from './command-shape.ts';

/** The completion script for bash. */
export const bashCompletion = (program: ProgramShape): string => `# bash completion for sshdrift

_sshdrift_reply() {
  local line
  while IFS= read -r line; do
    COMPREPLY+=("\${line#"$typed"}")
  done
}

_sshdrift_words() {
  _sshdrift_reply < <(compgen -P "$before" -W "$1" -- "$value")
}

_sshdrift_files() {
  compopt -o filenames 2>/dev/null
  _sshdrift_reply < <(compgen -P "$before" "$1" -- "$value")
}

_sshdrift_outputs() {
  if [[ $value == *=* ]]; then
    before+=\${value%%=*}= value=\${value#*=}
    _sshdrift_files -f
  else
    compopt -o nospace 2>/dev/null
    _sshdrift_words "$1"
  fi
}

_sshdrift_servers() {
  local name quoted
  while IFS= read -r name; do
    if [[ $name == "$value"* ]]; then
      printf -v quoted %q "$name"
      COMPREPLY+=("\${quoted#"$typed"}")
    fi
  done < <(${LIST_SERVERS} \${inventory:+--inventory="$inventory"} 2>/dev/null)
}

_sshdrift() {
  local line=\${COMP_LINE:0:COMP_POINT} before='' option='' command='' inventory='' words word value typed i
  COMPREPLY=()
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  word=\${words[\${#words[@]}-1]} value=$word
  typed=\${word%"\${word##*["$COMP_WORDBREAKS"]}"}
  ((\${#words[@]} > 2)) && command=\${words[1]}
  for ((i = 1; i < \${#words[@]} - 1; i++)); do
    case \${words[i]} in
      -i | --inventory) inventory=\${words[i+1]} ;;
      --inventory=*) inventory=\${words[i]#*=} ;;
    esac
  done

  if [[ $word == --*=* ]]; then
    option=\${word%%=*} before=\${word%%=*}= value=\${word#*=}
  else
    option=\${words[\${#words[@]}-2]}
  fi
  case "$command $option" in
${program.commands.flatMap(optionValues).join('\n')}
  esac
  if [[ $word == -* ]]; then
    case $command in
${program.commands.map(command => `      ${command.name}) ${words(flagsOf(command.options))} ;;`).join('\n')}
      '') ${words(flagsOf(program.options))} ;;
    esac
  else
    case $command in
${program.commands.map(({ name, argument }) => `      ${name}) ${complete(argument)} ;;`).join('\n')}
      '') ${words(program.commands.map(({ name }) => name))} ;;
    esac
  fi
}

complete -F _sshdrift sshdrift
`;

const optionValues = ({ name, options }: CommandShape): readonly string[] =>
  options.flatMap(option =>
    option.value === null ? [] : [`    ${patterns(name, option)}) ${complete(option.value)}; return ;;`],
  );

const patterns = (command: string, { flags }: OptionShape): string =>
  flags.map(flag => `'${command} ${flag}'`).join(' | ');

const words = (list: readonly string[]): string => `_sshdrift_words '${list.join(' ')}'`;

function complete(value: Value): string {
  switch (value.kind) {
    case 'anything':
      return ':';
    case 'file':
      return '_sshdrift_files -f';
    case 'directory':
      return '_sshdrift_files -d';
    case 'servers':
      return '_sshdrift_servers';
    case 'words':
      return words(value.words);
    case 'outputs':
      return `_sshdrift_outputs '${value.words.map(word => `${word}=`).join(' ')}'`;
  }
}
