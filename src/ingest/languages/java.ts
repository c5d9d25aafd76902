import type { Node } from 'web-tree-sitter';
import { UNKNOWN } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { LanguageDefinition, Rule } from '../extract/language.js';
import { JAVA_DEFINITIONS, referType } from './java-definitions.js';
import { dottedName, expressionOf, receiverOf } from './java-expressions.js';
import { baseOf, consumeAll, knownType, splitPath } from './member-types.js';

/** Names of java.lang and words that the grammar takes for names. */
// prettier-ignore
const BUILTINS = new Set([
  'var', 'default', 'String', 'Object', 'Class', 'Integer', 'Long', 'Short', 'Byte', 'Character', 'Boolean', 'Double',
  'Float', 'Number', 'Void', 'Math', 'StrictMath', 'System', 'Thread', 'Runnable', 'Iterable', 'Comparable',
  'CharSequence', 'StringBuilder', 'StringBuffer', 'Enum', 'Throwable', 'Exception', 'RuntimeException',
  'Error', 'IllegalArgumentException', 'IllegalStateException', 'NullPointerException', 'IndexOutOfBoundsException',
  'ArrayIndexOutOfBoundsException', 'UnsupportedOperationException', 'ClassCastException', 'ArithmeticException',
  'NumberFormatException', 'InterruptedException', 'CloneNotSupportedException', 'ClassNotFoundException',
  'ReflectiveOperationException', 'SecurityException', 'NegativeArraySizeException', 'AssertionError', 'LinkageError',
  'OutOfMemoryError', 'StackOverflowError', 'VirtualMachineError', 'NoSuchFieldException', 'NoSuchMethodException',
  'AutoCloseable', 'Cloneable', 'Appendable', 'Readable', 'ProcessBuilder', 'Runtime', 'ClassLoader',
  'StackTraceElement', 'ThreadLocal', 'ThreadGroup', 'InheritableThreadLocal', 'Override',
  'Deprecated', 'SuppressWarnings', 'SafeVarargs', 'FunctionalInterface',
]);

const packageDeclaration: Rule = (node, extraction) => {
  const name = node.namedChildren.find((child) => child.type === 'scoped_identifier' || child.type === 'identifier');
  if (name === undefined) return;
  consumeAll(name, extraction);
  extraction.refer('namespace', dottedName(name, extraction), null, node);
};

const importDeclaration: Rule = (node, extraction) => {
  const path = node.namedChildren.find((child) => child.type === 'scoped_identifier' || child.type === 'identifier');
  if (path === undefined) return;
  consumeAll(path, extraction);
  const dotted = dottedName(path, extraction);
  if (node.namedChildren.some((child) => child.type === 'asterisk'))
    return extraction.importName('*', dotted, '*', node);
  const { name, owner } = splitPath(dotted);
  extraction.importName(name, owner ?? '', name, node);
};

const moduleDeclaration: Rule = (node, extraction) => {
  consumeAll(node, extraction);
};

const methodInvocation: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  extraction.refer('call', extraction.textOf(name), receiverOf(node, extraction), name);
};

const objectCreation: Rule = (node, extraction) => {
  const type = node.childForFieldName('type');
  if (type !== null) referType('call', type, extraction);
};

/** `this(…)` and `super(…)` construct, like `new`, the type they stand for. */
const constructorInvocation: Rule = (node, extraction) => {
  const target = node.childForFieldName('constructor')?.type;
  const owner = extraction.enclosingType();
  const path = target === 'this' && owner !== undefined ? extraction.nameOf(owner) : baseOf(extraction);
  if (path === undefined) return;
  const { name, owner: qualifier } = splitPath(path);
  extraction.refer('call', name, qualifier, node);
};

const methodReference: Rule = (node, extraction) => {
  const [target, name] = [node.firstNamedChild, node.lastNamedChild];
  if (target === null) return;
  if (node.lastChild?.type === 'new') {
    if (target.type === 'identifier') extraction.consume(target);
    extraction.refer('read', dottedName(target, extraction), null, target);
  } else if (name?.type === 'identifier' && name.startIndex > target.startIndex) {
    extraction.consume(name);
    const receiver = expressionOf(target, extraction);
    if (receiver !== UNKNOWN) extraction.refer('read', extraction.textOf(name), receiver, name);
  }
};

