import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { LanguageDefinition, Rule } from '../extract/language.js';
import { knownAs } from './elements.js';
import { BUILTINS } from './php-builtins.js';
import {
  anonymousClass,
  anonymousFunction,
  bases,
  constElement,
  defineConstant,
  enumCase,
  functionDefinition,
  include,
  namespaceDefinition,
  propertyElement,
  typeDefinition,
  useDeclaration,
} from './php-definitions.js';
import { expressionOf, partOf, receiverOf, step } from './php-expressions.js';
import {
  classExpression,
  docAbove,
  docType,
  importQualified,
  instanceOf,
  nameOf,
  stateOf,
  typeExpression,
} from './php-names.js';

// ── Calls ──────────────────────────────────────────────────────────────────────────────────────

const functionCall: Rule = (node, extraction) => {
  const callee = node.childForFieldName('function');
  if (callee?.type !== 'name' && callee?.type !== 'qualified_name' && callee?.type !== 'relative_name') return;
  const name = nameOf(callee, extraction);
  if (name === 'define') return defineConstant(node, extraction);
  extraction.refer('call', name, null, callee);
};

const memberCall: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name?.type !== 'name') return;
  extraction.refer('call', extraction.textOf(name), expressionOf(node.childForFieldName('object'), extraction), name);
};

const scopedCall: Rule = (node, extraction) => {
  const scope = node.childForFieldName('scope');
  const name = node.childForFieldName('name');
  if (scope === null) return;
  useClass(scope, extraction);
  if (name?.type === 'name') extraction.refer('call', extraction.textOf(name), expressionOf(scope, extraction), name);
};

/** `new T(…)`, `#[T(…)]`: the call of a class. */
const instanceCreation: Rule = (node, extraction) => {
  const type = node.firstNamedChild;
  if (type === null) return;
  const expression = classExpression(type, extraction);
  if (expression === UNKNOWN) return;
  if (expression === 'super') return extraction.refer('call', '__construct', 'super', type);
  if (expression !== 'this') return extraction.refer('call', expression.replace(/^@/, ''), null, type);
  const owner = extraction.enclosingType();
  if (owner !== undefined) extraction.refer('call', extraction.nameOf(owner), null, type);
};

/** `[$this, 'run']` and `[Foo::class, 'run']` name a method to be called later. */
const callablePair: Rule = (node, extraction) => {
  if (node.namedChildCount !== 2) return;
  const [object, name] = node.namedChildren.map((item) => (item.namedChildCount === 1 ? item.firstNamedChild : null));
  if (
    object === null ||
    object === undefined ||
    name?.type !== 'string' ||
    !/^(\$this|[\w\\]+::class)$/.test(extraction.textOf(object))
  )
    return;
  const method = extraction.textOf(name).slice(1, -1);
  if (/^[A-Za-z_]\w*$/.test(method)) extraction.refer('call', method, expressionOf(object, extraction), name);
};

// ── Members and classes ────────────────────────────────────────────────────────────────────────

/** A class that is named in front of `::` or behind `instanceof`. */
function useClass(node: Node, extraction: Extraction): void {
  if (node.type !== 'name' && node.type !== 'qualified_name' && node.type !== 'relative_name') return;
  const type = classExpression(node, extraction);
  if (type !== 'this' && type !== 'super' && type !== UNKNOWN)
    extraction.refer('type', type.replace(/^@/, ''), null, node);
}

const namedType: Rule = (node, extraction) => {
  if (node.firstNamedChild !== null) useClass(node.firstNamedChild, extraction);
};

const memberAccess: Rule = (node, extraction) => referMember(node, 'read', extraction);

function referMember(node: Node, kind: 'read' | 'write' | 'readwrite', extraction: Extraction): void {
  const { handled } = stateOf(extraction);
  const name = node.childForFieldName('name');
  if (name === null || handled.delete(name.startIndex)) return;
  if (kind !== 'read') handled.add(name.startIndex);
  const isStatic = node.type === 'scoped_property_access_expression';
  const object = node.childForFieldName(isStatic ? 'scope' : 'object');
  if (isStatic && object !== null) useClass(object, extraction);
  if (name.type !== (isStatic ? 'variable_name' : 'name')) return;
  const receiver = expressionOf(object, extraction);
  if (receiver !== UNKNOWN) extraction.refer(kind, `${isStatic ? '' : '$'}${extraction.textOf(name)}`, receiver, name);
}

