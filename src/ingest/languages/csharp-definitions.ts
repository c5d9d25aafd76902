import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression, type NodeType, type Visibility } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { dottedName, expressionOf, nameText, typeExpression } from './csharp-expressions.js';
import { declareLocal, declareParameters } from './csharp-locals.js';
import { isContainer, noteBase, noteField, noteSelf, splitPath } from './member-types.js';

/** Rules for what C# defines: types and their members. */

export function visibilityOf(node: Node, extraction: Extraction): Visibility {
  const modifiers = new Set(
    node.namedChildren.filter((child) => child.type === 'modifier').map((child) => extraction.textOf(child)),
  );
  if (modifiers.has('public')) return 'public';
  if (modifiers.has('protected')) return 'protected';
  if (modifiers.has('internal') || modifiers.has('file')) return 'internal';
  if (modifiers.has('private')) return 'private';
  if (extraction.currentType === 'module') return 'internal';
  if (extraction.currentType === 'interface') return 'public';
  // Only an interface's member can be implemented under the interface's name.
  return node.namedChildren.some((child) => child.type === 'explicit_interface_specifier') ? 'public' : 'private';
}

/** A use of the type written at `type`; type arguments inside it are uses of their own. */
export function referType(kind: 'inherit' | 'call' | 'type', type: Node | null, extraction: Extraction): void {
  switch (type?.type) {
    case 'identifier':
    case 'generic_name': {
      const name = nameText(type, extraction);
      extraction.consume(type);
      if (kind !== 'type' || !extraction.language.builtins.has(name)) extraction.refer(kind, name, null, type);
      return;
    }
    case 'qualified_name':
    case 'alias_qualified_name': {
      const { name, owner } = splitPath(dottedName(type, extraction));
      consumeNames(type, extraction);
      extraction.refer(kind, name, owner, type);
      return;
    }
    case 'array_type':
    case 'nullable_type':
    case 'pointer_type':
    case 'ref_type':
    case 'scoped_type':
      return referType(kind === 'call' ? 'type' : kind, type.childForFieldName('type'), extraction);
    case 'tuple_type':
      for (const element of type.namedChildren) {
        referType('type', element.childForFieldName('type'), extraction);
        extraction.consume(element.childForFieldName('name'));
      }
      return;
    default:
      return;
  }
}

/** The names of a qualified name, not those in its type arguments. */
export function consumeNames(node: Node, extraction: Extraction): void {
  if (node.type === 'type_argument_list') return;
  if (node.type === 'identifier' || node.type === 'generic_name') extraction.consume(node);
  for (const child of node.namedChildren) consumeNames(child, extraction);
}

function typeDeclaration(nodeType: NodeType): Rule {
  return (node, extraction) => {
    const name = node.childForFieldName('name');
    if (name === null) return;
    extraction.consume(name);
    const body = node.childForFieldName('body');
    const isStruct = node.type === 'record_declaration' && node.children.some((child) => child.type === 'struct');
    extraction.define(node, {
      name: nameText(name, extraction),
      nodeType: isStruct ? 'struct' : nodeType,
      visibility: visibilityOf(node, extraction),
      ...(body === null ? {} : { bodyStart: body.startIndex }),
    });
    noteSelf('this', extraction);
    heritage(node, extraction);
    primaryConstructor(node, extraction);
    noteFields(body, extraction);
  };
}

function heritage(node: Node, extraction: Extraction): void {
  const list = node.namedChildren.find((child) => child.type === 'base_list');
  if (list === undefined || node.type === 'enum_declaration') return;
  const hasBase = node.type === 'class_declaration' || node.type === 'record_declaration';
  list.namedChildren.forEach((entry, position) => {
    if (entry.type === 'argument_list') return;
    const type = entry.type === 'primary_constructor_base_type' ? entry.childForFieldName('type') : entry;
    if (type === null) return;
    referType('inherit', type, extraction);
    if (position !== 0 || !hasBase) return;
    noteBase(dottedName(type, extraction), extraction);
    if (entry !== type || list.namedChild(1)?.type === 'argument_list') referType('call', type, extraction);
  });
}

