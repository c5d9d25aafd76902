import type { Declaration, Given, Import, SourceModule, Use } from '../program.js';
import { indented, slashComment, type Spelling, type Surroundings } from './spelling.js';

/** Go: packages over files, methods away from their types, embedded structs. */
export const go: Spelling = {
  language: 'go',
  endings: ['.go', '.go', '.go', '_test.go'],
  twinEndings: ['_linux.go'],
  rootNames: ['doc.go'],
  brokenLine: 'func ( {{',
  text: (module, at) => [
    `package ${packageOf(module, at)}`,
    ...module.imports.map((line) => importOf(line, at)),
    ...module.declarations.flatMap(declarationOf),
  ],
};

function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

function packageOf({ namespace }: SourceModule, at: Surroundings): string {
  return (
    namespace?.replace('.', '') ?? folderOf(at.path).replace(/.*\//, '') + (folderOf(at.path) === '' ? 'main' : '')
  );
}

function importOf({ kind, alias, from, style }: Import, at: Surroundings): string {
  const folder = folderOf(at.pathOf(from));
  const path = style === 0 ? folder || 'app' : `example.org/app${folder === '' ? '' : `/${folder}`}`;
  const as = kind === 'all' || kind === 'again all' ? '. ' : kind === 'alias' ? `${alias} ` : '';
  return `import ${as}"${path}"`;
}

function declarationOf(declaration: Declaration): string[] {
  const { kind, name, owner, parameter, parameterType, returns, bases, members, gives } = declaration;
  const head = `(${parameter} ${parameterType ?? 'int'})${returns === null ? '' : ` *${returns}`} {`;
  const body = indented(bodyOf(declaration));
  const comment = slashComment(declaration);
  const methods = (type: string): string[] =>
    members
      .filter((member) => member.kind !== 'field')
      .flatMap((member) => [
        `func (self *${type}) ${member.name}()${member.type === null ? '' : ` ${member.type}`} {`,
        ...indented(member.uses.map(useOf)),
        '}',
      ]);
  switch (kind) {
    case 'function':
      return [...comment, `func ${name}${head}`, ...body, '}'];
    case 'class': {
      const fields = members.filter((member) => member.kind === 'field');
      const lines = [...bases, ...fields.map((field) => `${field.name} *${field.type ?? 'int'}`)];
      return [...comment, `type ${name} struct {`, ...indented(lines), '}', ...methods(name)];
    }
    case 'interface':
      return [`type ${name} interface {`, ...indented([...bases, ...members.map(({ name }) => `${name}()`)]), '}'];
    case 'constant':
      return [`var ${name}${returns === null ? '' : ` ${returns}`} = ${gives === null ? '1' : givenOf(gives)}`];
    case 'method':
      return [...comment, `func (self *${owner}) ${name}${head}`, ...body, '}'];
    case 'alias':
      return [`type ${name} = ${returns ?? 'int'}`];
  }
}

function bodyOf({ parameter, shadows, nested, uses, gives }: Declaration): string[] {
  return [
    ...(shadows === null ? [] : [`${shadows} := ${parameter}`]),
    ...(nested === null ? [] : [`${nested} := func() { ${parameter}.spin() }`, `${nested}()`]),
    ...uses.map(useOf),
    ...(gives === null ? [] : [`return ${givenOf(gives)}`]),
  ];
}

function givenOf({ kind, name, on }: Given): string {
  return { new: `&${name}{}`, call: `${name}()`, name, member: `${name}.${on}` }[kind];
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
      return `self.${on}.${name}()`;
    case 'chain':
      return `${on}().${name}()`;
    case 'made':
      return `made := ${on}{}; made.${name}()`;
    case 'unknown':
      return `unknown().${name}()`;
    case 'read':
      return `_ = ${name}`;
    case 'write':
      return `${name} = 1`;
    case 'type':
      return `var typed ${name}`;
    case 'path':
      return `sub.${name}(); deep.${name}(); sub.${on}{}.${name}()`;
  }
}
