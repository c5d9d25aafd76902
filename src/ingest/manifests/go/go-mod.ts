import type { Notes } from '../document/notes.js';
import type { GoModule, GoReplacement, GoWorkspace } from './go-facts.js';

interface Directive {
  readonly verb: string;
  readonly words: readonly string[];
  readonly comment: string;
  readonly line: number;
}

/** What go.mod and go.work may say besides; none of it is about which packages there are. */
const PASSED_OVER = new Set(['go', 'toolchain', 'exclude', 'retract', 'godebug', 'tool', 'ignore']);

/** Reads go.mod. A line that is none of its directives is noted and left out. */
export function parseGoMod(text: string, notes: Notes): GoModule {
  let module: string | null = null;
  const requires: GoModule['requires'][number][] = [];
  const replaces: GoReplacement[] = [];
  for (const directive of directives(text, notes)) {
    const { verb, words, comment, line } = directive;
    const [first, second] = words;
    if (verb === 'module' && words.length === 1 && first !== undefined) module ??= first;
    else if (verb === 'require' && words.length === 2 && first !== undefined && second !== undefined) {
      requires.push({ module: first, version: second, isIndirect: /^indirect\b/.test(comment) });
    } else if (verb === 'replace') addReplacement(directive, replaces, notes);
    else if (!PASSED_OVER.has(verb))
      notes.add(line, `The line is no ${verb === '' ? 'directive' : `'${verb}'`} as go.mod has it.`);
  }
  return { module, requires, replaces };
}

/** Reads go.work. */
export function parseGoWork(text: string, notes: Notes): GoWorkspace {
  const uses: GoWorkspace['uses'][number][] = [];
  const replaces: GoReplacement[] = [];
  for (const directive of directives(text, notes)) {
    const { verb, words, line } = directive;
    const [folder] = words;
    if (verb === 'use' && words.length === 1 && folder !== undefined) uses.push({ text: folder, line });
    else if (verb === 'replace') addReplacement(directive, replaces, notes);
    else if (!PASSED_OVER.has(verb))
      notes.add(line, `The line is no ${verb === '' ? 'directive' : `'${verb}'`} as go.work has it.`);
  }
  return { uses, replaces };
}

/** `module [version] => folder`, or `module [version] => module version`. */
function addReplacement({ words, line }: Directive, replaces: GoReplacement[], notes: Notes): void {
  const arrow = words.indexOf('=>');
  const [module, version = null] = words.slice(0, Math.max(0, arrow));
  const [by, byVersion = null] = words.slice(arrow + 1);
  const isFolder = by !== undefined && /^(?:\.{0,2}[\\/]|\.{1,2}$|[A-Za-z]:)/.test(by);
  const isWhole = module !== undefined && by !== undefined && arrow >= 1 && arrow <= 2 && words.length - arrow <= 3;
  if (isWhole && isFolder === (byVersion === null))
    replaces.push({ module, version, by: { text: by, line }, byVersion });
  else notes.add(line, "The line is no 'replace' as go.mod has it.");
}

/** Lines and the lines of blocks, each with the verb it belongs to. Comments end a line, but are kept for `// indirect`. */
function directives(text: string, notes: Notes): Directive[] {
  const found: Directive[] = [];
  let block: string | null = null;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const { words, comment } = wordsOf(raw);
    if (words.length === 0) continue;
    if (block !== null) {
      if (words.length === 1 && words[0] === ')') block = null;
      else found.push({ verb: block, words, comment, line });
    } else if (words[words.length - 1] === '(' && words.length === 2) block = words[0] ?? null;
    else found.push({ verb: words[0] ?? '', words: words.slice(1), comment, line });
  }
  if (block !== null) notes.add(null, `The block of '${block}' is not closed.`);
  return found;
}

function wordsOf(line: string): { readonly words: readonly string[]; readonly comment: string } {
  const words: string[] = [];
  const token = /\s*(?:\/\/\s*(.*)|"((?:[^"\\]|\\.)*)"|`([^`]*)`|([()])|([^\s()"`]+)|(["`]))/gy;
  for (let match = token.exec(line); match !== null; match = token.exec(line)) {
    const [, comment, quoted, raw, bracket, bare, stray] = match;
    if (comment !== undefined) return { words, comment };
    words.push(quoted ?? raw ?? bracket ?? bare ?? stray ?? '');
  }
  return { words, comment: '' };
}
