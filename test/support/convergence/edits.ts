import fc from 'fast-check';
import {
  declaration,
  importLine,
  ignored,
  memberName,
  name,
  place,
  sourceModule,
  type Declaration,
  type Import,
  type RandomProgram,
  type SourceModule,
} from './program.js';
import { wireDeclaration, wireImport, wireModule } from './wiring.js';

export const EDITS = [
  'add',
  'delete',
  'edit body',
  'edit body',
  'edit signature',
  'edit members',
  'edit bases',
  'edit comment',
  'edit layout',
  'rename symbol',
  'rename symbol',
  'rename everywhere',
  'move symbol',
  'duplicate name',
  'reorder',
  'change imports',
  'change imports',
  'change one import',
  'change namespace',
  'change visibility',
  'shadow',
  'damage',
  'add file',
  'add file',
  'delete file',
  'delete file',
  'rename file',
  'copy file',
  'rename folder',
  'change ending',
  'ignore',
  'change manifest',
  'change manifest',
  'change manifest',
  'undo',
  'undo',
  'undo',
  'branch flip',
] as const;

export interface Edit {
  readonly kind: (typeof EDITS)[number];
  /** Choose the file and the declaration it is about. */
  readonly file: number;
  readonly at: number;
  readonly name: string;
  readonly memberName: string;
  readonly target: string;
  readonly declaration: Declaration;
  readonly import: Import;
  readonly module: SourceModule;
  readonly ignored: string | null;
}

export const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom(...EDITS),
  file: fc.nat(99),
  at: fc.nat(99),
  name,
  memberName,
  target: place,
  declaration,
  import: importLine,
  module: sourceModule,
  ignored,
});

/** The program after an edit. `undo` and `branch flip` are the caller's, who has the history. */
export function edited(program: RandomProgram, drawn: Edit): RandomProgram {
  const { modules } = program;
  const paths = Object.keys(modules).sort();
  const path = paths[drawn.file % Math.max(paths.length, 1)];
  const { [path ?? '']: module, ...rest } = modules;
  const edit = wired(drawn, modules, path ?? '');
  if (edit.kind === 'ignore') return { ...program, ignored: edit.ignored };
  if (edit.kind === 'change manifest') {
    const { manifests } = program;
    return { ...program, manifests: manifests.with(drawn.at % Math.max(manifests.length, 1), drawn.file) };
  }
  if (path === undefined || module === undefined || edit.kind === 'add file') {
    return { ...program, modules: { ...modules, [edit.target]: edit.module } };
  }
  switch (edit.kind) {
    case 'delete file':
      return { ...program, modules: rest };
    case 'rename file':
      return { ...program, modules: { ...rest, [edit.target]: module } };
    case 'copy file':
      return { ...program, modules: { ...modules, [edit.target]: module } };
    case 'rename folder':
      return { ...program, modules: movedFolder(modules, edit.at) };
    case 'rename everywhere':
      return { ...program, modules: renamedEverywhere(modules, edit) };
    case 'move symbol':
      return { ...program, modules: movedSymbol(modules, path, module, edit) };
    default:
      return { ...program, modules: { ...rest, [path]: editedModule(module, edit) } };
  }
}

/** What the edit brings in, made to fit what is there. */
function wired(edit: Edit, modules: RandomProgram['modules'], path: string): Edit {
  const home = modules[path] ?? edit.module;
  return {
    ...edit,
    declaration: wireDeclaration(edit.declaration, home, modules),
    import: wireImport(edit.import, modules, path),
    module: wireModule(edit.module, modules, path),
  };
}

/** Between the top and `sub`, or a folder that goes altogether. */
function movedFolder(modules: RandomProgram['modules'], at: number): RandomProgram['modules'] {
  const moved = (path: string): string => {
    if (at % 3 === 0) return path.startsWith('sub/deep/') ? path.replace('sub/deep/', 'sub/') : path;
    if (at % 3 === 1) return path.startsWith('sub/m') ? path.replace('sub/', 'sub/deep/') : path;
    return path === 'ma' ? 'sub/ma' : path === 'sub/ma' ? 'ma' : path;
  };
  return Object.fromEntries(Object.entries(modules).map(([path, module]) => [moved(path), module]));
}

