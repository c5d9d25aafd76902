import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression, type Visibility } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { callbackElement, expressionOf, typeExpression } from './ecmascript-expressions.js';

/** Rules of what JavaScript and TypeScript have in common. */

const FUNCTION_VALUES = new Set(['arrow_function', 'function_expression', 'generator_function', 'function']);
const CLASS_VALUES = new Set(['class']);
const PROPERTY_MODIFIERS = new Set(['accessibility_modifier', 'readonly', 'override_modifier']);

// ── Definitions ────────────────────────────────────────────────────────────────────────────────

/** The statement that a declaration is written in, with its `export` and `const`. */
function statementOf(node: Node): Node {
  const parent = node.parent;
  if (parent === null) return node;
  if (parent.type === 'export_statement' || parent.type === 'ambient_declaration') return statementOf(parent);
  if (node.type === 'variable_declarator' && parent.namedChildCount === 1) return statementOf(parent);
  if (node.type === 'internal_module' && parent.type === 'expression_statement') return statementOf(parent);
  return node;
}

/** At the top of a file or namespace: exported or not. Elsewhere nobody can name it. */
function topLevelVisibility(node: Node, extraction: Extraction): Visibility {
  if (extraction.currentType !== 'module') return 'private';
  const statement = statementOf(node);
  return statement.type === 'export_statement' || statement.type === 'ambient_declaration' ? 'public' : 'internal';
}

function isDefaultExport(statement: Node): boolean {
  return statement.type === 'export_statement' && statement.children.some((child) => child.type === 'default');
}

function exportDefault(node: Node, name: string, extraction: Extraction): void {
  if (isDefaultExport(statementOf(node))) extraction.refer('export', name, null, node, 'default');
}

const functionDeclaration: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return extraction.anonymousFunction();
  extraction.consume(name);
  const text = extraction.textOf(name);
  exportDefault(node, text, extraction);
  defineFunction(node, text, node, extraction, { range: statementOf(node) });
};

interface FunctionPlace {
  readonly range: Node;
  readonly visibility?: Visibility;
  readonly isMethod?: boolean;
  readonly owner?: string;
}

/** Defines a named function whose parameters and body are in `value`. */
function defineFunction(node: Node, name: string, value: Node, extraction: Extraction, place: FunctionPlace): void {
  const body = value.childForFieldName('body');
  extraction.define(node, {
    name,
    nodeType: place.isMethod === true ? 'method' : 'function',
    visibility: place.visibility ?? topLevelVisibility(node, extraction),
    range: place.range,
    ...(body === null ? {} : { bodyStart: body.startIndex }),
    measured: body !== null,
    valueType: returnType(value, extraction),
    declares: place.isMethod !== true,
    ...(place.owner === undefined ? {} : { owner: place.owner }),
  });
  declareParameters(value, extraction);
  if (value.type === 'arrow_function' && body !== null && body.type !== 'statement_block') inferFrom(body, extraction);
}

function returnType(value: Node, extraction: Extraction): Expression | null {
  const annotation = value.childForFieldName('return_type');
  return annotation?.type === 'type_annotation' ? typeExpression(annotation, extraction) : null;
}

function inferFrom(value: Node | null, extraction: Extraction): void {
  const type = expressionOf(value, extraction);
  if (type !== UNKNOWN) extraction.inferReturn(type);
}

const anonymousFunction: Rule = (node, extraction) => {
  if (definedByParent(node, extraction)) return;
  extraction.anonymousFunction();
  const name = node.childForFieldName('name');
  if (name !== null) {
    extraction.consume(name);
    extraction.scope.declareLocal(extraction.textOf(name));
  }
  const isArgument = extraction.ancestorType(1) === 'arguments';
  declareParameters(node, extraction, isArgument ? callbackElement(node, extraction) : null);
};

const HOLDERS = new Set([
  'variable_declarator',
  'public_field_definition',
  'field_definition',
  'pair',
  'assignment_expression',
  'export_statement',
]);

