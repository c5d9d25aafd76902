import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression, type NodeType, type Visibility } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { arraySteps, callbackElements, dottedName, expressionOf, typeExpression } from './java-expressions.js';
import { isContainer, noteBase, noteField, noteSelf, splitPath } from './member-types.js';

/** Rules for what Java defines: types, members, parameters and locals. */

function modifiersOf(node: Node): string[] {
  const modifiers = node.namedChildren.find((child) => child.type === 'modifiers');
  return modifiers?.children.map((child) => child.type) ?? [];
}

function visibilityOf(node: Node, extraction: Extraction): Visibility {
  for (const modifier of modifiersOf(node)) {
    if (modifier === 'public' || modifier === 'protected' || modifier === 'private') return modifier;
  }
  if (extraction.currentType === 'interface') return 'public';
  return extraction.currentType === 'module' || extraction.inType ? 'internal' : 'private';
}

/** Members of anonymous classes have no symbol: nobody can name them. */
function isMemberPlace(node: Node, extraction: Extraction): boolean {
  const holder = node.parent?.parent?.type;
  return extraction.inType && holder !== 'object_creation_expression' && holder !== 'enum_constant';
}

function typeDeclaration(nodeType: NodeType): Rule {
  return (node, extraction) => {
    const name = node.childForFieldName('name');
    if (name === null) return;
    extraction.consume(name);
    const body = node.childForFieldName('body');
    extraction.define(node, {
      name: extraction.textOf(name),
      nodeType,
      visibility: visibilityOf(node, extraction),
      ...(body === null ? {} : { bodyStart: body.startIndex }),
    });
    noteSelf('this', extraction);
    heritage(node, extraction);
    if (node.type === 'record_declaration') recordComponents(node, extraction);
    noteFields(body, extraction);
  };
}

function heritage(node: Node, extraction: Extraction): void {
  const base = node.childForFieldName('superclass')?.lastNamedChild ?? null;
  if (base !== null) {
    noteBase(dottedName(base, extraction), extraction);
    inherit(base, extraction);
  }
  const lists = node.namedChildren.filter(
    (child) => child.type === 'super_interfaces' || child.type === 'extends_interfaces',
  );
  for (const list of lists) for (const type of list.firstNamedChild?.namedChildren ?? []) inherit(type, extraction);
}

function inherit(type: Node, extraction: Extraction): void {
  referType('inherit', type, extraction);
}

/** A use of the type written at `type`; its type arguments are uses of their own. */
export function referType(kind: 'inherit' | 'call' | 'type', type: Node, extraction: Extraction): void {
  const named = type.type === 'generic_type' ? type.firstNamedChild : type;
  if (named === null) return;
  if (named.type === 'type_identifier') {
    extraction.consume(named);
    extraction.refer(kind, extraction.textOf(named), null, named);
  } else if (named.type === 'scoped_type_identifier') {
    const { name, owner } = splitPath(dottedName(named, extraction));
    extraction.refer(kind, name, owner, named);
  }
}

/** Lets the rules inside a type know which of its fields are containers. */
function noteFields(body: Node | null, extraction: Extraction): void {
  for (const member of body?.namedChildren ?? []) {
    if (member.type !== 'field_declaration' && member.type !== 'enum_body_declarations') continue;
    if (member.type === 'enum_body_declarations') noteFields(member, extraction);
    const type = typeExpression(member.childForFieldName('type'), extraction);
    if (type === null || !isContainer(type)) continue;
    for (const field of member.childrenForFieldName('declarator')) {
      const name = field.childForFieldName('name');
      if (name !== null) noteField(extraction.textOf(name), type, extraction);
    }
  }
}

/** The components of a record are its fields and the methods that read them. */
function recordComponents(node: Node, extraction: Extraction): void {
  for (const component of parametersOf(node)) {
    const { name, type } = parameterParts(component);
    if (name === null) continue;
    extraction.consume(name);
    extraction.defineField(extraction.current, component, {
      name: extraction.textOf(name),
      nodeType: 'variable',
      visibility: 'public',
      valueType: typeExpression(type, extraction),
      declares: false,
    });
  }
}

const method: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  const text = extraction.textOf(name);
  if (!isMemberPlace(node, extraction)) {
    extraction.scope.declareLocal(text);
    extraction.anonymousFunction();
  } else {
    const body = node.childForFieldName('body');
    extraction.define(node, {
      name: text,
      nodeType: 'method',
      visibility: visibilityOf(node, extraction),
      ...(body === null ? {} : { bodyStart: body.startIndex }),
      measured: body !== null,
      valueType: returnType(node, extraction),
      declares: false,
    });
  }
  declareParameters(node, extraction);
};