function movedSymbol(
  modules: RandomProgram['modules'],
  path: string,
  module: SourceModule,
  edit: Edit,
): RandomProgram['modules'] {
  const at = edit.at % Math.max(module.declarations.length, 1);
  const moved = module.declarations[at];
  if (moved === undefined) return modules;
  const without = { ...modules, [path]: { ...module, declarations: module.declarations.toSpliced(at, 1) } };
  const target = without[edit.target] ?? { ...module, imports: [], declarations: [] };
  return { ...without, [edit.target]: { ...target, declarations: [...target.declarations, moved] } };
}

/** As a tool renames: the definition and all that names it. */
function renamedEverywhere(modules: RandomProgram['modules'], edit: Edit): RandomProgram['modules'] {
  const paths = Object.keys(modules).sort();
  const declarations = modules[paths[edit.file % Math.max(paths.length, 1)] ?? '']?.declarations ?? [];
  const old = declarations[edit.at % Math.max(declarations.length, 1)]?.name;
  const rename = (text: string | null): string | null => (text === old ? edit.name : text);
  return JSON.parse(
    JSON.stringify(modules, (key, value: unknown) =>
      ['name', 'on', 'alias', 'owner', 'returns', 'parameterType', 'type'].includes(key) && typeof value === 'string'
        ? rename(value)
        : key === 'bases' && Array.isArray(value)
          ? value.map((base) => rename(String(base)))
          : value,
    ),
  ) as RandomProgram['modules'];
}

function editedModule(module: SourceModule, edit: Edit): SourceModule {
  const { declarations } = module;
  switch (edit.kind) {
    case 'change imports':
      return { ...module, imports: edit.module.imports };
    case 'change one import':
      return { ...module, imports: changedImports(module.imports, edit) };
    case 'change namespace':
      return { ...module, namespace: edit.module.namespace };
    case 'change ending':
      return { ...module, ending: edit.at };
    case 'edit layout':
      return { ...module, layout: edit.module.layout };
    case 'damage':
      return { ...module, damage: module.damage === 'none' ? edit.module.damage : 'none' };
    default: {
      const at = edit.at % Math.max(declarations.length, 1);
      return { ...module, declarations: editedDeclarations(declarations, at, edit) };
    }
  }
}

/** One line with another name, alias or file, which moves nothing; or a line more, or less. */
function changedImports(imports: readonly Import[], { at, name, import: line }: Edit): readonly Import[] {
  const chosen = at % Math.max(imports.length, 1);
  const old = imports[chosen];
  if (old === undefined || at % 5 === 0) return [...imports, line];
  if (at % 5 === 1) return imports.toSpliced(chosen, 1);
  if (at % 5 === 2) return imports.with(chosen, { ...old, alias: name });
  return imports.with(chosen, at % 5 === 3 ? { ...old, name } : { ...old, from: line.from });
}

function editedDeclarations(declarations: readonly Declaration[], at: number, edit: Edit): readonly Declaration[] {
  const chosen = declarations[at];
  if (edit.kind === 'add' || chosen === undefined) return declarations.toSpliced(at, 0, edit.declaration);
  if (edit.kind === 'delete') return declarations.toSpliced(at, 1);
  if (edit.kind === 'reorder') return declarations.toReversed();
  if (edit.kind === 'duplicate name') {
    const copy = {
      ...edit.declaration,
      name: chosen.name,
      kind: edit.at % 3 === 0 ? edit.declaration.kind : chosen.kind,
    };
    return declarations.toSpliced(at + (edit.at % 2), 0, copy);
  }
  return declarations.with(at, { ...chosen, ...changedParts(chosen, edit) });
}

function changedParts(old: Declaration, { kind, at, name, memberName, declaration }: Edit): Partial<Declaration> {
  const { uses, gives, nested, parameter, parameterType, returns, bases, comment, members, offered } = declaration;
  switch (kind) {
    case 'edit body':
      return at % 2 === 0 ? { uses, gives, nested } : { uses };
    case 'edit signature':
      return { parameter, parameterType, returns };
    case 'edit members':
      return { members: at % 2 === 0 ? members : old.members.map((each) => ({ ...each, name: memberName })) };
    case 'edit bases':
      return { bases };
    case 'edit comment':
      return { comment };
    case 'rename symbol':
      return { name };
    case 'change visibility':
      return { offered };
    default:
      return { shadows: old.shadows === name ? null : name };
  }
}
