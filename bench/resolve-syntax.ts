import type { Node, Parser, Tree } from 'web-tree-sitter';

/** What a name does where it stands; imports and exports are no uses. */
export type Role = 'call' | 'reference' | 'import';

const IMPORTS: ReadonlySet<string> = new Set([
  'import_statement',
  'import_clause',
  'namespace_export',
  'import_from_statement',
  'future_import_statement',
]);
/** Calls and what stands in for them, with the field that holds what is called. */
const CALLS: Readonly<Record<string, string>> = {
  call_expression: 'function',
  new_expression: 'constructor',
  call: 'function',
  jsx_opening_element: 'name',
  jsx_self_closing_element: 'name',
};
/** What can stand between a name and its call: `(a)()`, `a!()`, `a<T>()`. */
const AROUND_CALLEE: ReadonlySet<string> = new Set([
  'parenthesized_expression',
  'non_null_expression',
  'instantiation_expression',
]);
const NAMES: ReadonlySet<string> = new Set([
  'identifier',
  'property_identifier',
  'private_property_identifier',
  'type_identifier',
  'shorthand_property_identifier',
  'shorthand_property_identifier_pattern',
  'super',
]);
const MEMBERS: ReadonlySet<string> = new Set(['member_expression', 'attribute']);

/** The syntax tree of one file, asked about the names in it by their UTF-16 index. Delete it after use. */
export class FileSyntax {
  private readonly tree: Tree;

  constructor(
    parser: Parser,
    readonly text: string,
  ) {
    const tree = parser.parse(text);
    if (tree === null) throw new Error('The parser gave no tree.');
    this.tree = tree;
  }

  delete(): void {
    this.tree.delete();
  }

  /** The smallest node at an index. */
  nodeAt(index: number): Node | null {
    return this.tree.rootNode.descendantForIndex(index, index + 1);
  }

  roleAt(index: number): Role {
    const name = this.nodeAt(index);
    if (name === null) return 'reference';
    return isImported(name) ? 'import' : isCalled(name) ? 'call' : 'reference';
  }

  /** Is the name at an index the member of something: `it` in `a.it` and in `const { it } = a`? */
  isMember(index: number): boolean {
    const name = this.nodeAt(index);
    const around = name?.parent;
    if (name === null || around === null || around === undefined) return false;
    if (MEMBERS.has(around.type)) return isMemberOf(name, around);
    return around.type === 'pair_pattern' || name.type === 'shorthand_property_identifier_pattern';
  }

  /** The names of the tree in the order of the text, and the word that calls the constructor of a base. */
  *names(): Generator<Node, void, void> {
    const cursor = this.tree.walk();
    try {
      for (;;) {
        if (NAMES.has(cursor.nodeType)) yield cursor.currentNode;
        if (cursor.gotoFirstChild() || cursor.gotoNextSibling()) continue;
        do {
          if (!cursor.gotoParent()) return;
        } while (!cursor.gotoNextSibling());
      }
    } finally {
      cursor.delete();
    }
  }

  /** The line around an index, counted from 1. */
  lineAt(index: number): { readonly line: number; readonly text: string } {
    const start = this.text.lastIndexOf('\n', index - 1) + 1;
    const end = this.text.indexOf('\n', index);
    const line = this.text.slice(0, index).split('\n').length;
    return { line, text: this.text.slice(start, end < 0 ? this.text.length : end) };
  }

  textOf(node: Node): string {
    return this.text.slice(node.startIndex, node.endIndex);
  }
}

function isImported(name: Node): boolean {
  for (let around = name.parent, depth = 0; around !== null && depth < 5; around = around.parent, depth++) {
    if (IMPORTS.has(around.type)) return true;
    if (around.type !== 'export_statement') continue;
    if (around.childForFieldName('source') !== null) return true;
    // `export { a as b }` uses `a`, and offers it under another name.
    if (name.parent?.type === 'export_specifier') return name.parent.childForFieldName('name')?.id !== name.id;
  }
  return false;
}

function isMemberOf(name: Node, around: Node): boolean {
  return (around.childForFieldName('property') ?? around.childForFieldName('attribute'))?.id === name.id;
}

function isCalled(name: Node): boolean {
  let callee = name;
  let around = name.parent;
  if (around !== null && MEMBERS.has(around.type)) {
    if (!isMemberOf(name, around)) return false;
    callee = around;
    around = around.parent;
  }
  while (around !== null && AROUND_CALLEE.has(around.type)) {
    callee = around;
    around = around.parent;
  }
  if (around === null) return false;
  if (around.type === 'decorator') return true;
  const field = CALLS[around.type];
  return field !== undefined && around.childForFieldName(field)?.id === callee.id;
}
