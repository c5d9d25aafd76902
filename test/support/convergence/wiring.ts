import type { Declaration, Given, Import, Member, RandomProgram, SourceModule, Use } from './program.js';

/**
 * Names that are drawn at random rarely meet. Wiring replaces most of them by names that are there: what is
 * imported by what a file declares, what is used by what is declared or imported, or by something that is
 * only declared elsewhere. The rest stays as drawn and is not found.
 */

type Modules = RandomProgram['modules'];

/** Chooses by what was drawn, so that equal draws give equal programs. */
class Choice {
  private turns = 0;

  constructor(private readonly salt: number) {}

  /** One of `from`, or what was drawn. */
  of(from: readonly string[], drawn: string): string {
    const turn = this.next(drawn);
    return from.length === 0 || turn % 5 === 0 ? drawn : (from[Math.floor(turn / 5) % from.length] ?? drawn);
  }

  private next(drawn: string): number {
    let hash = this.salt + ++this.turns * 7919;
    for (const char of drawn) hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) >>> 0;
    return (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 8) & 0xffff;
  }
}

interface Names {
  readonly types: readonly string[];
  readonly values: readonly string[];
  readonly members: readonly string[];
  /** Members of what is named: of a type, of what a function returns or a variable holds; of bases too. */
  readonly membersOf: (name: string) => readonly string[];
}

/** All modules of a program, each wired with the others. */
export function wireProgram(program: RandomProgram): RandomProgram {
  const places = Object.keys(program.modules);
  return {
    ...program,
    modules: places.reduce<Modules>(
      (modules, place) => ({ ...modules, [place]: wireModule(modules[place] ?? EMPTY, modules, place) }),
      program.modules,
    ),
  };
}

const EMPTY: SourceModule = {
  imports: [],
  declarations: [],
  namespace: null,
  ending: 0,
  layout: { blankLines: 0, windowsLines: false, byteOrderMark: false },
  damage: 'none',
};

export function wireModule(module: SourceModule, modules: Modules, place: string): SourceModule {
  const imports = module.imports.map((line) => wireImport(line, modules, place));
  const wired = { ...module, imports };
  const declarations = module.declarations.map((declaration) => wireDeclaration(declaration, wired, modules));
  return { ...wired, declarations };
}

export function wireImport(line: Import, modules: Modules, place: string): Import {
  const choice = new Choice(line.salt);
  const others = Object.keys(modules).filter((other) => other !== place);
  // Some lead nowhere, until a file comes there.
  const from = line.salt % 3 === 0 ? line.from : choice.of(others, line.from);
  const target = modules[from] ?? EMPTY;
  // What a file hands on can be imported from it too.
  const offered = [...declared(target), ...target.imports.map(({ alias }) => alias)];
  return { ...line, from, name: choice.of(offered, line.name) };
}

export function wireDeclaration(declaration: Declaration, home: SourceModule, modules: Modules): Declaration {
  const names = namesIn(home, modules);
  const choice = new Choice(declaration.salt);
  const type = (drawn: string): string => choice.of(names.types, drawn);
  const maybeType = (drawn: string | null): string | null => (drawn === null ? null : type(drawn));
  const bases = [...new Set(declaration.bases.map(type))].filter((base) => base !== declaration.name);
  const parameterType = maybeType(declaration.parameterType);
  const self = [...twice(bases.flatMap(names.membersOf)), ...declaration.members.map((member) => member.name)];
  const isInType = declaration.kind !== 'function' && declaration.kind !== 'constant';
  const wire = (use: Use): Use =>
    // Functions have no `this` worth asking.
    wireUse(
      isInType || (use.kind !== 'self' && use.kind !== 'super') ? use : { ...use, kind: 'made' },
      names,
      self,
      choice,
    );
  return {
    ...declaration,
    owner: type(declaration.owner),
    parameterType,
    returns: maybeType(declaration.returns),
    bases,
    gives: declaration.gives === null ? null : wireGiven(declaration.gives, names, choice),
    uses: declaration.uses.map((use) =>
      use.kind === 'on' && parameterType !== null
        ? { ...use, on: declaration.parameter, name: choice.of(names.membersOf(parameterType), use.name) }
        : wire(use),
    ),
    members: declaration.members.map((member): Member => ({
      ...member,
      type: maybeType(member.type),
      uses: member.uses.map(wire),
    })),
  };
}

