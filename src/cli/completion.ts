import type { Argument, Command, Option } from 'commander';
import { commandsOf } from './help-examples.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What can stand after a command. */
interface Completions {
  /** The names that lead to the command, each after a blank; empty for the program itself. */
  readonly path: string;
  readonly words: readonly Word[];
  readonly options: readonly CompletedOption[];
}

interface Word {
  readonly text: string;
  readonly description: string;
}

interface CompletedOption {
  readonly names: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** A script for a shell that completes what the program knows: commands, options, and values among choices. */
export function completionScript(shell: Shell, program: Command): string {
  const all = completionsOf(program);
  if (shell === 'bash') return bashScript(program.name(), all);
  return shell === 'zsh' ? zshScript(program.name(), all) : fishScript(program.name(), all);
}

function completionsOf(program: Command): Completions[] {
  const shared = program.options.map(optionOf);
  const helpOption: CompletedOption = {
    names: ['--help', '-h'],
    description: 'display help for command',
    takesValue: false,
    choices: [],
  };
  const all: [string, Command][] = [['', program], ...commandsOf(program)];
  return all.map(([name, command]) => ({
    path: name === '' ? '' : ` ${name}`,
    words: [
      ...command.commands.map((inner) => ({ text: inner.name(), description: inner.description() })),
      ...command.registeredArguments.flatMap(choicesOf),
    ],
    options: [...(command === program ? [] : command.options.map(optionOf)), ...shared, helpOption],
  }));
}

function optionOf({ long, short, description, required, optional, argChoices }: Option): CompletedOption {
  const names = [long, short].filter((name) => name !== undefined && name !== null);
  return { names, description, takesValue: required || optional, choices: argChoices ?? [] };
}

function choicesOf({ argChoices, description }: Argument): Word[] {
  return (argChoices ?? []).map((text) => ({ text, description }));
}

/** Options that take a value have the next word; every shell skips it when it looks for the command. */
function valueOptions(all: readonly Completions[]): string {
  const names = all.flatMap(({ options }) =>
    options.filter(({ takesValue }) => takesValue).flatMap(({ names }) => names),
  );
  return [...new Set(names)].join('|');
}

function commandPaths(all: readonly Completions[]): string {
  return all
    .filter(({ path }) => path !== '')
    .map(({ path }) => quoted(path))
    .join('|');
}

function bashScript(name: string, all: readonly Completions[]): string {
  const functionName = `_${name}`;
  return `# Completion of ${name} for bash.
${functionName}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" command='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      ${valueOptions(all)}) ((i++)) ;;
      -*) ;;
      *)
        case "$command \${COMP_WORDS[i]}" in
          ${commandPaths(all)}) command="$command \${COMP_WORDS[i]}" ;;
        esac
        ;;
    esac
  done
  COMPREPLY=()
  case "$command:$previous" in
${valueCases(all, (choices) => `words=${quoted(choices.join(' '))}`)}
    *:${valueOptions(all).replaceAll('|', '|*:')}) return ;;
    *)
      case "$command" in
${all.map(({ path, words, options }) => `        ${quoted(path)}) words=${quoted(wordsOf(words, options).join(' '))} ;;`).join('\n')}
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F ${functionName} ${name}
`;
}

function zshScript(name: string, all: readonly Completions[]): string {
  const functionName = `_${name}`;
  return `#compdef ${name}
# Completion of ${name} for zsh.
${functionName}() {
  local previous="\${words[CURRENT - 1]}" command='' i
  local -a candidates
  for ((i = 2; i < CURRENT; i++)); do
    case "\${words[i]}" in
      ${valueOptions(all)}) ((i++)) ;;
      -*) ;;
      *)
        case "$command \${words[i]}" in
          ${commandPaths(all)}) command="$command \${words[i]}" ;;
        esac
        ;;
    esac
  done
  case "$command:$previous" in
${valueCases(all, (choices) => `candidates=(${choices.map(quoted).join(' ')})`)}
    *:${valueOptions(all).replaceAll('|', '|*:')}) _files; return ;;
    *)
      case "$command" in
${all.map(({ path, words, options }) => `        ${quoted(path)}) candidates=(${described(words, options)}) ;;`).join('\n')}
      esac
      ;;
  esac
  _describe ${quoted(name)} candidates || _files
}
if [ "$funcstack[1]" = '${functionName}' ]; then ${functionName} "$@"; else compdef ${functionName} ${name}; fi
`;
}

function fishScript(name: string, all: readonly Completions[]): string {
  const lines = [`# Completion of ${name} for fish.`];
  for (const { path, words, options } of all) {
    const condition = fishCondition(path, words);
    for (const { text, description } of words) {
      lines.push(`complete -c ${name} -n ${quoted(condition)} -a ${quoted(text)} -d ${quoted(description)}`);
    }
    for (const { names, description, takesValue, choices } of options) {
      const flags = names
        .map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
        .join(' ');
      const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : '';
      const place = path === '' ? '__fish_use_subcommand' : fishSeen(path);
      lines.push(`complete -c ${name} -n ${quoted(place)} ${flags}${value} -d ${quoted(description)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Names of inner commands are offered until one of them stands there. */
function fishCondition(path: string, words: readonly Word[]): string {
  if (path === '') return '__fish_use_subcommand';
  return `${fishSeen(path)}; and not __fish_seen_subcommand_from ${words.map(({ text }) => text).join(' ')}`;
}

function fishSeen(path: string): string {
  const names = path.trim().split(' ');
  return names.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
}

/** What to do after each option of each command whose value is one of a few. */
function valueCases(all: readonly Completions[], act: (choices: readonly string[]) => string): string {
  return all
    .flatMap(({ path, options }) =>
      options
        .filter(({ choices }) => choices.length > 0)
        .map(({ names, choices }) => {
          const patterns = names.map((flag) => quoted(`${path}:${flag}`)).join('|');
          return `    ${patterns}) ${act(choices)} ;;`;
        }),
    )
    .join('\n');
}

function wordsOf(words: readonly Word[], options: readonly CompletedOption[]): string[] {
  return [...words.map(({ text }) => text), ...options.flatMap(({ names }) => names)];
}

/** In zsh a description stands after a colon. */
function described(words: readonly Word[], options: readonly CompletedOption[]): string {
  const items = [
    ...words,
    ...options.flatMap(({ names, description }) => names.map((text) => ({ text, description }))),
  ];
  return items.map(({ text, description }) => quoted(`${text.replaceAll(':', '\\:')}:${description}`)).join(' ');
}

/** As a word of a shell, between single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
