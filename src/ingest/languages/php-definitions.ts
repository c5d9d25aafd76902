import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression, type NodeType, type Visibility } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { selfOf } from './member-types.js';
import { expressionOf } from './php-expressions.js';
import {
  classExpression,
  docAbove,
  docType,
  instanceOf,
  isVague,
  nameOf,
  noteThis,
  stateOf,
  typeExpression,
} from './php-names.js';

// ── Namespaces and imports ─────────────────────────────────────────────────────────────────────

export const namespaceDefinition: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const path = name === null ? '' : extraction.textOf(name).replace(/\s/g, '');
  stateOf(extraction).namespace = path;
  if (path !== '') extraction.refer('namespace', path, null, node);
};

export const useDeclaration: Rule = (node, extraction) => {
  const group = node.childForFieldName('body');
  const prefix = group === null ? '' : extraction.textOf(node.firstNamedChild ?? node).replace(/^\\|\s/g, '');
  for (const clause of (group ?? node).namedChildren) {
    if (clause.type === 'namespace_use_clause') importClause(clause, prefix, extraction);
  }
};

function importClause(clause: Node, prefix: string, extraction: Extraction): void {
  const name = clause.namedChildren.find((child) => child.type === 'name' || child.type === 'qualified_name');
  if (name === undefined) return;
  const path = (prefix === '' ? '' : `${prefix}\\`) + extraction.textOf(name).replace(/^\\|\s/g, '');
  const split = path.lastIndexOf('\\');
  const alias = clause.childForFieldName('alias');
  const visible = alias === null ? path.slice(split + 1) : extraction.textOf(alias);
  stateOf(extraction).aliases.set(visible, path);
  extraction.importName(path.slice(split + 1), path.slice(0, Math.max(split, 0)), visible, clause);
}

