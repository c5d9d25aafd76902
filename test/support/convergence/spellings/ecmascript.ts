import type { Declaration, Given, Import, Member, SourceModule, Use } from '../program.js';
import { indented, relativePath, slashComment, withoutEnding, type Spelling, type Surroundings } from './spelling.js';

const FILES = {
  // Where a program has both, `./ma.js` and `./ma` mean one of them; which depends on the other's being there.
  endings: ['.ts', '.ts', '.ts', '.tsx', '.mts', '.d.ts'],
  twinEndings: ['.js', '/index.ts', '.jsx'],
  rootNames: ['index.ts', 'index.ts', 'index.js', 'main.ts'],
  brokenLine: '}) => ((( class {',
};

/** TypeScript with some JavaScript: modules, barrels, default exports. */
export const typescript: Spelling = {
  ...FILES,
  language: 'typescript',
  text: (module, at) => ecmascript(module, at, !/\.jsx?$/.test(at.path)),
};

/** JavaScript: modules, CommonJS, and scripts that share the global scope. */
export const javascript: Spelling = {
  ...FILES,
  language: 'javascript',
  endings: ['.js', '.js', '.js', '.mjs', '.jsx'],
  twinEndings: ['.cjs', '/index.js'],
  rootNames: ['index.js'],
  text(module, at) {
    if (module.namespace === null) return ecmascript(module, at, false);
    return module.namespace === 'p' ? script(module) : commonModule(module, at);
  },
};

function ecmascript(module: SourceModule, at: Surroundings, isTyped: boolean): string[] {
  return [
    ...module.imports.map((line) => importOf(line, specifierOf(line, at))),
    ...module.declarations.map((declaration) => declarationOf(declaration, isTyped, true)),
  ];
}

/** Without import and export. */
function script(module: SourceModule): string[] {
  return module.declarations.map((declaration) => declarationOf(declaration, false, false));
}

function commonModule(module: SourceModule, at: Surroundings): string[] {
  const offered = module.declarations.filter(({ kind, offered }) => kind !== 'method' && offered === 'yes');
  const whole = module.declarations.find(({ kind, offered }) => kind !== 'method' && offered === 'default');
  return [
    ...module.imports.map((line) => {
      const from = `require('${specifierOf(line, at)}')`;
      if (line.kind === 'again all') return `module.exports = ${from};`;
      if (line.kind === 'again') return `exports.${line.alias} = ${from}.${line.name};`;
      if (line.kind === 'module' || line.kind === 'all') return `const ${line.alias} = ${from};`;
      return `const { ${line.name}: ${line.kind === 'name' ? line.name : line.alias} } = ${from};`;
    }),
    ...script(module),
    whole === undefined
      ? `module.exports = { ${offered.map(({ name }) => name).join(', ')} };`
      : `module.exports = ${whole.name};`,
  ];
}

function specifierOf({ from, style, salt }: Import, at: Surroundings): string {
  if (style === 3) return namedByManifest(withoutEnding(at.pathOf(from)), salt);
  const path = relativePath(at.path, at.pathOf(from));
  if (style === 0) return withoutEnding(path).replace(/\/index$/, '');
  return style === 1 ? withoutEnding(path) : `${withoutEnding(path)}.${/\.mts$/.test(path) ? 'mjs' : 'js'}`;
}

