import type { Declaration, Given, Import, Member, SourceModule, Use } from '../program.js';
import { indented, relativePath, slashComment, type Spelling, type Surroundings } from './spelling.js';

/** C++ and C: names that are seen through includes of includes, the linker, namespaces, members defined outside. */
export const cpp: Spelling = {
  language: 'cpp',
  endings: ['.h', '.h', '.cpp', '.hpp', '.c'],
  twinEndings: ['.cc'],
  rootNames: ['all.h'],
  brokenLine: 'class { void ( }',
  text: (module, at) => [
    ...module.imports.map((line) => importOf(line, at)),
    ...(module.namespace === null
      ? declarationsOf(module)
      : [`namespace ${module.namespace.replace('.', '::')} {`, ...declarationsOf(module), '}']),
  ],
};

function declarationsOf(module: SourceModule): string[] {
  return module.declarations.flatMap(declarationOf);
}

function importOf({ kind, name, alias, from, style }: Import, at: Surroundings): string {
  const path = at.pathOf(from);
  const include = [`"${relativePath(at.path, path).replace(/^\.\//, '')}"`, `"${path}"`, `<${path}>`];
  if (kind === 'alias') return `using ${alias}::${name};`;
  if (kind === 'default') return `using namespace ${['p', 'q', 'p::q', alias][style] ?? 'p'};`;
  return `#include ${include[style] ?? `"${path.replace(/.*\//, '')}"`}`;
}

function declarationOf(declaration: Declaration): string[] {
  const { kind, name, owner, offered, parameter, parameterType, returns, bases, members, gives } = declaration;
  const head = `(${parameterType ?? 'int'} ${parameter})`;
  const result = `${offered === 'no' ? 'static ' : ''}${returns ?? 'void'} `;
  const body = indented(bodyOf(declaration));
  const comment = slashComment(declaration);
  switch (kind) {
    case 'function':
      // Declared only, when it is to be somewhere else.
      if (offered === 'default') return [...comment, `${returns ?? 'void'} ${name}${head};`];
      return [...comment, `${result}${name}${head} {`, ...body, '}'];
    case 'class':
    case 'interface': {
      const base = bases.length === 0 ? '' : ` : ${bases.map((each) => `public ${each}`).join(', ')}`;
      const lines = members.flatMap((member) => memberOf(member, kind === 'interface', name));
      return [...comment, `class ${name}${base} {`, 'public:', ...indented(lines), '};'];
    }
    case 'constant':
      return [
        `${offered === 'no' ? 'static ' : ''}${returns ?? 'auto'} ${name} = ${gives === null ? '1' : givenOf(gives)};`,
      ];
    case 'method':
      return [...comment, `${returns ?? 'void'} ${owner}::${name}${head} {`, ...body, '}'];
    case 'alias':
      return [`using ${name} = ${returns ?? 'int'};`];
  }
}

function memberOf({ kind, name, type, uses }: Member, isDeclared: boolean, className: string): string[] {
  if (kind === 'field') return [`${type ?? 'int'} ${name};`];
  const head = kind === 'constructor' ? `${className}()` : `${type ?? 'void'} ${name}()`;
  return isDeclared ? [`${head};`] : [`${head} {`, ...indented(uses.map(useOf)), '}'];
}

function bodyOf({ parameter, shadows, nested, uses, gives }: Declaration): string[] {
  return [
    ...(shadows === null ? [] : [`int ${shadows} = ${parameter};`]),
    ...(nested === null ? [] : [`auto ${nested} = [&]() { ${parameter}.spin(); };`, `${nested}();`]),
    ...uses.map(useOf),
    ...(gives === null ? [] : [`return ${givenOf(gives)};`]),
  ];
}

function givenOf({ kind, name, on }: Given): string {
  return { new: `new ${name}()`, call: `${name}()`, name, member: `${name}.${on}` }[kind];
}

function useOf({ kind, name, on }: Use): string {
  switch (kind) {
    case 'plain':
      return `${name}();`;
    case 'on':
      return `${on}.${name}();`;
    case 'self':
      return `this->${name}(); ${name}();`;
    case 'super':
      return `${on}::${name}();`;
    case 'chain':
      return `${on}().${name}();`;
    case 'made':
      return `${on} made; made.${name}();`;
    case 'unknown':
      return `unknown()->${name}();`;
    case 'read':
      return `int held = ${name};`;
    case 'write':
      return `${name} = 1;`;
    case 'type':
      return `${name} *typed;`;
    case 'path':
      return `p::${on}::${name}(); p::${on}(); q::${name}();`;
  }
}
