import type { Declaration, Given, Import, Member, SourceModule, Use } from '../program.js';
import { indented, slashComment, type Spelling } from './spelling.js';

/** Rust: a tree of modules over files, `use` and its re-exports, blocks of implementations anywhere. */
export const rust: Spelling = {
  language: 'rust',
  endings: ['.rs'],
  twinEndings: ['/mod.rs'],
  rootNames: ['lib.rs', 'lib.rs', 'main.rs'],
  innerRootNames: ['mod.rs', 'mod.rs', 'lib.rs'],
  brokenLine: 'fn ( {{',
  text: (module) => [
    ...module.imports.map((line) => importOf(line)),
    ...(module.namespace === 'p' ? ['mod bar {', ...indented(declarationsOf(module)), '}'] : declarationsOf(module)),
  ],
};

function declarationsOf(module: SourceModule): string[] {
  return module.declarations.flatMap(declarationOf);
}

function importOf({ kind, name, alias, from, style }: Import): string {
  const path = from
    .replace('+', '')
    .replace(/\/?root$/, '')
    .replaceAll('/', '::');
  const start = ['crate', 'crate', 'super', ''][style] ?? '';
  const source = [start, path].filter((part) => part !== '').join('::') || 'crate';
  switch (kind) {
    case 'name':
      return `use ${source}::${name};`;
    case 'alias':
      return `use ${source}::${name} as ${alias};`;
    case 'module':
      return style % 2 === 0 ? `mod ${path.replace(/::.*/, '') || name};` : `use ${source} as ${alias};`;
    case 'default':
      return `use ${source}::{self, ${name}};`;
    case 'all':
      return `use ${source}::*;`;
    case 'again':
      return `pub use ${source}::${name} as ${alias};`;
    case 'again all':
      return `pub use ${source}::*;`;
    case 'again module':
      return `pub use ${source};`;
  }
}

function declarationOf(declaration: Declaration): string[] {
  const { kind, name, owner, offered, parameter, parameterType, returns, bases, members, gives } = declaration;
  const open = offered === 'no' ? '' : 'pub ';
  const typed = `${parameter}: ${parameterType ?? 'u32'})${returns === null ? '' : ` -> ${returns}`} {`;
  const body = indented(bodyOf(declaration));
  const comment = slashComment(declaration);
  const methods = members.filter((member) => member.kind !== 'field');
  switch (kind) {
    case 'function':
      return [...comment, `${open}fn ${name}(${typed}`, ...body, '}'];
    case 'class': {
      const fields = members.filter((member) => member.kind === 'field');
      return [
        ...comment,
        `${open}struct ${name} { ${fields.map((field) => `${field.name}: ${field.type ?? 'u32'}`).join(', ')} }`,
        ...(methods.length === 0 ? [] : [`impl ${name} {`, ...indented(methods.flatMap(methodOf)), '}']),
        ...bases.map((base) => `impl ${base} for ${name} {}`),
      ];
    }
    case 'interface': {
      const base = bases.length === 0 ? '' : `: ${bases.join(' + ')}`;
      return [`${open}trait ${name}${base} {`, ...indented(methods.flatMap(methodOf)), '}'];
    }
    case 'constant':
      return [`${open}static ${name}: ${returns ?? 'u32'} = ${gives === null ? '1' : givenOf(gives)};`];
    case 'method': {
      const [base] = bases;
      return [`impl ${base === undefined ? '' : `${base} for `}${owner} { fn ${name}(&self, ${typed}`, ...body, '} }'];
    }
    case 'alias':
      return [`${open}type ${name} = ${returns ?? 'u32'};`];
  }
}

function methodOf({ kind, name, type, uses }: Member): string[] {
  const head =
    kind === 'constructor' ? 'pub fn new() -> Self {' : `fn ${name}(&self)${type === null ? '' : ` -> ${type}`} {`;
  return [head, ...indented(uses.map(useOf)), '}'];
}

function bodyOf({ parameter, shadows, nested, uses, gives }: Declaration): string[] {
  return [
    ...(shadows === null ? [] : [`let ${shadows} = ${parameter};`]),
    ...(nested === null ? [] : [`fn ${nested}() { ${parameter}.spin(); }`, `${nested}();`]),
    ...uses.map(useOf),
    ...(gives === null ? [] : [givenOf(gives)]),
  ];
}

function givenOf({ kind, name, on }: Given): string {
  return { new: `${name}::new()`, call: `${name}()`, name, member: `${name}.${on}` }[kind];
}

function useOf({ kind, name, on }: Use): string {
  switch (kind) {
    case 'plain':
      return `${name}();`;
    case 'on':
      return `${on}.${name}();`;
    case 'self':
      return `self.${name}();`;
    case 'super':
      return `Self::${name}();`;
    case 'chain':
      return `${on}().${name}();`;
    case 'made':
      return `let made = ${on} {}; made.${name}();`;
    case 'unknown':
      return `unknown().${name}();`;
    case 'read':
      return `let held = ${name};`;
    case 'write':
      return `${name} = 1;`;
    case 'type':
      return `let typed: ${name};`;
    case 'path':
      return `${on}::${name}(); crate::${on}::${name}(); super::sub::${on}();`;
  }
}
