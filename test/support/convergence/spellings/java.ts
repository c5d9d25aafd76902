import type { Declaration, Given, Import, Member, SourceModule, Use } from '../program.js';
import { indented, isFunctionLike, slashComment, type Spelling, type Surroundings } from './spelling.js';

/** Java: packages over folders, imports by name and by star, members of bases without `this`. */
export const java: Spelling = {
  language: 'java',
  endings: ['.java'],
  twinEndings: ['Test.java'],
  rootNames: ['Root.java'],
  brokenLine: 'class { void ( }',
  text: (module, at) => [
    ...(module.namespace === null ? [] : [`package ${module.namespace};`]),
    ...module.imports.map((line) => importOf(line, at)),
    ...typesOf(module),
  ],
};

/** Functions are static members of a class that takes its name from the first of them. */
function typesOf({ declarations }: SourceModule): string[] {
  const types = declarations.filter((declaration) => !isFunctionLike(declaration)).flatMap(typeOf);
  const functions = declarations.filter(isFunctionLike);
  const [first] = functions;
  if (first === undefined) return types;
  return [...types, `public class ${first.owner} {`, ...indented(functions.flatMap(staticOf)), '}'];
}

function importOf({ kind, name, alias, from, style }: Import, at: Surroundings): string {
  const home = at.moduleAt(from)?.namespace ?? ['p', 'q', 'p.q', alias][style] ?? 'p';
  if (kind === 'all' || kind === 'again all') return `import ${home}.*;`;
  if (kind === 'module') return `import static ${home}.${alias}.*;`;
  return kind === 'again' ? `import static ${home}.${alias}.${name};` : `import ${home}.${name};`;
}

function typeOf(declaration: Declaration): string[] {
  const { kind, name, owner, bases, offered, parameter, parameterType, returns, members } = declaration;
  const [first, ...others] = bases;
  const open = offered === 'no' ? '' : 'public ';
  const body = members.flatMap(memberOf);
  if (kind === 'interface') {
    const extended = bases.length === 0 ? '' : ` extends ${bases.join(', ')}`;
    return [`${open}interface ${name}${extended} {`, ...indented(body), '}'];
  }
  // A member written elsewhere is a type inside of a type here.
  const outer = kind === 'method' ? [`class ${owner} {`] : [];
  const extended = first === undefined ? '' : ` extends ${first}`;
  const promised = others.length === 0 ? '' : ` implements ${others.join(', ')}`;
  const own = [
    `${returns ?? 'void'} run(${parameterType ?? 'int'} ${parameter}) {`,
    ...indented(bodyOf(declaration)),
    '}',
  ];
  return [
    ...slashComment(declaration),
    ...outer,
    `${open}class ${name}${extended}${promised} {`,
    ...indented([...own, ...body]),
    '}',
    ...outer.map(() => '}'),
  ];
}

function staticOf(declaration: Declaration): string[] {
  const { kind, name, returns, parameter, parameterType, gives } = declaration;
  if (kind !== 'function') return [`static ${returns ?? 'int'} ${name} = ${gives === null ? '1' : givenOf(gives)};`];
  const head = `static ${returns ?? 'void'} ${name}(${parameterType ?? 'int'} ${parameter}) {`;
  return [...slashComment(declaration), head, ...indented(bodyOf(declaration)), '}'];
}

function memberOf({ kind, name, type, uses }: Member): string[] {
  if (kind === 'field') return [`${type ?? 'int'} ${name}${type === null ? '' : ` = new ${type}()`};`];
  const head = kind === 'constructor' ? `${type ?? 'Foo'}()` : `${type ?? 'void'} ${name}()`;
  return [`${head} {`, ...indented(uses.map(useOf)), '}'];
}

function bodyOf({ parameter, shadows, nested, uses, gives }: Declaration): string[] {
  return [
    ...(shadows === null ? [] : [`var ${shadows} = ${parameter};`]),
    ...(nested === null ? [] : [`class ${nested} { void zap() { run(); } }`, `new ${nested}().zap();`]),
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
      return `this.${name}(); ${name}();`;
    case 'super':
      return `super.${name}();`;
    case 'chain':
      return `${on}().${name}();`;
    case 'made':
      return `${on} made = new ${on}(); made.${name}();`;
    case 'unknown':
      return `System.get().${name}();`;
    case 'read':
      return `int held = ${name};`;
    case 'write':
      return `${name} = 1;`;
    case 'type':
      return `${name} typed;`;
    case 'path':
      return `p.${on}.${name}(); q.${on}.run();`;
  }
}