const constantAccess: Rule = (node, extraction) => {
  const scope = node.firstNamedChild;
  const name = node.lastNamedChild;
  if (scope === null || name === null || node.namedChildCount < 2) return;
  useClass(scope, extraction);
  const receiver = expressionOf(scope, extraction);
  const text = extraction.textOf(name);
  if (receiver !== UNKNOWN && text !== 'class' && name.type === 'name') extraction.refer('read', text, receiver, name);
};

const binary: Rule = (node, extraction) => {
  const right = node.childForFieldName('right');
  if (right === null || node.childForFieldName('operator')?.type !== 'instanceof') return;
  useClass(right, extraction);
};

// ── Assignments ────────────────────────────────────────────────────────────────────────────────

const assignment: Rule = (node, extraction) => {
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  if (left === null) return;
  const parent = node.parent;
  const doc = parent?.type === 'expression_statement' ? docAbove(parent, extraction) : '';
  const said = docType(doc, 'var', '', extraction);
  bind(left, said ?? expressionOf(right, extraction), extraction);
};

const augmentedAssignment: Rule = (node, extraction) => {
  const left = node.childForFieldName('left');
  if (left?.type === 'variable_name' && node.childForFieldName('operator')?.type === '??=') {
    return bind(left, expressionOf(node.childForFieldName('right'), extraction), extraction);
  }
  if (left !== null && isMember(left)) {
    defineOwnField(left, expressionOf(node.childForFieldName('right'), extraction), extraction);
    referMember(left, 'readwrite', extraction);
  }
};

const update: Rule = (node, extraction) => {
  const target = node.childForFieldName('argument');
  if (target !== null && isMember(target)) referMember(target, 'readwrite', extraction);
};

function isMember(node: Node): boolean {
  return node.type === 'member_access_expression' || node.type === 'scoped_property_access_expression';
}

function bind(target: Node, type: Expression, extraction: Extraction): void {
  switch (target.type) {
    case 'variable_name': {
      const name = extraction.textOf(target);
      if (name !== '$this') extraction.scope.functionScope().declareLocal(name, type);
      return;
    }
    case 'member_access_expression':
    case 'scoped_property_access_expression':
      defineOwnField(target, type, extraction);
      return referMember(target, 'write', extraction);
    case 'by_ref':
      if (target.firstNamedChild !== null) bind(target.firstNamedChild, type, extraction);
      return;
    case 'pair':
      if (target.lastNamedChild !== null) bind(target.lastNamedChild, type, extraction);
      return;
    case 'list_literal':
      for (const part of target.namedChildren) bind(part, partOf(type), extraction);
      return;
    default:
      return;
  }
}

/** `$this->x = …` makes `$x` a variable of the class, when nothing declares it. */
function defineOwnField(target: Node, type: Expression, extraction: Extraction): void {
  const name = target.childForFieldName('name');
  const object = target.childForFieldName('object');
  const owner = extraction.enclosingType();
  if (owner === undefined || name?.type !== 'name' || object === null || extraction.textOf(object) !== '$this') return;
  if (expressionOf(object, extraction) !== 'this') return;
  extraction.defineField(owner, target, {
    name: `$${extraction.textOf(name)}`,
    nodeType: 'variable',
    visibility: 'public',
    valueType: type === UNKNOWN ? null : type,
    declares: false,
  });
}

// ── Statements ─────────────────────────────────────────────────────────────────────────────────

const foreachLoop: Rule = (node, extraction) => {
  const [iterated, target] = node.namedChildren.filter((child) => child.type !== 'comment');
  if (iterated === undefined || target === undefined) return;
  const value = expressionOf(iterated, extraction);
  if (target.type === 'pair' && target.firstNamedChild !== null) bind(target.firstNamedChild, UNKNOWN, extraction);
  const said = docType(docAbove(node, extraction), 'var', '', extraction);
  bind(target, said ?? elementOfIterated(value, extraction), extraction);
};

/** An object that is looped over says what it gives by its iterator. */
function elementOfIterated(value: Expression, extraction: Extraction): Expression {
  const held = knownAs(value, extraction);
  if (held !== 'this' && !/^@[\w\\:]+$/.test(held)) return partOf(value);
  return partOf(held) === UNKNOWN ? UNKNOWN : step(value, '.getIterator()[]');
}

