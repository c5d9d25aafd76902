import fc from 'fast-check';
import { wireProgram } from './wiring.js';

/** A small program as data, so that edits are edits of meaning, and the languages differ in spelling only. */

export type CallKind =
  'plain' | 'on' | 'self' | 'super' | 'chain' | 'made' | 'unknown' | 'read' | 'write' | 'type' | 'path';

/** Something that a body does with a name. */
export interface Use {
  readonly kind: CallKind;
  readonly name: string;
  /** What the name is used on: a type, a variable, a function, an imported module. */
  readonly on: string;
}

/** The value that a function returns or a variable holds; null for one that says nothing. */
export interface Given {
  readonly kind: 'new' | 'call' | 'name' | 'member';
  readonly name: string;
  readonly on: string;
}

export interface Member {
  readonly kind: 'method' | 'field' | 'constructor';
  readonly name: string;
  readonly type: string | null;
  readonly uses: readonly Use[];
}

export interface Declaration {
  /** `method` is a member that is written outside of its type `owner`. */
  readonly kind: 'function' | 'class' | 'interface' | 'constant' | 'method' | 'alias';
  readonly name: string;
  readonly owner: string;
  readonly offered: 'yes' | 'no' | 'default';
  readonly parameter: string;
  readonly parameterType: string | null;
  readonly returns: string | null;
  readonly gives: Given | null;
  readonly bases: readonly string[];
  readonly uses: readonly Use[];
  readonly members: readonly Member[];
  /** A function inside of the body that the body then calls. */
  readonly nested: string | null;
  /** The body defines this name itself before it uses anything. */
  readonly shadows: string | null;
  readonly comment: string | null;
  /** Decides how its names are wired, see wiring.ts. */
  readonly salt: number;
}

export interface Import {
  readonly kind: 'name' | 'alias' | 'module' | 'all' | 'again' | 'again all' | 'again module' | 'default';
  readonly name: string;
  readonly alias: string;
  /** Place of a file, see {@link PLACES}. */
  readonly from: string;
  /** Chooses among the ways to write the file's name. */
  readonly style: number;
  readonly salt: number;
}

/** What changes the text and not its meaning. */
export interface Layout {
  readonly blankLines: number;
  readonly windowsLines: boolean;
  readonly byteOrderMark: boolean;
}

export interface SourceModule {
  readonly imports: readonly Import[];
  readonly declarations: readonly Declaration[];
  readonly namespace: string | null;
  /** Chooses among the language's file name endings. */
  readonly ending: number;
  readonly layout: Layout;
  /** `syntax`: with an error in it. `binary`: not source at all. `empty`: nothing in it. */
  readonly damage: 'none' | 'syntax' | 'binary' | 'empty';
}

/** By place, see {@link PLACES}; what `.gitignore` says, if there is one; and numbers that choose the manifests. */
export interface RandomProgram {
  readonly modules: Readonly<Record<string, SourceModule>>;
  readonly ignored: string | null;
  readonly manifests: readonly number[];
}

/**
 * Where files can be. `root` is the file that stands for its folder, where a language has such. `ma+` has
 * the stem of `ma` and another ending, so that one can take the other's place. Two stems are there twice.
 */
export const PLACES = ['root', 'ma', 'ma+', 'mb', 'sub/root', 'sub/ma', 'sub/mc', 'sub/deep/mc'] as const;
export const NAMESPACES = ['p', 'q', 'p.q'] as const;

// Some differ only in case; all but one have one length, so that a change between them moves nothing.
const NAMES = ['foo', 'bar', 'baz', 'Foo', 'Bar', 'Baz', 'ma'] as const;
// `run` is a name that says nothing of its receiver, `spin` and `zap` are found on receivers of unknown type.
const MEMBERS = ['run', 'spin', 'spin', 'zap', 'zap', 'foo'] as const;
const COMMENTS = ['Says it.', 'Said it.', 'Says more.\nIn two lines.', 'Ärger 🙂.'] as const;
const IGNORED = ['sub/', 'sub/deep', 'mb*', '*.d.ts', '# nothing', '/ma.*'] as const;

export const name: fc.Arbitrary<string> = fc.constantFrom(...NAMES);
export const memberName: fc.Arbitrary<string> = fc.constantFrom(...MEMBERS);
export const place: fc.Arbitrary<string> = fc.constantFrom(...PLACES);
/** One draw in `count`, null else. */
export function oneIn<T>(count: number, wanted: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ arbitrary: fc.constant(null), weight: count - 1 }, { arbitrary: wanted, weight: 1 });
}

const maybeName = fc.oneof({ arbitrary: fc.constant(null), weight: 1 }, { arbitrary: name, weight: 2 });
const anyName = fc.oneof(name, memberName);

