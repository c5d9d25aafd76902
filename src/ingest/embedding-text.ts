import { compareSourceOrder, NodeHash, type NodeType } from '../model/index.js';
import type { EmbeddableNode } from '../graph/index.js';
import type { EmbeddingInput } from '../vectors/index.js';

/** Raise it when the same symbol gives another input; all symbols are embedded again then. */
const INPUT_VERSION = 1;
/** Longer bodies are cut: models read no more than a few thousand tokens, and what a symbol is about stands early. */
const BODY_LIMIT = 8000;
/** What has a meaning of its own; it stands in the text of what is around it by its name alone. */
const SET_APART: ReadonlySet<NodeType> = new Set([
  'function',
  'class',
  'method',
  'interface',
  'enum',
  'struct',
  'trait',
  'module',
]);

/** What a symbol is embedded as, and the hash of that without its layout. */
export interface SymbolInput {
  readonly node: EmbeddableNode;
  readonly input: EmbeddingInput;
  readonly hash: NodeHash;
}

/** A file's decoded text; offsets of nodes count its UTF-8 bytes from `leadingBytes` on. */
export interface FileText {
  readonly text: string;
  readonly leadingBytes: number;
}

/** The inputs of all symbols of one file; without its text they have no bodies. */
export function inputsOfFile(nodes: readonly EmbeddableNode[], file: FileText | undefined): SymbolInput[] {
  const ordered = [...nodes].sort(compareSourceOrder);
  const slice = file === undefined ? undefined : slicerOf(file);
  return ordered.map((node, at) => {
    const body = slice === undefined ? '' : bodyOf(ordered, at, slice);
    const input: EmbeddingInput = {
      key: node.key,
      kind: 'symbol',
      language: node.language,
      nodeType: node.nodeType,
      name: node.name,
      qualifiedName: node.qualifiedName,
      signature: node.signature,
      documentation: node.documentation,
      body,
    };
    return { node, input, hash: hashOf(input) };
  });
}

/** Layout says nothing: two texts that differ in spaces and line ends alone are one. */
function hashOf({ language, nodeType, name, qualifiedName, signature, documentation, body }: EmbeddingInput): NodeHash {
  const parts = [language, nodeType, name, qualifiedName, flat(signature), flat(documentation), flat(body)];
  return NodeHash.of(`${INPUT_VERSION}\0${parts.join('\0')}`);
}

function flat(text: string | null): string {
  return text === null ? '\u0001' : text.replace(/\s+/g, ' ');
}

type Slicer = (start: number, end: number) => string;

function slicerOf({ text, leadingBytes }: FileText): Slicer {
  if (Buffer.byteLength(text) === text.length) {
    return (start, end) => text.slice(Math.max(0, start - leadingBytes), Math.max(0, end - leadingBytes));
  }
  const bytes = Buffer.from(text);
  return (start, end) => bytes.toString('utf8', Math.max(0, start - leadingBytes), Math.max(0, end - leadingBytes));
}

/** The text of a symbol, with names in the place of the symbols that are written in it. */
function bodyOf(ordered: readonly EmbeddableNode[], at: number, slice: Slicer): string {
  const node = ordered[at];
  if (node === undefined) return '';
  const parts: string[] = [];
  let length = 0;
  let from = node.startByte;
  for (let next = at + 1; next < ordered.length && length <= BODY_LIMIT; next++) {
    const inner = ordered[next];
    if (inner === undefined || inner.startByte >= node.endByte) break;
    const isSame = inner.startByte === node.startByte && inner.endByte === node.endByte;
    if (isSame || inner.startByte < from || inner.endByte > node.endByte || !isSetApart(inner)) continue;
    const part = withoutDocumentation(slice(from, inner.startByte), inner.documentation);
    parts.push(part, ' ', inner.name, ' ');
    length += part.length;
    from = inner.endByte;
  }
  // Four bytes hold any character.
  if (length <= BODY_LIMIT) parts.push(slice(from, Math.min(node.endByte, from + 4 * BODY_LIMIT + 16_000)));
  const text = withoutDocumentation(parts.join(''), node.documentation);
  return text
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim()
    .slice(0, BODY_LIMIT);
}

function isSetApart({ nodeType, complexity }: EmbeddableNode): boolean {
  return complexity !== null || SET_APART.has(nodeType);
}

/** So much of a text is searched for the markers of a comment. */
const MARKER_LIMIT = 200;
/** What a comment or a documenting string begins with, at the end of what is before it; and what it ends with. */
const OPENING = /\s*(?:\/\*+!?|\/\/+!?|#+!?|--+|[rRuU]?(?:"""|'''|"|'))[ \t]*$|\s+\*[ \t]*$/;
const CLOSING = /^\s*(?:\*+\/|"""|'''|"(?=\s)|'(?=\s))/;

/** A text without the lines of a documentation that stands in it. */
function withoutDocumentation(text: string, documentation: string | null): string {
  if (documentation === null) return text;
  const lines = documentation.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  const [first] = lines;
  if (first === undefined) return text;
  const start = text.indexOf(first);
  if (start < 0) return text;
  let end = start + first.length;
  for (const line of lines.slice(1)) {
    // What was too long to be kept whole ends in an ellipsis.
    const found = text.indexOf(line.replace(/…$/, ''), end);
    if (found < 0 || found - end > 80) break;
    end = found + line.length;
  }
  const kept = text.slice(0, Math.max(0, start - MARKER_LIMIT));
  let before = text.slice(kept.length, start);
  // A block comment may have its first line to itself.
  for (let round = 0; round < 2; round++) before = before.replace(OPENING, '');
  return `${kept}${before}\n${text.slice(end).replace(CLOSING, '')}`;
}