/** In the block after `if ($x instanceof T)`, `$x` is a `T`. */
const condition: Rule = (node, extraction) => {
  const block = node.childForFieldName('body');
  let test = node.childForFieldName('condition')?.firstNamedChild ?? null;
  while (test?.type === 'binary_expression' && test.childForFieldName('operator')?.type === '&&') {
    test = test.childForFieldName('left');
  }
  if (block === null || test?.type !== 'binary_expression') return;
  if (test.childForFieldName('operator')?.type !== 'instanceof') return;
  const name = test.childForFieldName('left');
  const type = instanceOf(classExpression(test.childForFieldName('right'), extraction));
  if (name?.type !== 'variable_name' || type === UNKNOWN) return;
  stateOf(extraction).narrowings.set(block.startIndex, { name: extraction.textOf(name), type });
};

const block: Rule = (node, extraction) => {
  const { narrowings } = stateOf(extraction);
  const narrowed = narrowings.size === 0 ? undefined : narrowings.get(node.startIndex);
  if (narrowed === undefined) return;
  extraction.openBlock();
  extraction.scope.declareLocal(narrowed.name, narrowed.type);
};

const catchClause: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const types = node.childForFieldName('type')?.namedChildren ?? [];
  const [only] = types;
  if (name === null) return;
  const type = types.length === 1 && only !== undefined ? typeExpression(only, extraction) : null;
  extraction.scope.functionScope().declareLocal(extraction.textOf(name), type);
};

const returnStatement: Rule = (node, extraction) => {
  const expression = expressionOf(node.firstNamedChild, extraction);
  const value = knownAs(expression, extraction);
  if (!value.startsWith(UNKNOWN) && !/^@(bool|int|array)$/.test(value)) extraction.inferReturn(expression);
};

/** `static $cache = new T` inside a function. */
const staticVariable: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name !== null) bind(name, expressionOf(node.childForFieldName('value'), extraction), extraction);
};

export const php: LanguageDefinition = {
  name: 'php',
  grammar: 'php',
  extensions: ['.php'],
  comments: ['comment'],
  verbatim: [],
  // The grammar has one node type for all names, so each is referred to where its meaning is known.
  identifiers: [],
  typeIdentifiers: [],
  blocks: [],
  decisions: [
    'if_statement',
    'else_if_clause',
    'for_statement',
    'foreach_statement',
    'while_statement',
    'do_statement',
    'case_statement',
    'catch_clause',
    'conditional_expression',
    'match_conditional_expression',
    '&&',
    '||',
    'and',
    'or',
    '??',
    '??=',
    '?->',
  ],
  builtins: BUILTINS,
  rules: {
    namespace_definition: namespaceDefinition,
    namespace_use_declaration: useDeclaration,
    include_expression: include,
    include_once_expression: include,
    require_expression: include,
    require_once_expression: include,
    class_declaration: typeDefinition('class'),
    interface_declaration: typeDefinition('interface'),
    trait_declaration: typeDefinition('trait'),
    enum_declaration: typeDefinition('enum'),
    anonymous_class: anonymousClass,
    base_clause: bases,
    class_interface_clause: bases,
    use_declaration: bases,
    method_declaration: functionDefinition,
    function_definition: functionDefinition,
    anonymous_function: anonymousFunction,
    arrow_function: anonymousFunction,
    property_element: propertyElement,
    const_element: constElement,
    enum_case: enumCase,
    function_call_expression: functionCall,
    member_call_expression: memberCall,
    nullsafe_member_call_expression: memberCall,
    scoped_call_expression: scopedCall,
    object_creation_expression: instanceCreation,
    attribute: instanceCreation,
    array_creation_expression: callablePair,
    named_type: namedType,
    member_access_expression: memberAccess,
    nullsafe_member_access_expression: memberAccess,
    scoped_property_access_expression: memberAccess,
    class_constant_access_expression: constantAccess,
    binary_expression: binary,
    assignment_expression: assignment,
    reference_assignment_expression: assignment,
    augmented_assignment_expression: augmentedAssignment,
    update_expression: update,
    foreach_statement: foreachLoop,
    if_statement: condition,
    else_if_clause: condition,
    compound_statement: block,
    catch_clause: catchClause,
    return_statement: returnStatement,
    static_variable_declaration: staticVariable,
  },
  closedModules: () => false,
  receiverOf,
  finish: importQualified,
};