/** Function values that got a symbol with the variable, field or property that holds them. */
function definedByParent(node: Node, extraction: Extraction): boolean {
  const parentType = extraction.ancestorType(1);
  const parent = parentType !== undefined && HOLDERS.has(parentType) ? node.parent : null;
  if (parent === null) return false;
  switch (parent.type) {
    case 'variable_declarator':
      return parent.childForFieldName('name')?.type === 'identifier';
    case 'public_field_definition':
    case 'field_definition':
      return memberName(parent, extraction) !== undefined;
    case 'pair':
      return isApiObject(parent.parent, extraction) && memberName(parent, extraction) !== undefined;
    case 'assignment_expression':
      return assignedFunction(parent, extraction) !== undefined;
    case 'export_statement':
      return true;
    default:
      return false;
  }
}

const classDeclaration: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) {
    if (node.type === 'class' && classDefinedByParent(node)) return;
    extraction.openBlock();
    return;
  }
  if (node.type === 'class' && classDefinedByParent(node)) return extraction.consume(name);
  extraction.consume(name);
  const text = extraction.textOf(name);
  exportDefault(node, text, extraction);
  defineClass(node, text, node, extraction, statementOf(node));
};

function classDefinedByParent(node: Node): boolean {
  const parent = node.parent;
  return parent?.type === 'variable_declarator' && parent.childForFieldName('name')?.type === 'identifier';
}

function defineClass(node: Node, name: string, value: Node, extraction: Extraction, range: Node): void {
  const body = value.childForFieldName('body');
  extraction.define(node, {
    name,
    nodeType: 'class',
    visibility: topLevelVisibility(node, extraction),
    range,
    ...(body === null ? {} : { bodyStart: body.startIndex }),
  });
}

const methodDefinition: Rule = (node, extraction) => {
  const name = memberName(node, extraction);
  const inObject = extraction.ancestorType(1) === 'object';
  if (name === undefined || (inObject && !isApiObject(node.parent, extraction))) {
    extraction.anonymousFunction();
    declareParameters(node, extraction);
    return;
  }
  defineFunction(node, name, node, extraction, { range: node, visibility: memberVisibility(node, extraction), isMethod: true });
};

const fieldDefinition: Rule = (node, extraction) => {
  const name = memberName(node, extraction);
  if (name === undefined) return;
  const value = node.childForFieldName('value');
  const visibility = memberVisibility(node, extraction);
  if (value !== null && FUNCTION_VALUES.has(value.type)) {
    return defineFunction(node, name, value, extraction, { range: node, visibility, isMethod: true });
  }
  extraction.define(node, {
    name,
    nodeType: 'variable',
    visibility,
    ...(value === null ? {} : { bodyStart: value.startIndex }),
    valueType: declaredOrAssigned(node, value, extraction),
    declares: false,
  });
};

function declaredOrAssigned(node: Node, value: Node | null, extraction: Extraction): Expression | null {
  const annotation = node.childForFieldName('type');
  if (annotation !== null) return typeExpression(annotation, extraction);
  const type = expressionOf(value, extraction);
  return type === UNKNOWN ? null : type;
}

/** Name of a class member, or undefined when it is computed. */
export function memberName(node: Node, extraction: Extraction): string | undefined {
  const name = node.childForFieldName('name') ?? node.childForFieldName('property') ?? node.childForFieldName('key');
  if (name === null || name.type === 'computed_property_name') return undefined;
  const text = extraction.textOf(name);
  return name.type === 'string' ? text.slice(1, -1) : text;
}

export function memberVisibility(node: Node, extraction: Extraction): Visibility {
  const name = node.childForFieldName('name') ?? node.childForFieldName('property');
  if (name?.type === 'private_property_identifier') return 'private';
  const modifier = node.namedChildren.find((child) => child.type === 'accessibility_modifier');
  const text = modifier === undefined ? 'public' : extraction.textOf(modifier);
  return text === 'private' || text === 'protected' ? text : 'public';
}

