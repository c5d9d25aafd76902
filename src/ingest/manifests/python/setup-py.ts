import type { Node } from 'web-tree-sitter';
import type { DependencyKind } from '../../../model/index.js';
import { SourceParser } from '../../extract/grammars.js';
import { languageByName } from '../../languages/index.js';
import type { Notes, Placed } from '../document/notes.js';
import { NO_LAYOUT, type PythonLayout, type PythonRequirement, type SetupFacts } from './python-facts.js';
import { parseRequirement } from './requirement.js';

const TIMEOUT_MS = 10_000;
/** Loads its grammar when it is first asked, and once. */
const parser = new SourceParser();
const NOTHING: SetupFacts = { name: null, version: null, requirements: [], layout: NO_LAYOUT };
const MAX_DEPTH = 8;

/**
 * Reads the literal arguments of `setup(…)`. Nothing is run: a value that is computed is as good as none, except names
 * of literals assigned once at the top of the file.
 */
export async function parseSetupPy(text: string, notes: Notes): Promise<SetupFacts> {
  const python = languageByName('python');
  if (python === undefined) return NOTHING;
  return parser.readTree(python, { path: 'setup.py', text }, TIMEOUT_MS, (root) => {
    if (root.hasError) notes.add(firstErrorLine(root), 'The Python is malformed; what could be read around it counts.');
    const call = findSetupCall(root);
    return call === undefined ? NOTHING : factsOf(new SetupCall(call, constantsOf(root)), notes);
  });
}

function firstErrorLine(root: Node): number | null {
  const error = root.descendantsOfType('ERROR')[0];
  return error ? error.startPosition.row + 1 : null;
}

function findSetupCall(root: Node): Node | undefined {
  return root
    .descendantsOfType('call')
    .flatMap((call) =>
      call !== null && /^(?:\w+\.)?setup$/.test(call.childForFieldName('function')?.text ?? '') ? [call] : [],
    )
    .find((call) => call.childForFieldName('arguments') !== null);
}

/** Names that get a value once, at the top of the file. */
function constantsOf(root: Node): ReadonlyMap<string, Node> {
  const constants = new Map<string, Node>();
  const repeated = new Set<string>();
  for (const statement of root.namedChildren) {
    const assignment = statement?.type === 'expression_statement' ? statement.namedChildren[0] : undefined;
    if (assignment?.type !== 'assignment' && assignment?.type !== 'augmented_assignment') continue;
    const name = assignment.childForFieldName('left')?.text ?? '';
    const value = assignment.childForFieldName('right');
    if (constants.has(name) || assignment.type === 'augmented_assignment') repeated.add(name);
    if (value !== null) constants.set(name, value);
  }
  for (const name of repeated) constants.delete(name);
  return constants;
}

/** The keyword arguments of a call, as far as they are literals. */
class SetupCall {
  private readonly values: ReadonlyMap<string, Node>;

  constructor(
    call: Node,
    private readonly constants: ReadonlyMap<string, Node>,
  ) {
    const pairs = (call.childForFieldName('arguments')?.namedChildren ?? []).flatMap((argument) => {
      const name = argument?.type === 'keyword_argument' ? argument.childForFieldName('name')?.text : undefined;
      const value = argument?.childForFieldName('value') ?? null;
      return name === undefined || value === null ? [] : [[name, value] as const];
    });
    this.values = new Map(pairs);
  }

  text(name: string): string | null {
    return this.textOf(this.value(name))?.text ?? null;
  }

  list(name: string): Placed[] {
    return this.listOf(this.value(name));
  }

  pairs(name: string): { readonly key: string; readonly value: Node | undefined }[] {
    const value = this.value(name);
    if (value?.type !== 'dictionary') return [];
    return value.namedChildren.flatMap((pair) => {
      const key = pair?.type === 'pair' ? this.textOf(this.behind(pair.childForFieldName('key')), true) : undefined;
      return key === undefined ? [] : [{ key: key.text, value: this.behind(pair?.childForFieldName('value')) }];
    });
  }

