import type { Node } from 'web-tree-sitter';
import { UNKNOWN } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { LanguageDefinition, Rule } from '../extract/language.js';
import { consumeNames, CSHARP_DEFINITIONS, referType } from './csharp-definitions.js';
import { conditionalReceiver, dottedName, expressionOf, nameText, typeExpression } from './csharp-expressions.js';
import { CSHARP_LOCALS } from './csharp-locals.js';
import { baseOf, consumeAll, splitPath } from './member-types.js';

// prettier-ignore
const BUILTINS = new Set([
  'var', 'dynamic', 'nameof', 'global', 'value', '_', 'nint', 'nuint', 'notnull', 'unmanaged', 'Console', 'Math',
  'String', 'Object', 'Boolean', 'Int16', 'Int32', 'Int64', 'UInt32', 'UInt64', 'Byte', 'Char', 'Double', 'Single',
  'Decimal', 'DateTime', 'DateTimeOffset', 'TimeSpan', 'Guid', 'Exception', 'ArgumentException', 'ArgumentNullException',
  'ArgumentOutOfRangeException', 'InvalidOperationException', 'NotImplementedException', 'NotSupportedException',
  'NullReferenceException', 'IndexOutOfRangeException', 'FormatException', 'OverflowException', 'AggregateException',
  'OperationCanceledException', 'ObjectDisposedException', 'IDisposable', 'IAsyncDisposable', 'IComparable',
  'IEquatable', 'IFormattable', 'ICloneable', 'Func', 'Action', 'Predicate', 'Nullable', 'Lazy', 'Array', 'Enum',
  'Convert', 'BitConverter', 'Environment', 'EventArgs', 'EventHandler', 'StringBuilder', 'StringComparison',
  'CancellationToken', 'IEnumerable', 'IEnumerator', 'IList', 'ICollection', 'IDictionary', 'IReadOnlyList',
  'IReadOnlyCollection', 'IReadOnlyDictionary', 'HashSet', 'Dictionary', 'KeyValuePair', 'Span', 'ReadOnlySpan',
]);

// ── Files ──────────────────────────────────────────────────────────────────────────────────────

const namespaceDeclaration: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  consumeAll(name, extraction);
  const parts = [dottedName(name, extraction)];
  for (let outer = node.parent; outer !== null; outer = outer.parent) {
    const outerName = outer.type === 'namespace_declaration' ? outer.childForFieldName('name') : null;
    if (outerName !== null) parts.unshift(dottedName(outerName, extraction));
  }
  extraction.refer('namespace', parts.join('.'), null, node);
  if (node.type === 'namespace_declaration') extraction.openBlock();
};

const usingDirective: Rule = (node, extraction) => {
  const alias = node.childForFieldName('name');
  const target = node.lastNamedChild;
  if (target === null) return;
  consumeNames(target, extraction);
  const path = dottedName(target, extraction);
  if (alias === null) return extraction.importName('*', path, '*', node);
  extraction.consume(alias);
  const { name, owner } = splitPath(path);
  extraction.importName(name, owner ?? '', nameText(alias, extraction), node);
};

// ── References ─────────────────────────────────────────────────────────────────────────────────

const invocation: Rule = (node, extraction) => {
  const callee = node.childForFieldName('function');
  if (callee?.type === 'identifier' || callee?.type === 'generic_name') {
    extraction.consume(callee);
    const name = nameText(callee, extraction);
    if (name !== 'nameof') extraction.refer('call', name, null, callee);
  } else if (callee?.type === 'member_access_expression') {
    const name = callee.childForFieldName('name');
    if (name === null) return;
    const receiver = expressionOf(callee.childForFieldName('expression'), extraction);
    extraction.refer('call', nameText(name, extraction), receiver, name);
  } else if (callee?.type === 'conditional_access_expression') {
    const name = callee.lastNamedChild?.childForFieldName('name') ?? null;
    if (name !== null)
      extraction.refer('call', nameText(name, extraction), conditionalReceiver(callee, extraction), name);
  }
};

const objectCreation: Rule = (node, extraction) => referType('call', node.childForFieldName('type'), extraction);

/** `new()` constructs the type that is declared where its value goes. */
const implicitCreation: Rule = (node, extraction) => {
  const holder = node.parent;
  const declaration = holder?.type === 'variable_declarator' ? holder.parent : holder;
  if (declaration?.type !== 'variable_declaration' && declaration?.type !== 'property_declaration') return;
  const type = declaration.childForFieldName('type');
  if (type === null) return;
  const path = dottedName(type.type === 'nullable_type' ? (type.childForFieldName('type') ?? type) : type, extraction);
  if (!/^[\w.]+$/.test(path)) return;
  const { name, owner } = splitPath(path);
  extraction.refer('call', name, owner, node);
};