/** Parameters after a type's name: the fields of a record, and names seen in every member of a class. */
function primaryConstructor(node: Node, extraction: Extraction): void {
  const list = node.namedChildren.find((child) => child.type === 'parameter_list');
  if (list === undefined) return;
  if (node.type !== 'record_declaration') return declareParameters(list, extraction);
  for (const parameter of list.namedChildren) {
    const name = parameter.childForFieldName('name');
    if (name === null) continue;
    extraction.consume(name);
    extraction.defineField(extraction.current, parameter, {
      name: nameText(name, extraction),
      nodeType: 'variable',
      visibility: 'public',
      valueType: typeExpression(parameter.childForFieldName('type'), extraction),
      declares: false,
    });
  }
}

/** Lets the rules inside a type know which of its fields and properties are containers. */
function noteFields(body: Node | null, extraction: Extraction): void {
  for (const member of body?.namedChildren ?? []) {
    if (member.type === 'property_declaration') note(member, member.childForFieldName('name'), extraction);
    if (member.type !== 'field_declaration') continue;
    const declaration = member.namedChildren.find((child) => child.type === 'variable_declaration');
    for (const field of declaration?.namedChildren ?? []) {
      if (declaration !== undefined && field.type === 'variable_declarator') {
        note(declaration, field.childForFieldName('name'), extraction);
      }
    }
  }
}

function note(typed: Node, name: Node | null, extraction: Extraction): void {
  const type = typeExpression(typed.childForFieldName('type'), extraction);
  if (name !== null && type !== null && isContainer(type)) noteField(nameText(name, extraction), type, extraction);
}

const OPERATOR_NAMES: Readonly<Record<string, string>> = {
  destructor_declaration: '~',
  operator_declaration: 'operator ',
};

function memberName(node: Node, extraction: Extraction): string | undefined {
  if (node.type === 'indexer_declaration') return 'this';
  if (node.type === 'conversion_operator_declaration') {
    const type = node.childForFieldName('type');
    return type === null ? undefined : `operator ${extraction.textOf(type)}`;
  }
  const name = node.childForFieldName('name') ?? node.childForFieldName('operator');
  return name === null ? undefined : (OPERATOR_NAMES[node.type] ?? '') + nameText(name, extraction);
}

const STATEMENT_WORDS = new Set(['if', 'while', 'for', 'foreach', 'switch', 'using', 'lock', 'return', 'catch']);

const method: Rule = (node, extraction) => {
  const name = memberName(node, extraction);
  const returns = node.childForFieldName('returns') ?? node.childForFieldName('type');
  if (name === undefined) return;
  extraction.consume(node.childForFieldName('name'));
  const body = node.childForFieldName('body');
  const isLocal = node.type === 'local_function_statement';
  // After a syntax error a statement can look like a function: `else if (…) { … }`.
  if (isLocal && STATEMENT_WORDS.has(name)) return;
  extraction.define(node, {
    name,
    nodeType: isLocal ? 'function' : 'method',
    visibility: isLocal ? 'private' : visibilityOf(node, extraction),
    ...(body === null ? {} : { bodyStart: body.startIndex }),
    measured: body !== null,
    valueType: returnType(returns, node, extraction),
    declares: isLocal,
  });
  referType('type', returns, extraction);
  declareParameters(node.childForFieldName('parameters'), extraction);
};

function returnType(type: Node | null, node: Node, extraction: Extraction): Expression | null {
  const returned = typeExpression(type, extraction);
  const own = node.childForFieldName('type_parameters');
  if (returned === null || own === null) return returned;
  const plain = returned.replace(/[[\]]/g, '');
  const isOwn = own.namedChildren.some((parameter) => {
    const name = parameter.childForFieldName('name');
    return name !== null && plain === `@${nameText(name, extraction)}`;
  });
  return isOwn ? null : returned;
}

/** Properties, indexers and events: values to others, with code of their own when they are computed. */
const property: Rule = (node, extraction) => {
  const name = memberName(node, extraction);
  const type = node.childForFieldName('type');
  if (name === undefined) return;
  extraction.consume(node.childForFieldName('name'));
  const accessors = node.childForFieldName('accessors');
  const value = node.childForFieldName('value');
  const bodyStart = accessors?.startIndex ?? value?.startIndex;
  const isComputed =
    value?.type === 'arrow_expression_clause' ||
    (accessors?.namedChildren.some((accessor) => accessor.childForFieldName('body') !== null) ?? false);
  extraction.define(node, {
    name,
    nodeType: node.type === 'indexer_declaration' ? 'method' : 'variable',
    visibility: visibilityOf(node, extraction),
    ...(bodyStart === undefined ? {} : { bodyStart }),
    measured: isComputed,
    valueType: typeExpression(type, extraction),
    declares: false,
  });
  referType('type', type, extraction);
  declareParameters(node.childForFieldName('parameters'), extraction);
};

