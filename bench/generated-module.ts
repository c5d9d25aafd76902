import { seededRandom } from './statistics.js';

/** Where a generated module stands among the others. */
export interface ModulePlace {
  readonly index: number;
  readonly modules: number;
  readonly seed: number;
  readonly moduleSpecifier: (other: number) => string;
  readonly sharedSpecifier: string;
  /** The function that has the same number of users in trees of every size, and how many are in this module. */
  readonly widelyUsed: { readonly name: string; readonly users: number };
}

const VERBS = [
  'apply',
  'build',
  'check',
  'collect',
  'compare',
  'convert',
  'derive',
  'estimate',
  'extract',
  'format',
  'gather',
  'limit',
  'merge',
  'parse',
  'rank',
  'read',
  'reduce',
  'select',
  'split',
  'update',
] as const;
const NOUNS = [
  'Account',
  'Address',
  'Batch',
  'Cursor',
  'Discount',
  'Document',
  'Entry',
  'Event',
  'Invoice',
  'Item',
  'Line',
  'Margin',
  'Order',
  'Payment',
  'Price',
  'Query',
  'Range',
  'Record',
  'Session',
  'Token',
] as const;
const FUNCTIONS = 20;
const METHODS = 7;
/** Every so many modules start a hierarchy of classes; the others extend the class of the one before. */
const HIERARCHY_DEPTH = 4;

/** The exported names of a module, which no other has. */
function facesOf(index: number) {
  const noun = NOUNS[index % NOUNS.length] ?? '';
  return {
    entry: `open${noun}${index}`,
    store: `${noun}Store${index}`,
    shape: `${noun}Shape${index}`,
    limit: `${noun.toUpperCase()}_LIMIT_${index}`,
  };
}

type Draw = (below: number) => number;

function drawFor(place: ModulePlace): Draw {
  const random = seededRandom(place.seed + Math.imul(place.index + 1, 0x9e3779b1));
  return (below) => Math.floor(random() * below);
}

/** Names in the way of real programs: many modules have functions and methods of the same name. */
function distinctNames(draw: Draw, count: number): string[] {
  const names = new Set<string>();
  while (names.size < count) names.add(`${VERBS[draw(VERBS.length)] ?? ''}${NOUNS[draw(NOUNS.length)] ?? ''}`);
  return [...names];
}

/** Modules that this one imports: some just before it and now and then one far before. */
function importedModules({ index }: ModulePlace, draw: Draw): number[] {
  const imported = new Set<number>();
  if (index % HIERARCHY_DEPTH !== 0) imported.add(index - 1);
  for (let turn = 0; turn < 4 && index > 0; turn++) {
    const reach = turn === 3 && draw(4) === 0 ? index : Math.min(index, 30);
    imported.add(index - 1 - draw(reach));
  }
  return [...imported].sort((a, b) => a - b);
}

/** The text of a module with about 50 symbols. */
export function moduleText(place: ModulePlace): string {
  const draw = drawFor(place);
  const imported = importedModules(place, draw);
  const functions = distinctNames(draw, FUNCTIONS);
  return [
    importLines(place, imported),
    declarations(place.index, draw),
    storeClass(place, functions, draw),
    entryFunction(place.index, functions[0] ?? ''),
    ...functions.map((name, at) => localFunction(place, imported, functions, name, at, draw)),
  ].join('\n');
}

/** The text of a module with a single function, which calls the one of the module before. */
export function tinyModuleText(place: ModulePlace): string {
  const { entry } = facesOf(place.index);
  const before = place.index === 0 ? undefined : facesOf(place.index - 1).entry;
  const head = before === undefined ? '' : `import { ${before} } from '${place.moduleSpecifier(place.index - 1)}';\n\n`;
  return `${head}export function ${entry}(origin: number): number {
  // Reviewed 0 times.
  const weight = ${place.index % 97};
  return ${before === undefined ? 'origin' : `origin > 0 ? ${before}(origin - 1) : origin`} + weight;
}
`;
}

function importLines(place: ModulePlace, imported: readonly number[]): string {
  const lines = imported.map((other) => {
    const { entry, store, shape } = facesOf(other);
    return `import { ${entry}, ${store}, type ${shape} } from '${place.moduleSpecifier(other)}';`;
  });
  const shared = ['clampNumber', ...(place.widelyUsed.users > 0 ? [place.widelyUsed.name] : []), 'requireValue'];
  return [`import { ${shared.join(', ')} } from '${place.sharedSpecifier}';`, ...lines, ''].join('\n');
}