const variableDeclarator: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const value = node.childForFieldName('value');
  if (name === null) return;
  if (requireImport(name, value, extraction)) return;
  if (name.type !== 'identifier') return declarePattern(name, declaredOrUnknown(node, value, extraction), extraction);
  extraction.consume(name);
  const text = extraction.textOf(name);
  if (value !== null && FUNCTION_VALUES.has(value.type)) {
    return defineFunction(node, text, value, extraction, { range: statementOf(node) });
  }
  if (value !== null && CLASS_VALUES.has(value.type)) {
    return defineClass(node, text, value, extraction, statementOf(node));
  }
  if (extraction.currentType !== 'module' || !isTopLevel(node)) {
    const isVar = extraction.ancestorType(1) === 'variable_declaration';
    const scope = isVar ? extraction.scope.functionScope() : extraction.scope;
    scope.declareLocal(text, declaredOrUnknown(node, value, extraction));
    return;
  }
  extraction.define(node, {
    name: text,
    nodeType: 'variable',
    visibility: topLevelVisibility(node, extraction),
    range: statementOf(node),
    ...(value === null ? {} : { bodyStart: value.startIndex }),
    valueType: declaredOrAssigned(node, value, extraction),
    opensScope: false,
  });
};

function declaredOrUnknown(node: Node, value: Node | null, extraction: Extraction): Expression {
  return declaredOrAssigned(node, value, extraction) ?? UNKNOWN;
}

function isTopLevel(node: Node): boolean {
  const statement = statementOf(node.parent?.namedChildCount === 1 ? node : (node.parent ?? node));
  const container = statement.parent;
  if (container === null || container.type === 'program') return true;
  const holder = container.parent?.type;
  return container.type === 'statement_block' && (holder === 'internal_module' || holder === 'module');
}

/** `const x = require('m')` and `const { a, b: c } = require('m')`. */
function requireImport(name: Node, value: Node | null, extraction: Extraction): boolean {
  if (value?.type !== 'call_expression') return false;
  const callee = value.childForFieldName('function');
  if (callee === null || extraction.textOf(callee) !== 'require') return false;
  const module = stringText(value.childForFieldName('arguments')?.firstNamedChild ?? null, extraction);
  if (module === undefined) return false;
  extraction.isModule = true;
  extraction.consume(callee);
  if (name.type === 'identifier') {
    extraction.consume(name);
    extraction.importName('*', module, extraction.textOf(name), name);
    return true;
  }
  if (name.type !== 'object_pattern') return false;
  for (const property of name.namedChildren) {
    const target = property.type === 'pair_pattern' ? property.childForFieldName('value') : property;
    const key = property.type === 'pair_pattern' ? property.childForFieldName('key') : property;
    if (key === null || target === null) continue;
    if (target.type === 'identifier' || target.type === 'shorthand_property_identifier_pattern') {
      extraction.consume(target);
      extraction.importName(extraction.textOf(key), module, extraction.textOf(target), property);
    } else declarePattern(target, UNKNOWN, extraction);
  }
  return true;
}

/** The object literals whose functions are symbols: the value of a top-level variable or of `module.exports`. */
function isApiObject(node: Node | null, extraction: Extraction): boolean {
  if (node?.type !== 'object') return false;
  let parent = node.parent;
  while (parent !== null && (parent.type === 'as_expression' || parent.type === 'satisfies_expression')) parent = parent.parent;
  if (parent?.type === 'variable_declarator') return isTopLevel(parent);
  if (parent?.type !== 'assignment_expression' || parent.parent?.parent?.type !== 'program') return false;
  const left = parent.childForFieldName('left');
  return left !== null && /^(module\.)?exports(\.|$)/.test(extraction.textOf(left));
}

const objectPair: Rule = (node, extraction) => {
  const name = memberName(node, extraction);
  const value = node.childForFieldName('value');
  if (name === undefined || value === null || !FUNCTION_VALUES.has(value.type)) return;
  if (!isApiObject(node.parent, extraction)) return;
  defineFunction(node, name, value, extraction, { range: node, visibility: 'public', isMethod: true });
};

// ── Parameters and patterns ────────────────────────────────────────────────────────────────────

export function declareParameters(value: Node, extraction: Extraction, first: Expression | null = null): void {
  const single = value.childForFieldName('parameter');
  if (single !== null) return declarePattern(single, first ?? UNKNOWN, extraction);
  const parameters = value.childForFieldName('parameters');
  parameters?.namedChildren.forEach((parameter, position) => {
    declareParameter(parameter, position === 0 && first !== null ? first : UNKNOWN, extraction);
  });
}