/** `: this(…)` and `: base(…)` construct, like `new`, the type they stand for. */
const constructorInitializer: Rule = (node, extraction) => {
  const isThis = node.children.some((child) => child.type === 'this');
  const owner = extraction.enclosingType();
  const path = isThis && owner !== undefined ? extraction.nameOf(owner) : baseOf(extraction);
  if (path === undefined) return;
  const { name, owner: qualifier } = splitPath(path);
  extraction.refer('call', name, qualifier, node);
};

const memberAccess: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  const parent = node.parent;
  if (parent === null || parent.type === 'invocation_expression' || isTarget(node, parent)) return;
  if (parent.type === 'subpattern') return consumeAll(node, extraction);
  referMember('read', node, extraction);
};

const conditionalAccess: Rule = (node, extraction) => {
  const name = node.lastNamedChild?.childForFieldName('name') ?? null;
  if (name === null) return;
  extraction.consume(name);
  if (node.parent?.type === 'invocation_expression') return;
  const receiver = conditionalReceiver(node, extraction);
  if (receiver !== UNKNOWN) extraction.refer('read', nameText(name, extraction), receiver, name);
};

function isTarget(node: Node, parent: Node): boolean {
  if (parent.type === 'assignment_expression') return parent.childForFieldName('left')?.id === node.id;
  return /^(pre|post)fix_unary_expression$/.test(parent.type) && isCounting(parent);
}

function isCounting(node: Node): boolean {
  const [first, last] = [node.firstChild?.type, node.lastChild?.type];
  return first === '++' || first === '--' || last === '++' || last === '--';
}

function referMember(kind: 'read' | 'write' | 'readwrite', node: Node, extraction: Extraction): void {
  const name = node.childForFieldName('name');
  const receiver = expressionOf(node.childForFieldName('expression'), extraction);
  if (name !== null && receiver !== UNKNOWN) extraction.refer(kind, nameText(name, extraction), receiver, name);
}

function assignTo(target: Node | null, kind: 'write' | 'readwrite', extraction: Extraction): void {
  if (target?.type === 'identifier') {
    extraction.consume(target);
    extraction.refer(kind, nameText(target, extraction), null, target);
  } else if (target?.type === 'member_access_expression') {
    referMember(kind, target, extraction);
  } else if (target?.type === 'tuple_expression') {
    for (const part of target.namedChildren) assignTo(part.lastNamedChild, kind, extraction);
  }
}

const assignment: Rule = (node, extraction) => {
  const left = node.childForFieldName('left');
  if (left?.type === 'identifier' && node.parent?.type === 'initializer_expression') {
    return initialise(left, initialisedType(node.parent.parent, extraction), extraction);
  }
  if (left?.type === 'identifier' && node.parent?.type === 'attribute_argument') return extraction.consume(left);
  assignTo(left, node.childForFieldName('operator')?.type === '=' ? 'write' : 'readwrite', extraction);
};

/** `new T { Name = … }` writes members of the new value. */
function initialise(name: Node, type: string, extraction: Extraction): void {
  extraction.consume(name);
  if (type !== UNKNOWN) extraction.refer('write', nameText(name, extraction), type, name);
}

function initialisedType(creation: Node | null, extraction: Extraction): string {
  return creation?.type === 'object_creation_expression' ? expressionOf(creation, extraction) : UNKNOWN;
}

const withInitializer: Rule = (node, extraction) => {
  const name = node.firstNamedChild;
  if (name?.type === 'identifier') initialise(name, expressionOf(node.parent, extraction), extraction);
};

const unary: Rule = (node, extraction) => {
  if (isCounting(node)) assignTo(node.firstNamedChild, 'readwrite', extraction);
};

/** `new { A = x }`: the names before `=` are new. */
const anonymousObject: Rule = (node, extraction) => {
  for (const child of node.namedChildren) if (child.nextSibling?.type === '=') extraction.consume(child);
};

const attribute: Rule = (node, extraction) => {
  const type = node.childForFieldName('name');
  if (type === null) return;
  consumeNames(type, extraction);
  const { name, owner } = splitPath(dottedName(type, extraction));
  extraction.refer('type', name.endsWith('Attribute') ? name : `${name}Attribute`, owner, type);
};

/** `{ Name: pattern }` reads a member of what is matched. */
const subpattern: Rule = (node, extraction) => {
  const name = node.firstNamedChild;
  if (name?.type !== 'identifier') return;
  extraction.consume(name);
  const type = typeExpression(node.parent?.parent?.childForFieldName('type') ?? null, extraction);
  if (type !== null) extraction.refer('read', nameText(name, extraction), type, name);
};

/** `x is Name` and `case Name`: the grammar cannot tell a type from a constant; mostly it is a type after `is`. */
const constantPattern: Rule = (node, extraction) => {
  const subject = node.firstNamedChild;
  if (subject?.type !== 'identifier' && subject?.type !== 'generic_name') return;
  let parent = node.parent;
  while (parent !== null && /^(negated|and|or|parenthesized)_pattern$/.test(parent.type)) parent = parent.parent;
  if (parent?.type === 'is_pattern_expression' || subject.type === 'generic_name')
    referType('type', subject, extraction);
};