  /** The arguments of a call of `find_packages` or its like. */
  finder(name: string): SetupCall | undefined {
    const value = this.value(name);
    const isFinder =
      value?.type === 'call' &&
      /(?:^|\.)find_(?:namespace_)?packages$/.test(value.childForFieldName('function')?.text ?? '');
    return isFinder ? new SetupCall(value, this.constants) : undefined;
  }

  /** The first argument without a name. */
  static firstPosition(call: Node | undefined): Node | undefined {
    return (
      call?.childForFieldName('arguments')?.namedChildren.find((argument) => argument?.type === 'string') ?? undefined
    );
  }

  value(name: string): Node | undefined {
    return this.behind(this.values.get(name));
  }

  listOf(node: Node | undefined): Placed[] {
    if (node?.type === 'list' || node?.type === 'tuple') {
      return node.namedChildren.flatMap((item) => this.textOf(this.behind(item)) ?? []);
    }
    const only = this.textOf(node);
    return only === undefined ? [] : [only];
  }

  textOf(node: Node | undefined, mayBeEmpty = false): Placed | undefined {
    if (node === undefined) return undefined;
    const parts = node.type === 'concatenated_string' ? node.namedChildren : [node];
    const texts = parts.map((part) => (part?.type === 'string' ? plainText(part) : undefined));
    if (texts.some((text) => text === undefined)) return undefined;
    const text = texts.join('');
    return text === '' && !mayBeEmpty ? undefined : { text, line: node.startPosition.row + 1 };
  }

  private behind(node: Node | null | undefined, depth = 0): Node | undefined {
    if (node?.type !== 'identifier' || depth > MAX_DEPTH) return node ?? undefined;
    return this.behind(this.constants.get(node.text), depth + 1);
  }
}

/** The text of a string without interpolation or escapes; undefined for others. */
function plainText(node: Node): string | undefined {
  const kinds = node.namedChildren.map((child) => child?.type);
  if (kinds.some((kind) => kind === 'interpolation') || /^[a-z]*f/i.test(node.text)) return undefined;
  const content = node.namedChildren.find((child) => child?.type === 'string_content');
  if (!content) return '';
  return content.namedChildren.some((child) => child?.type === 'escape_sequence') ? undefined : content.text;
}

function factsOf(call: SetupCall, notes: Notes): SetupFacts {
  const extras = call.pairs('extras_require').flatMap(({ value }) => call.listOf(value));
  return {
    name: call.text('name'),
    version: call.text('version'),
    requirements: [
      ...requirements(call.list('install_requires'), 'normal', notes),
      ...requirements(call.list('tests_require'), 'development', notes),
      ...requirements(call.list('setup_requires'), 'build', notes),
      ...requirements(extras, 'optional', notes),
    ],
    layout: layoutOf(call),
  };
}

function layoutOf(call: SetupCall): PythonLayout {
  const finder = call.finder('packages');
  const first = SetupCall.firstPosition(finder === undefined ? undefined : call.value('packages'));
  const where = [...(finder?.list('where') ?? []), ...[call.textOf(first)].flatMap((text) => text ?? [])];
  const listed = finder === undefined ? call.list('packages') : [];
  return {
    ...NO_LAYOUT,
    roots: where,
    names: [...listed, ...call.list('py_modules')].map(({ text }) => text),
    packageFolders: call.pairs('package_dir').flatMap(({ key, value }) => {
      const folder = call.textOf(value);
      return folder === undefined ? [] : [{ name: key, folder }];
    }),
    include: finder?.list('include').map(({ text }) => text) ?? [],
    exclude: finder?.list('exclude').map(({ text }) => text) ?? [],
  };
}

function requirements(lines: readonly Placed[], kind: DependencyKind, notes: Notes): PythonRequirement[] {
  return lines.flatMap(({ text, line }) => {
    const found = parseRequirement(text, kind, line);
    if (found === undefined) notes.add(line, `'${text.slice(0, 100)}' is no requirement as PEP 508 has them.`);
    return found ?? [];
  });
}
