import type { Language, Tree, TreeCursor } from 'web-tree-sitter';
import type { FileFacts } from '../../model/index.js';
import type { Deadline } from './deadline.js';
import { Extraction } from './extraction.js';
import type { SourceFile } from './source-text.js';
import type { LanguageDefinition, Rule } from './language.js';

const COMMENT = 1;
const VERBATIM = 2;
const IDENTIFIER = 4;
const TYPE_IDENTIFIER = 8;
const BLOCK = 16;
const DECISION = 32;
const ANONYMOUS = 64;
const RULE = 128;
const OPAQUE = 256;
const ERROR_TYPE_ID = 65535;
const CLOSE = '\u0001';

/** A language table compiled against its grammar: what to do by node type id. */
export interface CompiledLanguage {
  readonly definition: LanguageDefinition;
  readonly flags: Uint16Array;
  readonly rules: readonly (Rule | undefined)[];
  readonly typeNames: readonly string[];
}

/** Looks every node type of a table up in the grammar; a type the grammar lacks is a defect of the table. */
export function compileLanguage(definition: LanguageDefinition, grammar: Language): CompiledLanguage {
  const flags = new Uint16Array(grammar.nodeTypeCount);
  const rules: (Rule | undefined)[] = [];
  const typeNames: string[] = [];
  const known = new Set<string>();
  const named: [readonly string[], number][] = [
    [definition.comments, COMMENT],
    [definition.verbatim, VERBATIM],
    [definition.identifiers, IDENTIFIER],
    [definition.typeIdentifiers, TYPE_IDENTIFIER],
    [definition.blocks, BLOCK],
    [definition.opaque ?? [], OPAQUE],
  ];
  for (let id = 0; id < grammar.nodeTypeCount; id++) {
    const name = grammar.nodeTypeForId(id) ?? '';
    const isNamed = grammar.nodeTypeIsNamed(id);
    typeNames.push(name);
    known.add(name);
    let flag = definition.decisions.includes(name) ? DECISION : 0;
    if (!isNamed) flag |= ANONYMOUS;
    else {
      for (const [types, bit] of named) if (types.includes(name)) flag |= bit;
      const rule = Object.hasOwn(definition.rules, name) ? definition.rules[name] : undefined;
      rules[id] = rule;
      if (rule !== undefined) flag |= RULE;
    }
    flags[id] = flag;
  }
  const used = [...named.flatMap(([types]) => types), ...definition.decisions, ...Object.keys(definition.rules)];
  const missing = used.filter((type) => !known.has(type));
  if (missing.length > 0) throw new RangeError(`The ${definition.name} grammar has no ${missing.join(', ')}.`);
  return { definition, flags, rules, typeNames };
}

/** Walks a syntax tree once, depth first, and returns what the file says. Iterative: depth is no limit. */
export function extractFacts(
  language: CompiledLanguage,
  tree: Tree,
  source: SourceFile,
  deadline: Deadline,
): FileFacts {
  const root = tree.rootNode;
  const extraction = new Extraction(language.definition, source, root, deadline);
  const cursor = tree.walk();
  try {
    new TreeWalk(language, extraction, cursor, source.text, root.hasError).run();
    return extraction.finish();
  } finally {
    cursor.delete();
  }
}

class TreeWalk {
  /** For each open node: its type id, and the exit mark of the extraction when it was entered. */
  private readonly types: number[] = [];
  private readonly marks: number[] = [];
  /** Depth of the verbatim node around the walk; -1 outside. */
  private verbatimDepth = -1;

  constructor(
    private readonly language: CompiledLanguage,
    private readonly extraction: Extraction,
    private readonly cursor: TreeCursor,
    private readonly text: string,
    private readonly hasError: boolean,
  ) {
    extraction.ancestorType = (level) => language.typeNames[this.types[this.types.length - level] ?? -1];
  }

  run(): void {
    const { cursor } = this;
    for (;;) {
      this.extraction.deadline.check();
      if (!this.visit()) continue;
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return;
        if (this.verbatimDepth < 0) this.extraction.token(CLOSE);
        this.leave();
      }
    }
  }

  /** Handles the node under the cursor; false when the walk went down into it. */
  private visit(): boolean {
    const { cursor, extraction } = this;
    const typeId = cursor.nodeTypeId;
    const flags = typeId === ERROR_TYPE_ID ? 0 : (this.language.flags[typeId] ?? 0);
    if ((flags & COMMENT) !== 0) {
      extraction.comment(cursor.startIndex, cursor.endIndex);
      return true;
    }
    // Most nodes are tokens; they are spared the question whether they have children.
    if ((flags & (ANONYMOUS | RULE | BLOCK)) === ANONYMOUS) {
      if ((flags & DECISION) !== 0) extraction.decide();
      this.leaf(typeId, flags);
      return true;
    }
    const mark = extraction.exitMark();
    this.enter(typeId, flags);
    if ((flags & OPAQUE) === 0 && cursor.gotoFirstChild()) {
      if (this.verbatimDepth < 0) extraction.token(String.fromCharCode(0xe000 + (typeId & 0xfff)));
      this.types.push(typeId);
      this.marks.push(mark);
      return false;
    }
    this.leaf(typeId, flags);
    if (this.verbatimDepth >= this.types.length) this.verbatimDepth = -1;
    extraction.runExits(mark);
    return true;
  }

  private enter(typeId: number, flags: number): void {
    const { cursor, extraction } = this;
    if (typeId === ERROR_TYPE_ID) extraction.syntaxError(cursor.startPosition.row);
    if ((flags & DECISION) !== 0) extraction.decide();
    if ((flags & BLOCK) !== 0) extraction.openBlock();
    if ((flags & RULE) !== 0) this.language.rules[typeId]?.(cursor.currentNode, extraction);
    if ((flags & VERBATIM) !== 0 && this.verbatimDepth < 0) {
      extraction.token(
        extraction.isOmitted(cursor.startIndex) ? '' : this.text.slice(cursor.startIndex, cursor.endIndex),
      );
      this.verbatimDepth = this.types.length;
    }
  }

  private leaf(typeId: number, flags: number): void {
    const { cursor, extraction } = this;
    if ((flags & ANONYMOUS) !== 0) {
      if (this.verbatimDepth < 0) extraction.token(this.language.typeNames[typeId] ?? '');
      if (this.hasError && cursor.nodeIsMissing) extraction.syntaxError(cursor.startPosition.row);
      return;
    }
    const start = cursor.startIndex;
    const end = cursor.endIndex;
    if (this.verbatimDepth < 0) extraction.token(this.text.slice(start, end));
    if ((flags & (IDENTIFIER | TYPE_IDENTIFIER)) === 0) return;
    if (start === end) extraction.syntaxError(cursor.startPosition.row);
    else extraction.freeName((flags & IDENTIFIER) !== 0 ? 'read' : 'type', start, end);
  }

  private leave(): void {
    const mark = this.marks.pop() ?? 0;
    this.types.pop();
    if (this.verbatimDepth >= this.types.length) this.verbatimDepth = -1;
    this.extraction.runExits(mark);
  }
}