/** Setters and event accessors see what is assigned as `value`. */
const accessor: Rule = (_node, extraction) => {
  extraction.openBlock();
  extraction.scope.declareLocal('value');
};

/** Fields and events; several in one declaration each start at their name. */
const fieldDeclaration: Rule = (node, extraction) => {
  const declaration = node.namedChildren.find((child) => child.type === 'variable_declaration');
  const declarators = declaration?.namedChildren.filter((child) => child.type === 'variable_declarator') ?? [];
  const [only] = declarators;
  if (declaration !== undefined && only !== undefined && declarators.length === 1)
    defineField(node, only, declaration, node, extraction);
};

function defineField(range: Node, declarator: Node, declaration: Node, modified: Node, extraction: Extraction): void {
  const name = declarator.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  const value = declarator.lastNamedChild;
  extraction.define(range, {
    name: nameText(name, extraction),
    nodeType: 'variable',
    visibility: visibilityOf(modified, extraction),
    ...(value === null || value.id === name.id ? {} : { bodyStart: value.startIndex }),
    valueType: typeExpression(declaration.childForFieldName('type'), extraction),
    declares: false,
    opensScope: false,
  });
}

const variableDeclarator: Rule = (node, extraction) => {
  const declaration = node.parent;
  const statement = declaration?.parent;
  if (declaration?.type !== 'variable_declaration' || !statement) return;
  const name = node.childForFieldName('name');
  if (statement.type === 'field_declaration' || statement.type === 'event_field_declaration') {
    if (declaration.namedChildren.filter((child) => child.type === 'variable_declarator').length > 1) {
      defineField(node, node, declaration, statement, extraction);
    }
    return;
  }
  if (name === null) return;
  const type = declaration.childForFieldName('type');
  const isVar = type === null || /^(implicit_type|ref_type)$/.test(type.type);
  const value = node.lastNamedChild;
  const assigned = value === null || value.id === name.id ? UNKNOWN : expressionOf(value, extraction);
  declareLocal(
    name,
    isVar ? (typeExpression(type, extraction) ?? assigned) : typeExpression(type, extraction),
    extraction,
  );
};

const enumMember: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  const value = node.childForFieldName('value');
  extraction.define(node, {
    name: nameText(name, extraction),
    nodeType: 'variable',
    visibility: 'public',
    ...(value === null ? {} : { bodyStart: value.startIndex }),
    valueType: `@${extraction.currentName}`,
    declares: false,
    opensScope: false,
  });
};

const delegate: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const type = node.childForFieldName('type');
  if (name === null) return;
  extraction.consume(name);
  extraction.define(node, {
    name: nameText(name, extraction),
    nodeType: 'type',
    visibility: visibilityOf(node, extraction),
    valueType: returnType(type, node, extraction),
  });
  referType('type', type, extraction);
  declareParameters(node.childForFieldName('parameters'), extraction);
};

export const CSHARP_DEFINITIONS: Readonly<Record<string, Rule>> = {
  class_declaration: typeDeclaration('class'),
  record_declaration: typeDeclaration('class'),
  struct_declaration: typeDeclaration('struct'),
  interface_declaration: typeDeclaration('interface'),
  enum_declaration: typeDeclaration('enum'),
  enum_member_declaration: enumMember,
  delegate_declaration: delegate,
  method_declaration: method,
  constructor_declaration: method,
  destructor_declaration: method,
  operator_declaration: method,
  conversion_operator_declaration: method,
  local_function_statement: method,
  property_declaration: property,
  indexer_declaration: property,
  event_declaration: property,
  accessor_declaration: accessor,
  field_declaration: fieldDeclaration,
  event_field_declaration: fieldDeclaration,
  variable_declarator: variableDeclarator,
};