function wireGiven(given: Given, names: Names, choice: Choice): Given {
  const name = choice.of(given.kind === 'new' ? names.types : names.values, given.name);
  return { ...given, name, on: choice.of(names.members, given.on) };
}

function wireUse(use: Use, names: Names, self: readonly string[], choice: Choice): Use {
  switch (use.kind) {
    case 'plain':
      return { ...use, name: choice.of([...names.values, ...names.types], use.name) };
    case 'read':
    case 'write':
      return { ...use, name: choice.of(names.values, use.name) };
    case 'type':
      return { ...use, name: choice.of(names.types, use.name) };
    case 'self':
    case 'super':
      return { ...use, on: choice.of(names.types, use.on), name: choice.of(self, use.name) };
    case 'unknown':
      return { ...use, name: choice.of(names.members, use.name) };
    case 'on':
    case 'chain':
    case 'made':
    case 'path': {
      const holders = use.kind === 'made' ? names.types : use.kind === 'chain' ? names.values : undefined;
      const on = choice.of(holders ?? [...names.values, ...names.types], use.on);
      return { ...use, on, name: choice.of(names.membersOf(on), use.name) };
    }
  }
}

function declared({ declarations }: SourceModule): string[] {
  return declarations.filter(({ kind }) => kind !== 'method').map(({ name }) => name);
}

/** What is at hand in a file; what other files declare counts less. */
function namesIn(home: SourceModule, modules: Modules): Names {
  const everywhere = Object.values(modules).flatMap(({ declarations }) => declarations);
  const imported = home.imports.map(({ kind, name, alias }) => (kind === 'name' ? name : alias));
  const own = home.declarations;
  const isType = ({ kind }: Declaration): boolean => kind === 'class' || kind === 'interface' || kind === 'alias';
  const isValue = ({ kind }: Declaration): boolean => kind === 'function' || kind === 'constant';
  const namesOf = (list: readonly Declaration[], wanted: (each: Declaration) => boolean): string[] =>
    list.filter(wanted).map(({ name }) => name);
  const typesElsewhere = namesOf(everywhere, isType);
  const isTypeName = (name: string): boolean => typesElsewhere.includes(name);
  return {
    types: [...twice([...namesOf(own, isType), ...imported.filter(isTypeName)]), ...typesElsewhere],
    values: [
      ...twice([...namesOf(own, isValue), ...imported.filter((name) => !isTypeName(name))]),
      ...namesOf(everywhere, isValue),
    ],
    members: [
      ...everywhere.flatMap((each) => membersIn(each)),
      ...namesOf(everywhere, ({ kind }) => kind === 'method'),
    ],
    membersOf: (name) => membersNamed(everywhere, name, 3),
  };
}

function membersIn({ kind, members }: Declaration): string[] {
  return [...(kind === 'class' ? ['run'] : []), ...members.map((member) => member.name)];
}

function membersNamed(everywhere: readonly Declaration[], name: string, depth: number): string[] {
  if (depth === 0) return [];
  const outside = everywhere.filter(({ kind, owner }) => kind === 'method' && owner === name).map((each) => each.name);
  const through = (next: string | null | undefined): string[] =>
    next === null || next === undefined || next === name ? [] : membersNamed(everywhere, next, depth - 1);
  const own = everywhere
    .filter((each) => each.kind !== 'method' && each.name === name)
    .flatMap((each) => {
      const inherited = each.bases.flatMap(through);
      return [...membersIn(each), ...inherited, ...through(each.returns), ...through(each.gives?.name)];
    });
  return [...new Set([...own, ...outside])];
}

function twice(names: readonly string[]): string[] {
  return [...names, ...names];
}