function declarations(index: number, draw: Draw): string {
  const { shape, limit } = facesOf(index);
  return `export const ${limit} = ${10 + draw(90)};
const RETRIES = ${1 + draw(9)};
const NAMES: readonly string[] = ['first', 'second', 'third'];
const RATES = new Map<string, number>([['base', ${draw(100)}]]);
let calls = 0;

/** What a caller hands over. */
export interface ${shape} {
  readonly id: number;
  readonly label: string;
  readonly amounts: readonly number[];
}

interface Settings {
  readonly depth: number;
  readonly strict?: boolean;
}

type Choice = 'none' | 'some' | 'all';
type Pair = readonly [number, number];

const DEFAULTS: Settings = { depth: RETRIES };
`;
}

function storeClass(place: ModulePlace, functions: readonly string[], draw: Draw): string {
  const { store, shape } = facesOf(place.index);
  const isFirst = place.index % HIERARCHY_DEPTH === 0;
  const base = isFirst ? '' : ` extends ${facesOf(place.index - 1).store}`;
  const methods = distinctNames(draw, METHODS).map((name, at) => {
    const helper = functions[draw(functions.length)] ?? '';
    return `
  ${name}(value: number): number {
    const known = this.amountsOf(${at}, value);
    if (known.length > ${1 + draw(5)}) {
      return ${helper}(known.length, known);
    }
    for (const amount of known) this.total${place.index} += amount;
    return this.total${place.index};
  }
`;
  });
  return `/** Keeps what was handed over. */
export class ${store}${base} {
  total${place.index} = 0;
  private readonly entries${place.index} = new Map<number, ${shape}>();

  describe(): string {
    return ${isFirst ? '' : 'super.describe() + '}\`${store} \${this.total${place.index}}\`;
  }

  amountsOf(id: number, fallback: number): readonly number[] {
    return this.entries${place.index}.get(id)?.amounts ?? [fallback];
  }
${methods.join('')}}
`;
}

function entryFunction(index: number, helper: string): string {
  const { entry, store } = facesOf(index);
  return `/** Where other modules come in. */
export function ${entry}(origin: number): number {
  const store = new ${store}();
  calls += store.describe().length;
  return ${helper}(origin, store.amountsOf(origin, calls));
}
`;
}

/** The second function holds the lines that edits replace; the first ones call the widely used function. */
function localFunction(
  place: ModulePlace,
  imported: readonly number[],
  functions: readonly string[],
  name: string,
  at: number,
  draw: Draw,
): string {
  const lines = [`function ${name}(value: number, items: readonly number[]): number {`];
  if (at === 1) lines.push('  // Reviewed 0 times.', `  const weight = ${draw(100)};`);
  else lines.push(`  const weight = items.length + ${draw(100)};`);
  if (at < place.widelyUsed.users) lines.push(`  const label = ${place.widelyUsed.name}(NAMES[value] ?? '');`);
  else lines.push(`  const label = requireValue(NAMES[${draw(3)}], '${name}');`);
  lines.push(...branch(draw));
  const next = functions[at + 1];
  if (next !== undefined && draw(3) > 0) lines.push(`  const rest = ${next}(value - 1, items.slice(1));`);
  else lines.push(`  const rest = clampNumber(value, 0, RETRIES);`);
  const other = imported[draw(imported.length)];
  if (other !== undefined && draw(3) === 0) lines.push(...foreignUse(other, draw));
  lines.push('  return rest + weight + label.length;', '}', '');
  return lines.join('\n');
}

function branch(draw: Draw): string[] {
  const limit = draw(50);
  const shapes = [
    ['  for (const item of items) {', `    if (item > ${limit}) return item - weight;`, '  }'],
    [`  if (value > ${limit} && weight > 1) {`, '    calls += DEFAULTS.depth;', '  }'],
    [`  const chosen: Choice = value > ${limit} ? 'all' : 'none';`, "  if (chosen === 'all') calls++;"],
    ['  const pair: Pair = [value, weight];', `  if (pair[0] < ${limit}) return RATES.get(label) ?? pair[1];`],
  ];
  return shapes[draw(shapes.length)] ?? [];
}

function foreignUse(other: number, draw: Draw): string[] {
  const { entry, store, shape } = facesOf(other);
  const shapes = [
    [`  calls += ${entry}(value);`],
    [`  const foreign = new ${store}();`, '  calls += foreign.amountsOf(value, weight).length;'],
    [`  const handed: ${shape} = { id: value, label, amounts: items };`, '  calls += handed.amounts.length;'],
  ];
  return shapes[draw(shapes.length)] ?? [];
}