/** What some of the manifests know: an alias, a package, or a path from where a tsconfig says. */
function namedByManifest(path: string, salt: number): string {
  const short = path.replace(/^sub\//, '');
  return (
    [`@/${short}`, `pkg/${short}`, `#x/${short}`, path, short, short === 'index' ? 'pkg' : `@/${path}`][salt % 6] ??
    path
  );
}

function importOf({ kind, name, alias }: Import, from: string): string {
  switch (kind) {
    case 'name':
      return `import { ${name} } from '${from}';`;
    case 'alias':
      return `import { ${name} as ${alias} } from '${from}';`;
    case 'module':
      return `import * as ${alias} from '${from}';`;
    case 'default':
      return `import ${alias} from '${from}';`;
    case 'all':
    case 'again all':
      return `export * from '${from}';`;
    case 'again module':
      return `export * as ${alias} from '${from}';`;
    case 'again':
      return `export { ${name} as ${alias === 'sub' ? 'default' : alias} } from '${from}';`;
  }
}

function declarationOf(declaration: Declaration, isTyped: boolean, isModule: boolean): string {
  const { name, owner, offered, bases } = declaration;
  const isDefault = isModule && offered === 'default';
  const exported = !isModule || offered === 'no' ? '' : isDefault ? 'export default ' : 'export ';
  const lines = slashComment(declaration);
  const head = `(${parameterOf(declaration, isTyped)})${isTyped ? typeOf(declaration.returns) : ''}`;
  const body = indented(bodyOf(declaration, isTyped));
  switch (declaration.kind) {
    case 'function':
      return [...lines, `${exported}function ${name}${head} {`, ...body, '}'].join('\n');
    case 'class': {
      const base = bases[0] === undefined ? '' : ` extends ${bases[0]}`;
      const promised = isTyped && bases[1] !== undefined ? ` implements ${bases[1]}` : '';
      const members = declaration.members.flatMap((member) => memberOf(member, isTyped));
      const own = [`run${head} {`, ...body, '}'];
      return [...lines, `${exported}class ${name}${base}${promised} {`, ...indented([...own, ...members]), '}'].join(
        '\n',
      );
    }
    case 'interface':
      return isTyped
        ? interfaceOf(declaration, isModule && offered !== 'no')
        : `var ${name} = { run${head} {\n}, spin: 1 };`;
    case 'constant': {
      const value = declaration.gives === null ? `${head} => {\n${body.join('\n')}\n}` : givenOf(declaration.gives);
      const line = `${isModule && offered === 'yes' ? 'export ' : ''}const ${name} = ${value};`;
      return [...lines, line, ...(isDefault ? [`export default ${name};`] : [])].join('\n');
    }
    case 'method':
      return `${owner}.${offered === 'no' ? '' : 'prototype.'}${name} = function ${head} {\n${body.join('\n')}\n};`;
    case 'alias':
      return isTyped
        ? `${isModule && offered !== 'no' ? 'export ' : ''}type ${name} = ${declaration.returns ?? 'number'};`
        : `var ${name} = ${declaration.returns ?? '1'};`;
  }
}

function interfaceOf({ name, bases, members }: Declaration, isExported: boolean): string {
  const base = bases.length === 0 ? '' : ` extends ${bases.join(', ')}`;
  const lines = members.map((member) =>
    member.kind === 'field' ? `${member.name}${typeOf(member.type)};` : `${member.name}()${typeOf(member.type)};`,
  );
  return [`${isExported ? 'export ' : ''}interface ${name}${base} {`, ...indented(lines), '}'].join('\n');
}

function parameterOf({ parameter, parameterType }: Declaration, isTyped: boolean): string {
  return parameter + (isTyped ? typeOf(parameterType) : '');
}

function typeOf(name: string | null): string {
  return name === null ? '' : `: ${name}`;
}

function memberOf({ kind, name, type, uses }: Member, isTyped: boolean): string[] {
  const written = isTyped ? typeOf(type) : '';
  if (kind === 'field') return [`${name}${written} = ${type === null ? '1' : `new ${type}()`};`];
  const head = kind === 'constructor' ? 'constructor()' : `${name}()${written}`;
  return [`${head} {`, ...indented(uses.map((use) => useOf(use, isTyped))), '}'];
}

function bodyOf({ parameter, shadows, nested, uses, gives }: Declaration, isTyped: boolean): string[] {
  return [
    ...(shadows === null ? [] : [`const ${shadows} = () => ${parameter};`]),
    ...(nested === null ? [] : [`function ${nested}() { return ${parameter}.run(); }`, `${nested}();`]),
    ...uses.map((use) => useOf(use, isTyped)),
    ...(gives === null ? [] : [`return ${givenOf(gives)};`]),
  ];
}

function givenOf({ kind, name, on }: Given): string {
  return { new: `new ${name}()`, call: `${name}()`, name, member: `${name}.${on}` }[kind];
}

function useOf({ kind, name, on }: Use, isTyped: boolean): string {
  switch (kind) {
    case 'plain':
      return `${name}();`;
    case 'on':
      return `${on}.${name}();`;
    case 'self':
      return `this.${name}();`;
    case 'super':
      return `super.${name}();`;
    case 'chain':
      return `${on}().${name}();`;
    case 'made':
      return `const made = new ${on}(); if (made) made.${name}();`;
    case 'unknown':
      return `JSON.parse('1').${name}();`;
    case 'read':
      return `void ${name};`;
    case 'write':
      return `${name} = 1;`;
    case 'type':
      return isTyped ? `let typed: ${name} | undefined;` : `typeof ${name};`;
    case 'path':
      return `${on}.${on}.${name}();`;
  }
}