function returnType(node: Node, extraction: Extraction): Expression | null {
  const type = typeExpression(node.childForFieldName('type'), extraction);
  const own = node.childForFieldName('type_parameters');
  if (type === null || own === null) return type;
  const names = own.namedChildren
    .map((parameter) => parameterName(parameter))
    .map((name) => name && extraction.textOf(name));
  return names.some((name) => name !== undefined && type.replace(/[[\]]/g, '') === `@${name}`) ? null : type;
}

/** The short constructor of a record sees the components as parameters. */
const compactConstructor: Rule = (node, extraction) => {
  method(node, extraction);
  const record = node.parent?.parent;
  if (record?.type === 'record_declaration') declareParameters(record, extraction);
};

function parametersOf(node: Node): Node[] {
  return node.childForFieldName('parameters')?.namedChildren ?? [];
}

function parameterParts(parameter: Node): { readonly name: Node | null; readonly type: Node | null } {
  if (parameter.type !== 'spread_parameter') {
    return { name: parameter.childForFieldName('name'), type: parameter.childForFieldName('type') };
  }
  const parts = parameter.namedChildren.filter((child) => child.type !== 'modifiers');
  return { name: parts[parts.length - 1]?.childForFieldName('name') ?? null, type: parts[0] ?? null };
}

function declareParameters(node: Node, extraction: Extraction): void {
  for (const parameter of parametersOf(node)) {
    const { name, type } = parameterParts(parameter);
    if (name === null) continue;
    const declared = typeExpression(type, extraction);
    const many =
      parameter.type === 'spread_parameter' ? '[]' : arraySteps(parameter.childForFieldName('dimensions'), extraction);
    declareLocal(name, declared === null ? null : declared + many, extraction);
  }
}

function declareLocal(name: Node, type: Expression | null, extraction: Extraction): void {
  extraction.consume(name);
  extraction.scope.declareLocal(extraction.textOf(name), type);
}

const lambda: Rule = (node, extraction) => {
  const parameters = node.childForFieldName('parameters');
  const elements = callbackElements(node, extraction);
  extraction.anonymousFunction();
  if (parameters?.type === 'formal_parameters') return declareParameters(node, extraction);
  const names = parameters?.type === 'identifier' ? [parameters] : (parameters?.namedChildren ?? []);
  names.forEach((name, position) => {
    const isElement = elements !== null && (elements.all || position === names.length - 1);
    declareLocal(name, isElement ? elements.type : null, extraction);
  });
};

/** A field of its own declaration is one symbol with its type; several in one each start at their name. */
const fieldDeclaration: Rule = (node, extraction) => {
  if (!isMemberPlace(node, extraction) || node.childrenForFieldName('declarator').length !== 1) return;
  const declarator = node.childForFieldName('declarator');
  if (declarator !== null) defineField(node, declarator, visibilityOf(node, extraction), extraction);
};

const variableDeclarator: Rule = (node, extraction) => {
  const declaration = node.parent;
  if (declaration?.type === 'local_variable_declaration') return localVariable(node, declaration, extraction);
  if (declaration?.type !== 'field_declaration' && declaration?.type !== 'constant_declaration') return;
  if (!isMemberPlace(declaration, extraction)) {
    if (extraction.currentType !== 'variable') localVariable(node, declaration, extraction);
  } else if (declaration.childrenForFieldName('declarator').length > 1) {
    defineField(node, node, visibilityOf(declaration, extraction), extraction);
  }
};

function defineField(range: Node, declarator: Node, visibility: Visibility, extraction: Extraction): void {
  const name = declarator.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  const value = declarator.childForFieldName('value');
  extraction.define(range, {
    name: extraction.textOf(name),
    nodeType: 'variable',
    visibility,
    ...(value === null ? {} : { bodyStart: value.startIndex }),
    valueType: declaredType(declarator, range === declarator ? declarator.parent : range, extraction),
    declares: false,
    opensScope: false,
  });
}

function declaredType(declarator: Node, declaration: Node | null, extraction: Extraction): Expression | null {
  const type = typeExpression(declaration?.childForFieldName('type') ?? null, extraction);
  return type === null ? null : type + arraySteps(declarator.childForFieldName('dimensions'), extraction);
}

function localVariable(node: Node, declaration: Node, extraction: Extraction): void {
  const name = node.childForFieldName('name');
  if (name === null) return;
  const isVar = isVarType(declaration.childForFieldName('type'), extraction);
  const value = node.childForFieldName('value');
  declareLocal(name, isVar ? expressionOf(value, extraction) : declaredType(node, declaration, extraction), extraction);
}