function declareParameter(parameter: Node, fallback: Expression, extraction: Extraction): void {
  if (parameter.type !== 'required_parameter' && parameter.type !== 'optional_parameter') {
    return declarePattern(parameter, fallback, extraction);
  }
  const pattern = parameter.childForFieldName('pattern');
  const annotation = parameter.childForFieldName('type');
  if (parameter.childForFieldName('value') !== null) extraction.decide();
  if (pattern === null) return;
  const type = annotation === null ? fallback : (typeExpression(annotation, extraction) ?? UNKNOWN);
  declarePattern(pattern, type, extraction);
  if (pattern.type === 'identifier' && parameter.children.some((child) => PROPERTY_MODIFIERS.has(child.type))) {
    parameterProperty(parameter, pattern, annotation, extraction);
  }
}

/** `constructor(private readonly x: X)` is a field of the class. */
function parameterProperty(parameter: Node, name: Node, annotation: Node | null, extraction: Extraction): void {
  const owner = extraction.enclosingType();
  if (owner === undefined) return;
  extraction.defineField(owner, parameter, {
    name: extraction.textOf(name),
    nodeType: 'variable',
    visibility: memberVisibility(parameter, extraction),
    valueType: typeExpression(annotation, extraction),
    declares: false,
  });
}

/** Declares every name of a binding pattern as a local; `type` is what the whole pattern is bound to. */
export function declarePattern(pattern: Node, type: Expression, extraction: Extraction): void {
  const of = (suffix: string): Expression => (type === UNKNOWN ? UNKNOWN : type + suffix);
  switch (pattern.type) {
    case 'identifier':
    case 'shorthand_property_identifier_pattern':
      extraction.consume(pattern);
      extraction.scope.declareLocal(extraction.textOf(pattern), type);
      return;
    case 'object_pattern':
      for (const property of pattern.namedChildren) declareProperty(property, of, extraction);
      return;
    case 'array_pattern':
      for (const element of pattern.namedChildren) declarePattern(element, of('[]'), extraction);
      return;
    case 'assignment_pattern': {
      const left = pattern.childForFieldName('left');
      if (left !== null) declarePattern(left, type, extraction);
      return;
    }
    case 'rest_pattern':
      if (pattern.firstNamedChild !== null) declarePattern(pattern.firstNamedChild, type, extraction);
      return;
    default:
      return;
  }
}

function declareProperty(property: Node, of: (suffix: string) => Expression, extraction: Extraction): void {
  if (property.type === 'pair_pattern') {
    const key = property.childForFieldName('key');
    const value = property.childForFieldName('value');
    if (value !== null) declarePattern(value, key === null ? UNKNOWN : of(`.${extraction.textOf(key)}`), extraction);
  } else if (property.type === 'object_assignment_pattern') {
    const left = property.childForFieldName('left');
    if (left !== null) declarePattern(left, of(`.${extraction.textOf(left)}`), extraction);
  } else if (property.type === 'rest_pattern') {
    declarePattern(property, UNKNOWN, extraction);
  } else {
    declarePattern(property, of(`.${extraction.textOf(property)}`), extraction);
  }
}

// ── References ─────────────────────────────────────────────────────────────────────────────────

const callExpression: Rule = (node, extraction) => {
  const callee = node.childForFieldName('function');
  if (callee === null) return;
  if (callee.type === 'import') return dynamicImport(node, extraction);
  callTo(callee, extraction);
};

function callTo(callee: Node, extraction: Extraction): void {
  if (callee.type === 'identifier') {
    extraction.consume(callee);
    extraction.refer('call', extraction.textOf(callee), null, callee);
  } else if (callee.type === 'member_expression') {
    const property = callee.childForFieldName('property');
    if (property === null) return;
    extraction.consume(property);
    const receiver = expressionOf(callee.childForFieldName('object'), extraction);
    extraction.refer('call', extraction.textOf(property), receiver, callee);
  } else if (callee.type === 'super') {
    extraction.refer('call', 'constructor', 'super', callee);
  }
}

const newExpression: Rule = (node, extraction) => {
  const constructor = node.childForFieldName('constructor');
  if (constructor !== null) callTo(constructor, extraction);
};

const jsxElement: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  if (name.type === 'identifier') {
    extraction.consume(name);
    // Lower-case elements are the host's own.
    if (/^[A-Z_$]/.test(extraction.textOf(name))) extraction.refer('call', extraction.textOf(name), null, name);
  } else if (name.type === 'member_expression') callTo(name, extraction);
};

