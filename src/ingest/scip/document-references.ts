import type { EdgeType, NodeType } from '../../model/index.js';
import type { Attribution, AttributionWay } from './attribution.js';
import type { DocumentText } from './document-text.js';
import type { EdgeTally, Mention } from './edge-tally.js';
import type { OutlineNode } from './document-outline.js';
import { comparePositions, type Position, type Range } from './range.js';
import { ROLE, type ScipDocument, type ScipOccurrence } from './scip-document.js';

/** What is known of a symbol that something refers to. */
export interface Target {
  readonly key: string;
  readonly name: string;
  readonly nodeType: NodeType;
  readonly path: string;
}

/** The graph that references are resolved against. */
export interface ReferenceContext {
  readonly attribution: Attribution;
  readonly text: DocumentText | undefined;
  /** An index that this library wrote: its roles say what each reference is. */
  readonly isOwn: boolean;
  readonly target: (symbol: string) => Target | undefined;
  /** Told of a symbol that the index does not define. */
  readonly onExternal: (symbol: string) => void;
}

interface Reference {
  readonly target: Target;
  readonly range: Range;
  readonly roles: number;
  readonly from: string;
  readonly way: AttributionWay;
}

const CALLABLE: ReadonlySet<NodeType> = new Set(['function', 'method']);
const INSTANTIABLE: ReadonlySet<NodeType> = new Set(['class', 'struct']);
/** What may stand between a name and the bracket that opens its arguments: `?.`, `!`, type arguments. */
const CALLED = /^\s*(?:\?\.|!)?\s*(?:(?:::)?<[^()<>;{}]*(?:<[^()<>;{}]*>[^()<>;{}]*)*>)?\s*(?:\(|`)/;
/** What follows a name that is assigned to. */
const ASSIGNED = /^\s*(\+\+|--|(?:\*\*|<<|>>>?|&&|\|\||\?\?|[-+*/%&|^:])?=)(?![=>])/;
const LOOK_AHEAD = 200;
const LOCAL = 'local ';
/** Parameters and type parameters end in their bracket. */
const PARAMETER = /[)\]]$/;
/** Names of modules end in one of these. */
const MODULE_NAME = /(?:\/|__init__:)$/;

/** Counts every reference of a document: what refers to what, and how. */
export function tallyReferences(document: ScipDocument, context: ReferenceContext, tally: EdgeTally): void {
  const references = readReferences(document, context);
  const importsEnd = endOfImports(document, context.attribution);
  const imported = new Set<string>();
  for (const reference of references) {
    const { target, from } = reference;
    const isFirst = context.attribution.isModule(from) && !imported.has(target.key);
    if (isFirst) imported.add(target.key);
    const isEarly = isFirst && importsEnd !== undefined && comparePositions(reference.range.start, importsEnd) <= 0;
    const edgeType = edgeTypeOf(reference, context, document.path, isEarly);
    if (edgeType === undefined) continue;
    tally.add({
      from,
      to: target.key,
      edgeType,
      way: reference.way,
      access: edgeType === 'data_dependency' ? accessOf(reference, context.text) : undefined,
      variableName: edgeType === 'data_dependency' ? target.name : undefined,
      relationship: undefined,
    });
  }
}

/** Counts what a symbol's relationships say: it implements or extends another, stands for it, or has it as its type. */
export function tallyRelationships(
  node: Pick<OutlineNode, 'key' | 'relationships'>,
  context: Pick<ReferenceContext, 'target' | 'onExternal'>,
  tally: EdgeTally,
): void {
  for (const { symbol, isImplementation, isReference, isTypeDefinition } of node.relationships) {
    const edges: readonly (readonly [isTold: boolean, edgeType: EdgeType, relationship: string])[] = [
      [isImplementation, 'inheritance', 'implementation'],
      [isReference && !isImplementation, 'reference', 'reference'],
      [isTypeDefinition, 'reference', 'type_definition'],
    ];
    if (isInner(symbol) || !edges.some(([isTold]) => isTold)) continue;
    const target = context.target(symbol);
    if (target === undefined) context.onExternal(symbol);
    if (target === undefined || target.key === node.key) continue;
    for (const [isTold, edgeType, relationship] of edges) {
      if (!isTold) continue;
      const told = { access: undefined, variableName: undefined, relationship };
      tally.add({ from: node.key, to: target.key, edgeType, way: 'enclosing', ...told });
    }
  }
}

function readReferences(document: ScipDocument, context: ReferenceContext): Reference[] {
  const references: Reference[] = [];
  for (const { symbol, range, roles } of document.occurrences) {
    const isDefinition = (roles & (ROLE.definition | ROLE.forward)) !== 0;
    if (isDefinition || range === undefined || symbol === '' || isInner(symbol)) continue;
    const target = context.target(symbol);
    if (target === undefined) {
      context.onExternal(symbol);
      continue;
    }
    const { key: from, way } = context.attribution.around(range.start);
    references.push({ target, range, roles, from, way });
  }
  return references.sort((a, b) => comparePositions(a.range.start, b.range.start));
}

/** What has no node of its own: it is a part of the symbol around it. */
function isInner(symbol: string): boolean {
  return symbol.startsWith(LOCAL) || PARAMETER.test(symbol);
}

/**
 * Few indexers say that a reference is an import. Where a document names what it uses, that stands before
 * or beside the name of a module at the document's top level: the last such place ends the imports.
 */
function endOfImports(document: ScipDocument, attribution: Attribution): Position | undefined {
  let end: Position | undefined;
  for (const { symbol, range, roles } of document.occurrences) {
    if (
      range === undefined ||
      !isModuleName(symbol, roles) ||
      !attribution.isModule(attribution.around(range.start).key)
    )
      continue;
    const lineEnd = { line: range.end.line, column: Number.MAX_SAFE_INTEGER };
    if (end === undefined || comparePositions(lineEnd, end) > 0) end = lineEnd;
  }
  return end;
}

function isModuleName(symbol: ScipOccurrence['symbol'], roles: number): boolean {
  return (roles & ROLE.definition) === 0 && MODULE_NAME.test(symbol);
}

/** Undefined when the reference makes no edge. */
function edgeTypeOf(
  reference: Reference,
  context: ReferenceContext,
  path: string,
  isEarly: boolean,
): EdgeType | undefined {
  const { target, from, roles } = reference;
  const isElsewhere = target.path !== path;
  if (context.isOwn) return ownEdgeType(reference);
  if ((roles & ROLE.import) !== 0) return target.key === from ? undefined : 'import';
  const called = isCalled(reference, context.text);
  if (isElsewhere && isEarly && called !== true) return 'import';
  if (target.nodeType === 'module') {
    const isFile = isElsewhere && context.attribution.isModule(from);
    return target.key === from ? undefined : isFile ? 'import' : 'reference';
  }
  if (CALLABLE.has(target.nodeType)) return called === false ? 'reference' : 'call';
  if (INSTANTIABLE.has(target.nodeType) && called === true) return 'call';
  if (target.key === from) return undefined;
  return target.nodeType === 'variable' ? 'data_dependency' : 'reference';
}

/** As the exporter writes them. */
function ownEdgeType({ target, roles }: Reference): EdgeType {
  if ((roles & ROLE.import) !== 0) return 'import';
  if ((roles & (ROLE.read | ROLE.write)) === 0) return 'call';
  return target.nodeType === 'variable' ? 'data_dependency' : 'reference';
}

/** Does the source call what it names there? Undefined without a source. */
export function isCalled({ range }: Pick<Reference, 'range'>, text: DocumentText | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  const end = text.indexOf(range.end);
  return CALLED.test(text.text.slice(end, end + LOOK_AHEAD));
}

/**
 * By the roles, else by the source; undefined when neither tells. Some indexers call everything a read, so that
 * an assignment in the source goes before that.
 */
export function accessOf(
  { roles, range }: Pick<Reference, 'roles' | 'range'>,
  text: DocumentText | undefined,
): Mention['access'] {
  if ((roles & ROLE.write) !== 0) return (roles & ROLE.read) === 0 ? 'write' : 'readwrite';
  const end = text?.indexOf(range.end) ?? 0;
  const operator = ASSIGNED.exec(text?.text.slice(end, end + LOOK_AHEAD) ?? '')?.[1];
  if (operator !== undefined) return operator === '=' ? 'write' : 'readwrite';
  return text === undefined && (roles & ROLE.read) === 0 ? undefined : 'read';
}