/** `a.b` read as a value; assignment targets are handled by their own rules. */
const fieldAccess: Rule = (node, extraction) => {
  const field = node.childForFieldName('field');
  if (field?.type !== 'identifier') return;
  extraction.consume(field);
  const parent = node.parent;
  if (parent?.type === 'update_expression') return;
  if (parent?.type === 'assignment_expression' && parent.childForFieldName('left')?.id === node.id) return;
  referMember('read', node, extraction);
};

function referMember(kind: 'read' | 'write' | 'readwrite', node: Node, extraction: Extraction): void {
  const field = node.childForFieldName('field');
  const receiver = expressionOf(node.childForFieldName('object'), extraction);
  if (field?.type === 'identifier' && receiver !== UNKNOWN)
    extraction.refer(kind, extraction.textOf(field), receiver, field);
}

function assignTo(target: Node | null, kind: 'write' | 'readwrite', extraction: Extraction): void {
  if (target?.type === 'identifier') {
    extraction.consume(target);
    extraction.refer(kind, extraction.textOf(target), null, target);
  } else if (target?.type === 'field_access') referMember(kind, target, extraction);
}

const assignment: Rule = (node, extraction) => {
  const kind = node.childForFieldName('operator')?.type === '=' ? 'write' : 'readwrite';
  assignTo(node.childForFieldName('left'), kind, extraction);
};

const update: Rule = (node, extraction) => assignTo(node.firstNamedChild, 'readwrite', extraction);

const annotation: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  consumeAll(name, extraction);
  const { name: last, owner } = splitPath(dottedName(name, extraction));
  if (!BUILTINS.has(last)) extraction.refer('type', last, owner, name);
};

const annotationPair: Rule = (node, extraction) => extraction.consume(node.childForFieldName('key'));

const scopedType: Rule = (node, extraction) => {
  const parent = node.parent?.type === 'generic_type' ? node.parent.parent : node.parent;
  // The whole that this is the beginning of was here before.
  if (parent?.type === 'scoped_type_identifier') return;
  consumeAll(node, extraction);
  // Heritage and `new` refer to the type themselves.
  if (parent === null || parent.type === 'superclass') return;
  if (parent.type === 'object_creation_expression') return;
  if (parent.type === 'type_list' && parent.parent?.type !== 'permits') return;
  referType('type', node, extraction);
};

/** Each `case` is a decision; the constants of an enum are written without their type. */
const switchLabel: Rule = (node, extraction) => {
  if (node.firstChild?.type !== 'case') return;
  extraction.decide();
  let owner = node.parent;
  while (owner !== null && owner.type !== 'switch_expression') owner = owner.parent;
  const subject = knownType(expressionOf(owner?.childForFieldName('condition') ?? null, extraction), extraction);
  if (!/^@[\w$:]+$/.test(subject)) return;
  for (const label of node.namedChildren) {
    if (label.type !== 'identifier') continue;
    extraction.consume(label);
    extraction.refer('read', extraction.textOf(label), subject, label);
  }
};

const label: Rule = (node, extraction) => {
  if (node.firstNamedChild?.type === 'identifier') extraction.consume(node.firstNamedChild);
};

export const java: LanguageDefinition = {
  name: 'java',
  grammar: 'java',
  extensions: ['.java'],
  comments: ['line_comment', 'block_comment'],
  verbatim: [],
  identifiers: ['identifier'],
  typeIdentifiers: ['type_identifier'],
  blocks: [
    'block',
    'constructor_body',
    'for_statement',
    'enhanced_for_statement',
    'try_with_resources_statement',
    'catch_clause',
    'switch_block',
    'switch_rule',
    'while_statement',
    'ternary_expression',
  ],
  decisions: [
    'if_statement',
    'for_statement',
    'enhanced_for_statement',
    'while_statement',
    'do_statement',
    'catch_clause',
    'ternary_expression',
    'guard',
    '&&',
    '||',
  ],
  builtins: BUILTINS,
  // Types of the same package are visible without an import.
  closedModules: () => false,
  rules: {
    ...JAVA_DEFINITIONS,
    package_declaration: packageDeclaration,
    import_declaration: importDeclaration,
    module_declaration: moduleDeclaration,
    method_invocation: methodInvocation,
    object_creation_expression: objectCreation,
    explicit_constructor_invocation: constructorInvocation,
    method_reference: methodReference,
    field_access: fieldAccess,
    assignment_expression: assignment,
    update_expression: update,
    annotation,
    marker_annotation: annotation,
    element_value_pair: annotationPair,
    scoped_type_identifier: scopedType,
    switch_label: switchLabel,
    labeled_statement: label,
    break_statement: label,
    continue_statement: label,
  },
};