const jsxClosing: Rule = (node, extraction) => extraction.consume(node.childForFieldName('name'));

/** `a.b` read as a value; calls and assignment targets were handled by their own rules. */
const memberExpression: Rule = (node, extraction) => {
  const property = node.childForFieldName('property');
  if (property === null || extraction.isConsumed(property)) return;
  referMember('read', node, property, extraction);
};

function referMember(kind: 'read' | 'write' | 'readwrite', node: Node, property: Node, extraction: Extraction): void {
  const receiver = expressionOf(node.childForFieldName('object'), extraction);
  if (receiver !== UNKNOWN) extraction.refer(kind, extraction.textOf(property), receiver, property);
}

function assignTo(target: Node | null, kind: 'write' | 'readwrite', extraction: Extraction): void {
  if (target === null) return;
  if (target.type === 'identifier') {
    extraction.consume(target);
    extraction.refer(kind, extraction.textOf(target), null, target);
  } else if (target.type === 'member_expression') {
    const property = target.childForFieldName('property');
    if (property === null) return;
    extraction.consume(property);
    referMember(kind, target, property, extraction);
  }
}

const assignment: Rule = (node, extraction) => {
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  if (left === null) return;
  const target = assignedFunction(node, extraction);
  if (target !== undefined && right !== null) return defineAssigned(node, target, right, extraction);
  commonJsExport(left, right, extraction);
  fieldAssignment(left, right, extraction);
  localAssignment(left, right, extraction);
  assignTo(left, 'write', extraction);
};

const augmentedAssignment: Rule = (node, extraction) => assignTo(node.childForFieldName('left'), 'readwrite', extraction);

const updateExpression: Rule = (node, extraction) => assignTo(node.childForFieldName('argument'), 'readwrite', extraction);

/** `let x; x = new Foo()`: the first assignment says what a local is. */
function localAssignment(left: Node, right: Node | null, extraction: Extraction): void {
  if (left.type !== 'identifier') return;
  const name = extraction.textOf(left);
  const found = extraction.scope.find(name);
  if (found?.binding.kind !== 'local' || found.binding.type !== UNKNOWN) return;
  const type = expressionOf(right, extraction);
  if (type !== UNKNOWN && type !== name && found.scope === extraction.scope) found.scope.declareLocal(name, type);
}

/** `this.x = value` in a method makes `x` a field of the class. */
function fieldAssignment(left: Node, right: Node | null, extraction: Extraction): void {
  if (left.type !== 'member_expression' || left.childForFieldName('object')?.type !== 'this') return;
  const owner = extraction.enclosingType();
  const property = left.childForFieldName('property');
  if (owner === undefined || property === null) return;
  const type = expressionOf(right, extraction);
  extraction.defineField(owner, left, {
    name: extraction.textOf(property),
    nodeType: 'variable',
    visibility: property.type === 'private_property_identifier' ? 'private' : 'public',
    valueType: type === UNKNOWN ? null : type,
    declares: false,
  });
}

interface AssignedFunction {
  readonly name: string;
  readonly owner?: string;
  readonly visibility: Visibility;
  readonly isMethod: boolean;
}

/** `exports.f = function…`, `module.exports.f = …` and `Type.prototype.m = …` at the top level. */
function assignedFunction(node: Node, extraction: Extraction): AssignedFunction | undefined {
  const right = node.childForFieldName('right');
  const left = node.childForFieldName('left');
  if (right === null || left?.type !== 'member_expression' || !FUNCTION_VALUES.has(right.type)) return undefined;
  if (node.parent?.parent?.type !== 'program') return undefined;
  const match = /^(?:module\.)?exports\.([\w$]+)$/.exec(extraction.textOf(left));
  if (match?.[1] !== undefined) return { name: match[1], visibility: 'public', isMethod: false };
  const method = /^([\w$]+\.prototype\.[\w$]+|(?!module\.|exports\.|window\.|globalThis\.)[A-Z][\w$]*\.[\w$]+)$/.exec(
    extraction.textOf(left),
  );
  if (method?.[1] === undefined) return undefined;
  const [owner = '', name = ''] = method[1].replace('.prototype.', '.').split('.');
  return { name, owner, visibility: 'public', isMethod: true };
}

