import fc from 'fast-check';

/** A small program as data, so that edits are edits of meaning, and the languages differ in spelling only. */
export interface Declaration {
  readonly kind: 'function' | 'class' | 'constant';
  readonly name: string;
  readonly parameter: string;
  readonly returns: string | null;
  readonly base: string | null;
  /** Names that the body calls, in order. */
  readonly calls: readonly string[];
  readonly comment: string | null;
  /** The body defines this name itself before it calls anything. */
  readonly shadows: string | null;
  /** The class whose instance the body makes, to call a method on it. */
  readonly makes: string | null;
}

export interface Import {
  readonly kind: 'name' | 'alias' | 'module' | 'all' | 'again';
  readonly name: string;
  readonly alias: string;
  /** Name of a file without its ending. */
  readonly from: string;
}

export interface SourceModule {
  readonly imports: readonly Import[];
  readonly declarations: readonly Declaration[];
}

/** By file name without its ending. */
export type RandomProgram = Readonly<Record<string, SourceModule>>;

const FILES = ['ma', 'mb', 'sub/mc', 'sub/md'] as const;
const NAMES = ['foo', 'bar', 'baz', 'Foo', 'Bar', 'run'] as const;
// Two of one length, so that a change between them moves nothing.
const COMMENTS = ['Says it.', 'Said it.', 'Says more.\nIn two lines.', 'Ärger 🙂.'] as const;

const name = fc.constantFrom(...NAMES);
const file = fc.constantFrom(...FILES);
const maybeName = fc.option(name, { freq: 1 });

export const declaration: fc.Arbitrary<Declaration> = fc.record({
  kind: fc.constantFrom('function', 'class', 'constant'),
  name,
  parameter: name,
  returns: maybeName,
  base: maybeName,
  calls: fc.array(name, { maxLength: 3 }),
  comment: fc.option(fc.constantFrom(...COMMENTS), { freq: 1 }),
  shadows: fc.option(name, { freq: 1 }),
  makes: maybeName,
});

export const importLine: fc.Arbitrary<Import> = fc.record({
  kind: fc.constantFrom('name', 'name', 'alias', 'module', 'all', 'again'),
  name,
  alias: name,
  from: file,
});

const sourceModule: fc.Arbitrary<SourceModule> = fc.record({
  imports: fc.array(importLine, { maxLength: 3 }),
  declarations: fc.array(declaration, { maxLength: 4 }),
});

export const program: fc.Arbitrary<RandomProgram> = fc
  .array(fc.tuple(file, sourceModule), { minLength: 2, maxLength: 4 })
  .map((modules) => Object.fromEntries(modules));

export const EDITS = [
  'add',
  'delete',
  'edit body',
  'edit signature',
  'edit comment',
  'rename symbol',
  'move symbol',
  'duplicate name',
  'reorder',
  'change imports',
  'shadow',
  'add file',
  'delete file',
  'rename file',
  'undo',
] as const;

export interface Edit {
  readonly kind: (typeof EDITS)[number];
  /** Choose the file and the declaration it is about. */
  readonly file: number;
  readonly at: number;
  readonly name: string;
  readonly target: string;
  readonly declaration: Declaration;
  readonly imports: readonly Import[];
}

export const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom(...EDITS),
  file: fc.nat(99),
  at: fc.nat(99),
  name,
  target: file,
  declaration,
  imports: fc.array(importLine, { maxLength: 3 }),
});

/** The program after an edit. `undo` is the caller's, who has the history. */
export function edited(program: RandomProgram, edit: Edit): RandomProgram {
  const paths = Object.keys(program).sort();
  const path = paths[edit.file % Math.max(paths.length, 1)];
  const { [path ?? '']: module, ...rest } = program;
  if (path === undefined || module === undefined) {
    return { ...program, [edit.target]: { imports: edit.imports, declarations: [edit.declaration] } };
  }
  if (edit.kind === 'delete file') return rest;
  if (edit.kind === 'rename file') return { ...rest, [edit.target]: module };
  if (edit.kind === 'add file') {
    return { ...program, [edit.target]: { imports: edit.imports, declarations: [edit.declaration] } };
  }
  if (edit.kind !== 'move symbol') return { ...rest, [path]: editedModule(module, edit) };
  const at = edit.at % Math.max(module.declarations.length, 1);
  const moved = module.declarations[at];
  if (moved === undefined) return program;
  const without = { ...rest, [path]: { ...module, declarations: module.declarations.toSpliced(at, 1) } };
  const target = without[edit.target] ?? { imports: [], declarations: [] };
  return { ...without, [edit.target]: { ...target, declarations: [...target.declarations, moved] } };
}

function editedModule(module: SourceModule, edit: Edit): SourceModule {
  const { declarations } = module;
  if (edit.kind === 'change imports') return { ...module, imports: changedImports(module.imports, edit) };
  const at = edit.at % Math.max(declarations.length, 1);
  const chosen = declarations[at];
  if (edit.kind === 'add' || chosen === undefined) {
    return { ...module, declarations: declarations.toSpliced(at, 0, edit.declaration) };
  }
  if (edit.kind === 'delete') return { ...module, declarations: declarations.toSpliced(at, 1) };
  if (edit.kind === 'reorder') return { ...module, declarations: declarations.toReversed() };
  if (edit.kind === 'duplicate name') {
    const copy = { ...edit.declaration, name: chosen.name, kind: chosen.kind };
    return { ...module, declarations: declarations.toSpliced(at, 0, copy) };
  }
  return { ...module, declarations: declarations.with(at, { ...chosen, ...changedParts(edit) }) };
}

