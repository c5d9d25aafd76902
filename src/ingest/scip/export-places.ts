import type { Node } from '../../model/index.js';
import type { ReferenceRow } from '../../graph/index.js';
import { Attribution } from './attribution.js';
import type { DocumentText } from './document-text.js';
import { comparePositions, type Position, type Range } from './range.js';

/** Where the symbols of a file and their references stand, as exactly as the file and the store tell. */
export class ExportPlaces {
  private readonly bodies: { readonly key: string; readonly range: Range }[] = [];
  private readonly byKey = new Map<string, Range>();
  private readonly attribution: Attribution;

  /** Without a text only lines are known. */
  constructor(
    nodes: readonly Node[],
    private readonly text: DocumentText | undefined,
    private readonly moduleKey: string,
  ) {
    for (const node of nodes) {
      const range = this.bodyOf(node);
      if (range === undefined) continue;
      this.bodies.push({ key: node.key, range });
      this.byKey.set(node.key, range);
    }
    this.attribution = Attribution.ofBodies(this.bodies, moduleKey);
  }

  /** All of a definition; undefined for the file itself and where neither bytes nor lines tell. */
  body(node: Node): Range | undefined {
    return this.byKey.get(node.key);
  }

  /** Its name in its definition; an empty range at its start where the name is not found. */
  name(node: Node): Range {
    const body = this.byKey.get(node.key);
    if (body === undefined) return emptyAt(node.startLine > 0 ? { line: node.startLine - 1, column: 0 } : START);
    return this.findWord(node.symbolName, body, () => true) ?? emptyAt(body.start);
  }

  /**
   * A place in the caller, and in nothing that is written in it, where it mentions a name: that of a
   * reference's text if the text is at hand, else an empty range. Undefined where there is none.
   */
  mention(caller: Node, name: string, reference: ReferenceRow | undefined): Range | undefined {
    const isCaller = (position: Position): boolean => this.attribution.around(position).key === caller.key;
    const body = caller.key === this.moduleKey ? this.whole() : this.byKey.get(caller.key);
    const line = reference === undefined ? undefined : Math.max(0, caller.startLine - 1 + reference.line);
    if (this.text !== undefined && body !== undefined) {
      for (const word of new Set([reference?.alias ?? name, name])) {
        const lines = line === undefined ? body : { start: { line, column: 0 }, end: { line: line + 1, column: 0 } };
        const found = this.findWord(word, lines, isCaller) ?? this.findWord(word, body, isCaller);
        if (found !== undefined) return found;
      }
    }
    const places = [
      ...(line === undefined ? [] : [{ line, column: 0 }]),
      ...(body === undefined ? [] : [body.start]),
      ...this.bodies.map(({ range }) => range.end),
      ...(caller.key === this.moduleKey ? [this.behind()] : []),
    ];
    const free = places.find(isCaller);
    return free === undefined ? undefined : emptyAt(free);
  }

  private bodyOf(node: Node): Range | undefined {
    if (node.key === this.moduleKey) return undefined;
    if (this.text !== undefined) {
      const start = this.text.positionOf(this.text.indexOfByte(node.startByte));
      const end = this.text.positionOf(this.text.indexOfByte(node.endByte));
      return comparePositions(start, end) < 0 ? { start, end } : undefined;
    }
    if (node.startLine === 0) return undefined;
    return { start: { line: node.startLine - 1, column: 0 }, end: { line: node.endLine, column: 0 } };
  }

  private findWord(word: string, within: Range, accepts: (position: Position) => boolean): Range | undefined {
    if (this.text === undefined || word === '') return undefined;
    const { text } = this.text;
    const end = this.text.indexOf(within.end);
    for (
      let at = text.indexOf(word, this.text.indexOf(within.start));
      at >= 0 && at < end;
      at = text.indexOf(word, at + 1)
    ) {
      if (isPartOfWord(text[at - 1]) || isPartOfWord(text[at + word.length])) continue;
      const start = this.text.positionOf(at);
      if (accepts(start)) return { start, end: this.text.positionOf(at + word.length) };
    }
    return undefined;
  }

  private whole(): Range {
    return { start: START, end: this.behind() };
  }

  /** Behind everything that is written in the file. */
  private behind(): Position {
    const last = this.bodies.reduce((line, { range }) => Math.max(line, range.end.line), 0);
    const textEnd = this.text?.positionOf(this.text.text.length).line ?? 0;
    return { line: Math.max(last, textEnd) + 1, column: 0 };
  }
}

const START: Position = { line: 0, column: 0 };

function emptyAt(position: Position): Range {
  return { start: position, end: position };
}

function isPartOfWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
}