const switchSection: Rule = (node, extraction) => {
  extraction.openBlock();
  if (node.firstChild?.type === 'case') extraction.decide();
};

const switchArm: Rule = (node, extraction) => {
  extraction.openBlock();
  if (node.firstNamedChild?.type !== 'discard') extraction.decide();
};

const typeArguments: Rule = (node, extraction) => {
  for (const type of node.namedChildren) referType('type', type, extraction);
};

/** A type at the field `type` or, of operators, `right`. */
const typed: Rule = (node, extraction) => {
  for (const type of node.childrenForFieldName('type')) referType('type', type, extraction);
};

const typedRight: Rule = (node, extraction) => referType('type', node.childForFieldName('right'), extraction);

/** `int IShape.Area()` implements a member of the interface before the dot. */
const explicitInterface: Rule = (node, extraction) => referType('type', node.firstNamedChild, extraction);

const firstIsLabel: Rule = (node, extraction) => {
  if (node.firstNamedChild?.type === 'identifier') extraction.consume(node.firstNamedChild);
};

const named: Rule = (node, extraction) => extraction.consume(node.childForFieldName('name'));

const condition: Rule = (node, extraction) => consumeAll(node.childForFieldName('condition'), extraction);

// prettier-ignore
const TYPED: Readonly<Record<string, Rule>> = Object.fromEntries(
  [
    'variable_declaration', 'parameter', 'parameter_list', 'cast_expression', 'typeof_expression', 'sizeof_expression',
    'default_expression', 'array_creation_expression', 'stackalloc_expression', 'catch_declaration', 'foreach_statement',
    'declaration_pattern', 'recursive_pattern', 'type_pattern', 'declaration_expression', 'type_parameter_constraint',
    'from_clause',
  ].map((type) => [type, typed]),
);

const REFERENCES: Readonly<Record<string, Rule>> = {
  ...TYPED,
  namespace_declaration: namespaceDeclaration,
  file_scoped_namespace_declaration: namespaceDeclaration,
  using_directive: usingDirective,
  invocation_expression: invocation,
  object_creation_expression: objectCreation,
  implicit_object_creation_expression: implicitCreation,
  constructor_initializer: constructorInitializer,
  member_access_expression: memberAccess,
  conditional_access_expression: conditionalAccess,
  assignment_expression: assignment,
  with_initializer: withInitializer,
  prefix_unary_expression: unary,
  postfix_unary_expression: unary,
  anonymous_object_creation_expression: anonymousObject,
  attribute,
  subpattern,
  constant_pattern: constantPattern,
  switch_section: switchSection,
  switch_expression_arm: switchArm,
  type_argument_list: typeArguments,
  as_expression: typedRight,
  is_expression: typedRight,
  explicit_interface_specifier: explicitInterface,
  argument: named,
  attribute_argument: named,
  labeled_statement: firstIsLabel,
  goto_statement: firstIsLabel,
  type_parameter_constraints_clause: firstIsLabel,
  preproc_if: condition,
  preproc_elif: condition,
  preproc_pragma: consumeAll,
};

/** Both of two rules, for node types that define names and use types. */
function both(first: Rule | undefined, second: Rule): Rule {
  return first === undefined
    ? second
    : (node, extraction) => {
        first(node, extraction);
        second(node, extraction);
      };
}

function merged(): Record<string, Rule> {
  const rules: Record<string, Rule> = { ...REFERENCES };
  for (const [type, rule] of Object.entries({ ...CSHARP_DEFINITIONS, ...CSHARP_LOCALS }))
    rules[type] = both(REFERENCES[type], rule);
  return rules;
}

export const csharp: LanguageDefinition = {
  name: 'csharp',
  grammar: 'c_sharp',
  extensions: ['.cs'],
  comments: ['comment'],
  verbatim: ['interpolation_format_clause'],
  identifiers: ['identifier'],
  typeIdentifiers: [],
  blocks: [
    'block',
    'for_statement',
    'foreach_statement',
    'using_statement',
    'catch_clause',
    'while_statement',
    'fixed_statement',
  ],
  decisions: [
    'if_statement',
    'for_statement',
    'foreach_statement',
    'while_statement',
    'do_statement',
    'catch_clause',
    'catch_filter_clause',
    'conditional_expression',
    'conditional_access_expression',
    'when_clause',
    'and_pattern',
    'or_pattern',
    'from_clause',
    'where_clause',
    '&&',
    '||',
    '??',
    '??=',
  ],
  builtins: BUILTINS,
  // Types of the same namespace are visible without a using directive.
  closedModules: () => false,
  rules: merged(),
};