/** Other imports, or the same with one alias changed, which keeps every line where it is. */
function changedImports(imports: readonly Import[], { at, name, imports: others }: Edit): readonly Import[] {
  const chosen = imports[at % Math.max(imports.length, 1)];
  return chosen === undefined || at % 2 === 0
    ? others
    : imports.map((line) => (line === chosen ? { ...line, alias: name } : line));
}

function changedParts({ kind, name, declaration }: Edit): Partial<Declaration> {
  const { calls, makes, parameter, returns, base, comment } = declaration;
  if (kind === 'edit body') return { calls, makes };
  if (kind === 'edit signature') return { parameter, returns, base };
  if (kind === 'edit comment') return { comment };
  if (kind === 'rename symbol') return { name };
  return { shadows: name };
}

/** Files of a program by path. */
export type Spelling = (program: RandomProgram) => Record<string, string>;

function spelled(ending: string, spell: (module: SourceModule, path: string) => string): Spelling {
  return (program) =>
    Object.fromEntries(Object.entries(program).map(([path, module]) => [`${path}.${ending}`, spell(module, path)]));
}

/** TypeScript of the modules, with names imported, exported and re-exported. */
export const asTypeScript = spelled('ts', (module, path) => {
  const up = path.includes('/') ? '../' : './';
  const imports = module.imports.map(({ kind, name, alias, from }) => {
    const source = `'${up}${from}.js'`;
    if (kind === 'name') return `import { ${name} } from ${source};`;
    if (kind === 'alias') return `import { ${name} as ${alias} } from ${source};`;
    if (kind === 'module') return `import * as ${alias} from ${source};`;
    return kind === 'all' ? `export * from ${source};` : `export { ${name} as ${alias} } from ${source};`;
  });
  return [...imports, ...module.declarations.map(typeScriptOf), ''].join('\n');
});

function typeScriptOf(declaration: Declaration): string {
  const { kind, name, parameter, returns, base, comment } = declaration;
  const lines = comment === null ? [] : [`/** ${comment} */`];
  const body = typeScriptBody(declaration).map((line) => `  ${line}`);
  const head = `(${parameter}: ${base ?? 'number'})${returns === null ? '' : `: ${returns}`}`;
  if (kind === 'function') return [...lines, `export function ${name}${head} {`, ...body, '}'].join('\n');
  if (kind === 'constant') return [...lines, `export const ${name} = ${head} => {`, ...body, '};'].join('\n');
  const method = [`  run${head} {`, ...body.map((line) => `  ${line}`), '    this.other();', '  }'];
  const field = returns === null ? [] : [`  field: ${returns} = new ${returns}();`, '  other() { this.field.run(); }'];
  return [...lines, `export class ${name}${base === null ? '' : ` extends ${base}`} {`, ...field, ...method, '}'].join(
    '\n',
  );
}

function typeScriptBody({ calls, shadows, makes, parameter }: Declaration): string[] {
  const shadow = shadows === null ? [] : [`const ${shadows} = () => ${parameter};`];
  const make = makes === null ? [] : [`const made = new ${makes}(${parameter});`, `if (made) made.run();`];
  return [...shadow, ...calls.map((call, at) => (at % 2 === 0 ? `${call}();` : `${call}.run(${parameter});`)), ...make];
}

/** Python of the modules. */
export const asPython = spelled('py', (module, path) => {
  const dots = path.includes('/') ? '..' : '.';
  const imports = module.imports.map(({ kind, name, alias, from }) => {
    const source = `${dots}${from.replace('/', '.')}`;
    if (kind === 'name') return `from ${source} import ${name}`;
    if (kind === 'alias' || kind === 'again') return `from ${source} import ${name} as ${alias}`;
    return kind === 'all' ? `from ${source} import *` : `import ${from.replace('/', '.')} as ${alias}`;
  });
  return [...imports, ...module.declarations.map(pythonOf), ''].join('\n');
});

function pythonOf(declaration: Declaration): string {
  const { kind, name, parameter, returns, base, comment, calls } = declaration;
  const doc = comment === null ? [] : [`    """${comment}"""`];
  const body = [...doc, ...pythonBody(declaration), '    return None'];
  const result = returns === null ? '' : ` -> ${returns}`;
  if (kind === 'function') return [`def ${name}(${parameter}: ${base ?? 'int'})${result}:`, ...body].join('\n');
  if (kind === 'constant') return `${name} = ${calls[0] ?? 'int'}(${parameter})`;
  const head = [
    `class ${name}${base === null ? '' : `(${base})`}:`,
    ...(returns === null ? [] : [`    field: ${returns}`]),
  ];
  const method = [`    def run(self, ${parameter}=None)${result}:`, ...body.map((line) => `    ${line}`)];
  return [...head, ...method, '    def other(self):', '        return self.run(self.field)'].join('\n');
}

function pythonBody({ calls, shadows, makes, parameter }: Declaration): string[] {
  const shadow = shadows === null ? [] : [`    ${shadows} = ${parameter}`];
  const make = makes === null ? [] : [`    made = ${makes}(${parameter})`, '    if made:', '        made.run()'];
  return [
    ...shadow,
    ...calls.map((call, at) => (at % 2 === 0 ? `    ${call}()` : `    ${call}.run(${parameter})`)),
    ...make,
  ];
}