function defineAssigned(node: Node, target: AssignedFunction, right: Node, extraction: Extraction): void {
  if (/exports\./.test(extraction.textOf(node).slice(0, 20))) extraction.isModule = true;
  consumeNames(node.childForFieldName('left'), extraction);
  defineFunction(node, target.name, right, extraction, {
    range: node.parent ?? node,
    visibility: target.visibility,
    isMethod: target.isMethod,
    ...(target.owner === undefined ? {} : { owner: target.owner }),
  });
}

function consumeNames(node: Node | null, extraction: Extraction): void {
  for (let at = node; at !== null; at = at.childForFieldName('object')) if (at.type === 'identifier') extraction.consume(at);
}

/** `module.exports = x`, `module.exports = { a, b: c }`, `exports.a = b`. */
function commonJsExport(left: Node, right: Node | null, extraction: Extraction): void {
  const match = /^(module\.exports|exports)(?:\.([\w$]+))?$/.exec(extraction.textOf(left));
  if (match === null || right === null || (match[1] === 'exports' && match[2] === undefined)) return;
  extraction.isModule = true;
  consumeNames(left, extraction);
  if (right.type === 'identifier') {
    extraction.refer('export', extraction.textOf(right), null, right, match[2] ?? '=');
    return;
  }
  if (right.type !== 'object' || match[2] !== undefined) return;
  for (const property of right.namedChildren) {
    const value = property.type === 'pair' ? property.childForFieldName('value') : property;
    const name = property.type === 'pair' ? memberName(property, extraction) : extraction.textOf(property);
    if (value === null || name === undefined) continue;
    if (value.type !== 'identifier' && value.type !== 'shorthand_property_identifier') continue;
    extraction.refer('export', extraction.textOf(value), null, property, name);
  }
}

const returnStatement: Rule = (node, extraction) => inferFrom(node.firstNamedChild, extraction);

const catchClause: Rule = (node, extraction) => {
  extraction.openBlock();
  const parameter = node.childForFieldName('parameter');
  if (parameter !== null) declarePattern(parameter, UNKNOWN, extraction);
};

const forIn: Rule = (node, extraction) => {
  const left = node.childForFieldName('left');
  if (left === null || node.childForFieldName('kind') === null) return;
  declarePattern(left, elementOf(node, extraction), extraction);
};

function elementOf(loop: Node, extraction: Extraction): Expression {
  if (loop.childForFieldName('operator')?.type !== 'of') return UNKNOWN;
  const iterated = expressionOf(loop.childForFieldName('right'), extraction);
  return iterated === UNKNOWN ? UNKNOWN : `${iterated}[]`;
}

const decorator: Rule = (node, extraction) => {
  const name = node.firstNamedChild;
  if (name?.type !== 'identifier' && name?.type !== 'member_expression') return;
  callTo(name, extraction);
};

// ── Imports and exports ────────────────────────────────────────────────────────────────────────

function stringText(node: Node | null, extraction: Extraction): string | undefined {
  return node?.type === 'string' ? extraction.textOf(node).slice(1, -1) : undefined;
}

const importStatement: Rule = (node, extraction) => {
  extraction.isModule = true;
  const require = node.namedChildren.find((child) => child.type === 'import_require_clause');
  const module = stringText((require ?? node).childForFieldName('source'), extraction);
  if (module === undefined) return;
  if (require !== undefined) return importAs('*', module, require.firstNamedChild, extraction);
  const clause = node.namedChildren.find((child) => child.type === 'import_clause');
  // An import for its effects only: the module is a dependency, no name is made visible.
  if (clause === undefined) return extraction.refer('import', '*', module, node, '');
  for (const part of clause.namedChildren) {
    if (part.type === 'identifier') importAs('default', module, part, extraction);
    else if (part.type === 'namespace_import') importAs('*', module, part.lastNamedChild, extraction);
    else if (part.type === 'named_imports') part.namedChildren.forEach((item) => importSpecifier(item, module, extraction));
  }
};

function importSpecifier(item: Node, module: string, extraction: Extraction): void {
  const name = item.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  importAs(plainName(name, extraction), module, item.childForFieldName('alias') ?? name, extraction);
}

function importAs(name: string, module: string, alias: Node | null, extraction: Extraction): void {
  if (alias === null) return;
  extraction.consume(alias);
  extraction.importName(name, module, plainName(alias, extraction), alias);
}

