import type { Declaration, Given, Import, Member, Use } from '../program.js';
import { indented, withoutEnding, type Spelling, type Surroundings } from './spelling.js';

/** Python: packages and their submodules, stubs, imports of everything, several bases. */
export const python: Spelling = {
  language: 'python',
  endings: ['.py', '.py', '.py', '.pyi'],
  // A package takes precedence over nothing and gives way to a module of the same name.
  twinEndings: ['/__init__.py'],
  rootNames: ['__init__.py', '__init__.py', '__init__.pyi', 'main.py'],
  brokenLine: 'def (:',
  text: (module, at) => [
    ...module.imports.map((line) => importOf(line, at)),
    ...module.declarations.flatMap(declarationOf),
  ],
};

function dotted(path: string): string {
  return withoutEnding(path)
    .replace(/(^|\/)__init__$/, '')
    .replaceAll('/', '.');
}

function importOf({ kind, name, alias, from, style }: Import, at: Surroundings): string {
  const absolute = dotted(at.pathOf(from)) || 'sub';
  const depth = at.path.split('/').length;
  const fromRoot = style === 3 ? absolute.replace(/^sub\./, '') : absolute;
  const source = style % 3 === 0 ? fromRoot : '.'.repeat(depth) + dotted(at.pathOf(from));
  switch (kind) {
    case 'name':
      return `from ${source} import ${name}`;
    case 'alias':
    case 'again':
      return `from ${source} import ${name} as ${alias}`;
    case 'module':
      return style % 2 === 0 ? `import ${absolute} as ${alias}` : `import ${absolute}`;
    case 'default':
      return `from ${'.'.repeat(style + 1)} import ${alias}`;
    case 'all':
    case 'again all':
      return `from ${source} import *`;
    case 'again module':
      return `from ${'.'.repeat(depth)}${dotted(at.pathOf(from)).replace(/\.?\w+$/, '')} import ${absolute.replace(/.*\./, '')}`;
  }
}

function declarationOf(declaration: Declaration): string[] {
  const { kind, name, owner, parameter, parameterType, returns, bases, members, comment, gives } = declaration;
  const doc = comment === null ? [] : [`"""${comment}"""`];
  const typed = parameter + (parameterType === null ? '' : `: ${parameterType}`);
  const result = returns === null ? '' : ` -> ${returns}`;
  const body = indented([...doc, ...bodyOf(declaration)]);
  switch (kind) {
    case 'function':
      return [`def ${name}(${typed})${result}:`, ...body];
    case 'class':
    case 'interface': {
      const head = `class ${name}${bases.length === 0 ? '' : `(${bases.join(', ')})`}:`;
      const own = kind === 'class' ? [`def run(self, ${typed})${result}:`, ...body] : ['pass'];
      return [head, ...indented([...own, ...members.flatMap(memberOf)])];
    }
    case 'constant':
      return [`${name}${returns === null ? '' : `: ${returns}`} = ${gives === null ? '1' : givenOf(gives)}`];
    case 'method':
      return [`def _${name}(self):`, ...body, `${owner}.${name} = _${name}`];
    case 'alias':
      return [`${name} = ${returns ?? 'int'}`];
  }
}

function memberOf({ kind, name, type, uses }: Member): string[] {
  if (kind === 'field') return [type === null ? `${name} = 1` : `${name}: ${type} = None`];
  const written = kind === 'constructor' ? '__init__' : name;
  const made = kind === 'constructor' ? [`self.${name} = ${type === null ? '1' : `${type}()`}`] : [];
  const result = type === null || kind === 'constructor' ? '' : ` -> ${type}`;
  return [`def ${written}(self)${result}:`, ...indented([...made, ...uses.map(useOf), 'pass'])];
}

function bodyOf({ parameter, shadows, nested, uses, gives }: Declaration): string[] {
  return [
    ...(shadows === null ? [] : [`${shadows} = ${parameter}`]),
    ...(nested === null ? [] : [`def ${nested}():`, `  return ${parameter}.run()`, `${nested}()`]),
    ...uses.map(useOf),
    gives === null ? 'pass' : `return ${givenOf(gives)}`,
  ];
}

function givenOf({ kind, name, on }: Given): string {
  return { new: `${name}()`, call: `${name}()`, name, member: `${name}.${on}` }[kind];
}

function useOf({ kind, name, on }: Use): string {
  switch (kind) {
    case 'plain':
      return `${name}()`;
    case 'on':
      return `${on}.${name}()`;
    case 'self':
      return `self.${name}()`;
    case 'super':
      return `super().${name}()`;
    case 'chain':
      return `${on}().${name}()`;
    case 'made':
      return `made = ${on}(); made.${name}()`;
    case 'unknown':
      return `[1][0].${name}()`;
    case 'read':
      return `print(${name})`;
    case 'write':
      return `global ${name}; ${name} = 1`;
    case 'type':
      return `typed: ${name} = None`;
    case 'path':
      return `sub.${on}.${name}(); sub.ma.${name}(); sub.mc.${on}()`;
  }
}