const use: fc.Arbitrary<Use> = fc.oneof(
  fc.record<Use>({ kind: fc.constantFrom('plain', 'plain', 'read', 'write', 'type'), name, on: name }),
  fc.record<Use>({
    kind: fc.constantFrom('on', 'self', 'self', 'super', 'chain', 'made', 'unknown', 'path'),
    name: memberName,
    on: name,
  }),
);

const given: fc.Arbitrary<Given> = fc.record({
  kind: fc.constantFrom('new', 'new', 'call', 'call', 'name', 'member'),
  name,
  on: anyName,
});

const member: fc.Arbitrary<Member> = fc.record({
  kind: fc.constantFrom('method', 'method', 'method', 'field', 'constructor'),
  name: memberName,
  type: maybeName,
  uses: fc.array(use, { maxLength: 2 }),
});

export const declaration: fc.Arbitrary<Declaration> = fc
  .record({
    kind: fc.constantFrom(
      'function',
      'function',
      'class',
      'class',
      'class',
      'interface',
      'constant',
      'method',
      'alias',
    ),
    name: fc.oneof({ arbitrary: name, weight: 4 }, { arbitrary: memberName, weight: 1 }),
    owner: name,
    offered: fc.constantFrom('yes', 'yes', 'yes', 'yes', 'yes', 'no', 'default'),
    parameter: fc.oneof({ arbitrary: fc.constantFrom('n', 'm'), weight: 5 }, { arbitrary: name, weight: 1 }),
    parameterType: maybeName,
    returns: maybeName,
    gives: fc.oneof({ arbitrary: fc.constant(null), weight: 1 }, { arbitrary: given, weight: 2 }),
    bases: fc.array(name, { maxLength: 2, size: 'max' }),
    uses: fc.array(use, { minLength: 1, maxLength: 4, size: 'max' }),
    members: fc.array(member, { maxLength: 2, size: 'max' }),
    nested: oneIn(6, name),
    shadows: oneIn(8, name),
    comment: oneIn(3, fc.constantFrom(...COMMENTS)),
    salt: fc.nat(9999),
  })
  .map(cased);

/** Types mostly have a capital letter and values mostly have none, so that what is drawn for one fits the other less. */
function cased(declaration: Declaration): Declaration {
  const { kind, name, salt } = declaration;
  if (salt % 4 === 0 || kind === 'method') return declaration;
  const first =
    kind === 'function' || kind === 'constant' ? name.charAt(0).toLowerCase() : name.charAt(0).toUpperCase();
  return { ...declaration, name: first + name.slice(1) };
}

export const importLine: fc.Arbitrary<Import> = fc.record({
  kind: fc.constantFrom(
    'name',
    'name',
    'name',
    'name',
    'alias',
    'module',
    'all',
    'again',
    'again all',
    'again module',
    'default',
  ),
  name,
  alias: name,
  from: place,
  style: fc.nat(3),
  salt: fc.nat(9999),
});

const layout: fc.Arbitrary<Layout> = fc.record({
  blankLines: fc.constantFrom(0, 0, 1, 3),
  windowsLines: fc.integer({ min: 0, max: 7 }).map((draw) => draw === 7),
  byteOrderMark: fc.integer({ min: 0, max: 7 }).map((draw) => draw === 7),
});

/** One module in twenty is. */
const damage: fc.Arbitrary<SourceModule['damage']> = fc
  .integer({ min: 0, max: 59 })
  .map((draw) => (['syntax', 'binary', 'empty'] as const)[draw] ?? 'none');

export const sourceModule: fc.Arbitrary<SourceModule> = fc.record({
  imports: fc.array(importLine, { maxLength: 4, size: 'max' }),
  declarations: fc.array(declaration, { minLength: 1, maxLength: 4, size: 'max' }),
  namespace: oneIn(2, fc.constantFrom(...NAMESPACES, 'p', 'p')),
  ending: fc.nat(5),
  layout,
  damage,
});

export const ignored: fc.Arbitrary<string | null> = oneIn(2, fc.constantFrom(...IGNORED));

/** Half of the programs begin without. */
const manifests = fc.oneof(fc.constant([0, 0, 0, 0]), fc.array(fc.nat(5), { minLength: 4, maxLength: 4 }));

/** Places with the parts that all languages have something special for more often. */
const someplace = fc.oneof(
  { arbitrary: place, weight: 3 },
  { arbitrary: fc.constantFrom('root', 'sub/root'), weight: 1 },
);

export const program: fc.Arbitrary<RandomProgram> = fc
  .record({
    modules: fc
      .array(fc.tuple(someplace, sourceModule), { minLength: 3, maxLength: 6, size: 'max' })
      .map((modules): RandomProgram['modules'] => Object.fromEntries(modules)),
    // Most programs have no such file, else little would be left of them.
    ignored: oneIn(12, fc.constantFrom(...IGNORED)),
    manifests,
  })
  .map(wireProgram);