function plainName(node: Node, extraction: Extraction): string {
  return stringText(node, extraction) ?? extraction.textOf(node);
}

function dynamicImport(node: Node, extraction: Extraction): void {
  const module = stringText(node.childForFieldName('arguments')?.firstNamedChild ?? null, extraction);
  if (module !== undefined) extraction.refer('import', '*', module, node, '');
}

const exportStatement: Rule = (node, extraction) => {
  extraction.isModule = true;
  const module = stringText(node.childForFieldName('source'), extraction);
  const clause = node.namedChildren.find((child) => child.type === 'export_clause');
  if (clause !== undefined) {
    for (const item of clause.namedChildren) exportSpecifier(item, module ?? null, extraction);
    return;
  }
  if (module !== undefined) {
    const namespace = node.namedChildren.find((child) => child.type === 'namespace_export')?.lastNamedChild;
    if (namespace !== undefined && namespace !== null) extraction.consume(namespace);
    const alias = namespace === undefined || namespace === null ? '*' : plainName(namespace, extraction);
    return extraction.refer('export', '*', module, node, alias);
  }
  defaultExport(node, extraction);
};

function exportSpecifier(item: Node, module: string | null, extraction: Extraction): void {
  const name = item.childForFieldName('name');
  if (name === null) return;
  const alias = item.childForFieldName('alias') ?? name;
  // Without a module the name is a use of what it exports; with one it names nothing of this file.
  if (module !== null) extraction.consume(name);
  extraction.consume(alias === name ? null : alias);
  extraction.refer('export', plainName(name, extraction), module, item, plainName(alias, extraction));
}

/** `export default <expression>` and `export = name`. */
function defaultExport(node: Node, extraction: Extraction): void {
  const value = node.childForFieldName('value') ?? (node.children.some((child) => child.type === '=') ? node.lastNamedChild : null);
  if (value === null) return;
  const alias = node.children.some((child) => child.type === '=') ? '=' : 'default';
  if (value.type === 'identifier') return extraction.refer('export', extraction.textOf(value), null, value, alias);
  if (FUNCTION_VALUES.has(value.type)) {
    return defineFunction(node, 'default', value, extraction, { range: node, visibility: 'public' });
  }
  if (CLASS_VALUES.has(value.type) && value.childForFieldName('name') === null) {
    defineClass(node, 'default', value, extraction, node);
  }
}

export const ECMASCRIPT_RULES: Readonly<Record<string, Rule>> = {
  function_declaration: functionDeclaration,
  generator_function_declaration: functionDeclaration,
  function_expression: anonymousFunction,
  generator_function: anonymousFunction,
  arrow_function: anonymousFunction,
  class_declaration: classDeclaration,
  class: classDeclaration,
  method_definition: methodDefinition,
  variable_declarator: variableDeclarator,
  pair: objectPair,
  call_expression: callExpression,
  new_expression: newExpression,
  member_expression: memberExpression,
  assignment_expression: assignment,
  augmented_assignment_expression: augmentedAssignment,
  update_expression: updateExpression,
  return_statement: returnStatement,
  catch_clause: catchClause,
  for_in_statement: forIn,
  decorator,
  import_statement: importStatement,
  export_statement: exportStatement,
};

export const JSX_RULES: Readonly<Record<string, Rule>> = {
  jsx_opening_element: jsxElement,
  jsx_self_closing_element: jsxElement,
  jsx_closing_element: jsxClosing,
};

export const FIELD_RULE = fieldDefinition;

/** Scripts share one scope; it is the namespace that each of them declares. */
export function declareGlobalScript(extraction: Extraction): void {
  if (!extraction.isModule) extraction.declareNamespace('globalThis');
}

export const ECMASCRIPT_DECISIONS: readonly string[] = [
  'if_statement',
  'ternary_expression',
  'for_statement',
  'for_in_statement',
  'while_statement',
  'do_statement',
  'switch_case',
  'catch_clause',
  'assignment_pattern',
  'object_assignment_pattern',
  '&&',
  '||',
  '??',
  '&&=',
  '||=',
  '??=',
];

export const ECMASCRIPT_BLOCKS: readonly string[] = [
  'statement_block',
  'for_statement',
  'for_in_statement',
  'switch_body',
];