/** `require 'x.php'` and `require __DIR__ . '/x.php'`. */
export const include: Rule = (node, extraction) => {
  const match = /^\w+\s*(?:\(\s*)?((?:__DIR__|dirname\(__FILE__\))\s*\.\s*)?(['"])([^'"$]+)\2\s*\)?$/.exec(
    extraction.textOf(node),
  );
  if (match?.[3] === undefined) return;
  const path = match[1] === undefined ? match[3] : `.${match[3].startsWith('/') ? '' : '/'}${match[3]}`;
  extraction.refer('import', '*', path, node, '');
};

// ── Types ──────────────────────────────────────────────────────────────────────────────────────

export function typeDefinition(nodeType: NodeType): Rule {
  return (node, extraction) => {
    const name = node.childForFieldName('name');
    if (name === null) return extraction.openBlock();
    const body = node.childForFieldName('body');
    extraction.define(node, {
      name: extraction.textOf(name),
      nodeType,
      visibility: 'public',
      ...(body === null ? {} : { bodyStart: body.startIndex }),
    });
    noteThis('this', extraction);
  };
}

/** A class without a name is what it extends; its methods are functions without a name. */
export const anonymousClass: Rule = (node, extraction) => {
  const base = node.namedChildren.find(
    (child) => child.type === 'base_clause' || child.type === 'class_interface_clause',
  );
  const type = instanceOf(classExpression(base?.firstNamedChild ?? null, extraction));
  extraction.openBlock();
  noteThis(type, extraction);
};

function inNamedType(extraction: Extraction): boolean {
  return extraction.inType && selfOf(extraction) === 'this';
}

/** `extends`, `implements` and `use Trait`. */
export const bases: Rule = (node, extraction) => {
  const isNamed = inNamedType(extraction);
  for (const base of node.namedChildren) {
    if (base.type !== 'name' && base.type !== 'qualified_name' && base.type !== 'relative_name') continue;
    extraction.refer(isNamed ? 'inherit' : 'type', nameOf(base, extraction), null, base);
  }
};

// ── Functions ──────────────────────────────────────────────────────────────────────────────────

export const functionDefinition: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const isMethod = node.type === 'method_declaration';
  if (name === null || (isMethod && !inNamedType(extraction))) {
    extraction.anonymousFunction();
    return declareParameters(node, '', extraction);
  }
  const body = node.childForFieldName('body');
  const doc = docAbove(node, extraction);
  const declared = typeExpression(node.childForFieldName('return_type'), extraction);
  extraction.define(node, {
    name: extraction.textOf(name),
    nodeType: isMethod ? 'method' : 'function',
    visibility: visibilityOf(node, extraction),
    ...(body === null ? {} : { bodyStart: body.startIndex }),
    measured: body !== null,
    valueType: isVague(declared) ? (docType(doc, 'return', '', extraction) ?? declared) : declared,
    declares: !isMethod,
  });
  declareParameters(node, doc, extraction);
};

export const anonymousFunction: Rule = (node, extraction) => {
  extraction.anonymousFunction();
  declareParameters(node, '', extraction);
};

export function visibilityOf(node: Node, extraction: Extraction): Visibility {
  const modifier = node.namedChildren.find((child) => child.type === 'visibility_modifier');
  const text = modifier === undefined ? 'public' : extraction.textOf(modifier);
  return text.startsWith('private') ? 'private' : text.startsWith('protected') ? 'protected' : 'public';
}

function declareParameters(node: Node, doc: string, extraction: Extraction): void {
  for (const parameter of node.childForFieldName('parameters')?.namedChildren ?? []) {
    const name = parameter.childForFieldName('name');
    if (name?.type === 'variable_name') declareParameter(parameter, extraction.textOf(name), doc, extraction);
  }
}

function declareParameter(parameter: Node, name: string, doc: string, extraction: Extraction): void {
  const declared = typeExpression(parameter.childForFieldName('type'), extraction);
  const type = isVague(declared) ? (docType(doc, 'param', name, extraction) ?? declared) : declared;
  const value = parameter.childForFieldName('default_value');
  const assumed = type ?? (value?.type === 'object_creation_expression' ? expressionOf(value, extraction) : null);
  const isMany = parameter.type === 'variadic_parameter' && assumed !== null && /^@[^.()[\]]+$/.test(assumed);
  extraction.scope.declareLocal(name, isMany ? `${assumed}*` : assumed);
  if (parameter.type !== 'property_promotion_parameter') return;
  const owner = extraction.enclosingType();
  if (owner === undefined) return;
  extraction.defineField(owner, parameter, {
    name,
    nodeType: 'variable',
    visibility: visibilityOf(parameter, extraction),
    valueType: type,
    declares: false,
  });
}

// ── Variables ──────────────────────────────────────────────────────────────────────────────────

/** `private Foo $a = …, $b;` The declaration is the symbol when it holds one property, as it nearly always does. */
export const propertyElement: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const declaration = node.parent;
  if (name === null || declaration === null || !inNamedType(extraction)) return;
  const value = node.childForFieldName('default_value');
  const declared = typeExpression(declaration.childForFieldName('type'), extraction);
  const said = isVague(declared) ? docType(docAbove(declaration, extraction), 'var', '', extraction) : null;
  const assigned = expressionOf(value, extraction);
  defineVariable(
    node,
    declaration,
    extraction.textOf(name),
    value,
    said ?? declared ?? (assigned === UNKNOWN ? null : assigned),
    extraction,
  );
};

export const constElement: Rule = (node, extraction) => {
  const name = node.firstNamedChild;
  const declaration = node.parent;
  const value = node.lastNamedChild;
  if (name?.type !== 'name' || declaration === null) return;
  const type = expressionOf(value, extraction);
  defineVariable(node, declaration, extraction.textOf(name), value, type === UNKNOWN ? null : type, extraction);
};

function defineVariable(
  node: Node,
  declaration: Node,
  name: string,
  value: Node | null,
  valueType: Expression | null,
  extraction: Extraction,
): void {
  const isOnly = declaration.namedChildren.filter((child) => child.type === node.type).length === 1;
  extraction.define(node, {
    name,
    nodeType: 'variable',
    visibility: visibilityOf(declaration, extraction),
    range: isOnly ? declaration : node,
    ...(value === null ? {} : { bodyStart: value.startIndex }),
    valueType,
    declares: !extraction.inType,
    opensScope: false,
  });
}

export const enumCase: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  const value = node.childForFieldName('value');
  extraction.define(node, {
    name: extraction.textOf(name),
    nodeType: 'variable',
    visibility: 'public',
    ...(value === null ? {} : { bodyStart: value.startIndex }),
    valueType: 'this',
    declares: false,
    opensScope: false,
  });
};

/** `define('NAME', …)` at the top level. */
export function defineConstant(call: Node, extraction: Extraction): void {
  const name = /^\w+\s*\(\s*(['"])(\w+)\1/.exec(extraction.textOf(call))?.[2];
  if (name === undefined || extraction.currentType !== 'module') return;
  extraction.defineField(0, call, {
    name,
    nodeType: 'variable',
    visibility: 'public',
    valueType: null,
    declares: false,
  });
}