/** `var` is written where a type is, and is none. */
function isVarType(type: Node | null, extraction: Extraction): boolean {
  if (type === null || type.endIndex - type.startIndex !== 3 || extraction.textOf(type) !== 'var') return false;
  extraction.consume(type);
  return true;
}

const enhancedFor: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const type = node.childForFieldName('type');
  if (name === null) return;
  const iterated = isVarType(type, extraction) ? expressionOf(node.childForFieldName('value'), extraction) : null;
  if (iterated === null) declareLocal(name, typeExpression(type, extraction), extraction);
  else declareLocal(name, iterated === UNKNOWN ? null : `${iterated}[]`, extraction);
};

const resource: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const type = node.childForFieldName('type');
  if (name === null) return;
  const isVar = isVarType(type, extraction);
  declareLocal(
    name,
    isVar ? expressionOf(node.childForFieldName('value'), extraction) : typeExpression(type, extraction),
    extraction,
  );
};

const catchParameter: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const types = node.namedChildren.find((child) => child.type === 'catch_type')?.namedChildren ?? [];
  // Of several types the value has only what they have in common.
  if (name !== null)
    declareLocal(name, types.length === 1 ? typeExpression(types[0] ?? null, extraction) : null, extraction);
};

const instanceOf: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name !== null) declareLocal(name, typeExpression(node.childForFieldName('right'), extraction), extraction);
};

/** `Type name` in a pattern. */
const typedPattern: Rule = (node, extraction) => {
  const [type, name] = node.namedChildren.filter((child) => child.type !== 'modifiers' && child.type !== 'annotation');
  if (type === undefined || name?.type !== 'identifier') return;
  const isVar = isVarType(type, extraction);
  declareLocal(name, isVar ? null : typeExpression(type, extraction), extraction);
};

const recordPattern: Rule = (node, extraction) => {
  const type = node.firstNamedChild;
  if (type?.type !== 'identifier') return;
  extraction.consume(type);
  extraction.refer('type', extraction.textOf(type), null, type);
};

/** Names bound by the condition live in the statement, except where the statement leaves early when it fails. */
const ifStatement: Rule = (node, extraction) => {
  const condition = node.childForFieldName('condition');
  if (condition !== null && /^\(\s*!/.test(extraction.textOf(condition).slice(0, 40))) return;
  extraction.openBlock();
};

const enumConstant: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  const type = extraction.currentName;
  if (node.childForFieldName('arguments') !== null) extraction.refer('call', type, null, node);
  const body = node.childForFieldName('body');
  extraction.define(node, {
    name: extraction.textOf(name),
    nodeType: 'variable',
    visibility: 'public',
    ...(body === null ? {} : { bodyStart: body.startIndex }),
    valueType: `@${type}`,
    declares: false,
  });
};

/** The body of an anonymous class is a place of its own: its members hide the names around it. */
const classBody: Rule = (node, extraction) => {
  const holder = node.parent;
  if (holder?.type !== 'object_creation_expression') return;
  extraction.openBlock();
  noteSelf(typeExpression(holder.childForFieldName('type'), extraction) ?? UNKNOWN, extraction);
};

function parameterName(parameter: Node): Node | undefined {
  return parameter.namedChildren.find((child) => child.type === 'type_identifier');
}

const typeParameter: Rule = (node, extraction) => {
  const name = parameterName(node);
  if (name !== undefined) declareLocal(name, null, extraction);
};

export const JAVA_DEFINITIONS: Readonly<Record<string, Rule>> = {
  class_declaration: typeDeclaration('class'),
  record_declaration: typeDeclaration('class'),
  interface_declaration: typeDeclaration('interface'),
  annotation_type_declaration: typeDeclaration('interface'),
  enum_declaration: typeDeclaration('enum'),
  enum_constant: enumConstant,
  class_body: classBody,
  method_declaration: method,
  constructor_declaration: method,
  compact_constructor_declaration: compactConstructor,
  annotation_type_element_declaration: method,
  field_declaration: fieldDeclaration,
  constant_declaration: fieldDeclaration,
  variable_declarator: variableDeclarator,
  lambda_expression: lambda,
  enhanced_for_statement: enhancedFor,
  resource,
  catch_formal_parameter: catchParameter,
  instanceof_expression: instanceOf,
  type_pattern: typedPattern,
  record_pattern_component: typedPattern,
  record_pattern: recordPattern,
  if_statement: ifStatement,
  type_parameter: typeParameter,
};
