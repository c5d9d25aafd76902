import type { Node } from 'web-tree-sitter';
import { NodeHash, type Expression } from '../../model/index.js';
import type { Definition, SymbolDraft } from './drafts.js';
import { finishType } from './fact-builder.js';
import type { LanguageDefinition } from './language.js';
import type { Scope } from './scope.js';
import type { SourceText } from './source-text.js';

/** A class variable that is assigned somewhere, before it is known whether the class declares it. */
interface PendingField {
  readonly owner: number;
  readonly definition: Definition;
  readonly range: Node;
  readonly scope: Scope;
}

/** The symbols of a file, in the order in which the walk meets them. */
export class SymbolDrafts {
  readonly list: SymbolDraft[] = [];
  private readonly fields: PendingField[] = [];

  constructor(
    private readonly source: SourceText,
    private readonly language: LanguageDefinition,
  ) {}

  get(index: number): SymbolDraft {
    const draft = this.list[index];
    if (draft === undefined) throw new RangeError(`No symbol ${index} in ${this.source.file.path}.`);
    return draft;
  }

  addField(field: PendingField): void {
    this.fields.push(field);
  }

  /** The file's own symbol; always the first. */
  addModule(path: string, root: Node, scope: Scope): void {
    const name = path.slice(path.lastIndexOf('/') + 1);
    this.list.push({
      fact: {
        name,
        qualifiedName: '',
        nodeType: 'module',
        parent: -1,
        signature: null,
        documentation: null,
        visibility: 'public',
        startByte: 0,
        endByte: this.source.sizeBytes,
        startLine: 1,
        endLine: root.endPosition.row + 1,
      },
      complexity: null,
      contentHash: null,
      valueType: null,
      typeScope: scope,
      memberNames: new Set(),
    });
  }

  add(parent: number, definition: Definition, range: Node, scope: Scope, documentation: string | null): number {
    const owner = this.get(parent);
    owner.memberNames.add(definition.name);
    const prefix = [owner.fact.qualifiedName, definition.owner ?? ''].filter((part) => part !== '').join('.');
    this.list.push({
      fact: {
        name: definition.name,
        qualifiedName: prefix === '' ? definition.name : `${prefix}.${definition.name}`,
        nodeType: definition.nodeType,
        parent,
        signature: null,
        documentation,
        visibility: definition.visibility,
        startByte: this.source.toBytes(range.startIndex),
        endByte: this.source.toBytes(range.endIndex),
        startLine: range.startPosition.row + 1,
        endLine: range.endPosition.row + 1,
      },
      complexity: definition.measured === true ? 1 : null,
      contentHash: null,
      valueType: definition.valueType ?? null,
      typeScope: scope,
      memberNames: new Set(),
      signatureRange: { start: range.startIndex, end: definition.bodyStart ?? range.endIndex },
    });
    return this.list.length - 1;
  }

  settleFields(): void {
    if (this.fields.length === 0) return;
    const variables = this.variablesByPlace();
    for (const { owner, definition, range, scope } of this.fields) {
      const place = `${owner} ${definition.name}`;
      if (this.get(owner).memberNames.has(definition.name)) {
        this.learnType(variables.get(place), definition.valueType ?? null, scope);
        continue;
      }
      const index = this.add(owner, definition, range, scope, null);
      this.get(index).contentHash = NodeHash.of(this.leafTexts(range).join('\0'));
      variables.set(place, index);
    }
  }

  private variablesByPlace(): Map<string, number> {
    const variables = new Map<string, number>();
    this.list.forEach(({ fact }, index) => {
      if (fact.nodeType === 'variable') variables.set(`${fact.parent} ${fact.name}`, index);
    });
    return variables;
  }

  /** The first assignment that says something decides the type: `self.x = None` says nothing. */
  private learnType(index: number | undefined, valueType: Expression | null, scope: Scope): void {
    if (index === undefined || valueType === null) return;
    const variable = this.get(index);
    if (finishType(variable.valueType, variable.typeScope) !== null) return;
    variable.valueType = valueType;
    variable.typeScope = scope;
  }

  /** The texts of the leaves of a small subtree, without comments. */
  private leafTexts(node: Node): string[] {
    if (this.language.comments.includes(node.type)) return [];
    if (node.childCount === 0 || this.language.verbatim.includes(node.type))
      return [this.source.text.slice(node.startIndex, node.endIndex)];
    return node.children.flatMap((child) => this.leafTexts(child));
  }
}
