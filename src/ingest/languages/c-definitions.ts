import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression, type Visibility } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import type { Scope } from '../extract/scope.js';
import {
  declaratorOf,
  declaredType,
  expressionOf,
  isSmartPointer,
  pathOf,
  typeExpression,
  type Declarator,
} from './c-types.js';

/** Rules for what C and C++ define alike. */

const AUTO = '.auto';
const HIDDEN = '.hidden';

/** The last access specifier of a class body, by the scope of the class. */
const access = new WeakMap<Scope, Visibility>();

export function setAccess(visibility: Visibility, extraction: Extraction): void {
  access.set(extraction.scope, visibility);
}

/** Marks the scope of an unnamed namespace: nothing in it is seen by other files. */
export function hideNames(extraction: Extraction): void {
  extraction.scope.declareLocal(HIDDEN);
}

/** By declaration: one of ten thousand names is asked for each of them. */
const statics = new WeakMap<Node, boolean>();

function isStatic(node: Node, extraction: Extraction): boolean {
  let known = statics.get(node);
  if (known === undefined) {
    known = node.namedChildren.some(
      (child) => child.type === 'storage_class_specifier' && extraction.textOf(child) === 'static',
    );
    statics.set(node, known);
  }
  return known;
}

export function visibilityOf(node: Node, extraction: Extraction): Visibility {
  if (extraction.inType) return access.get(classScope(extraction)) ?? 'public';
  if (extraction.currentType !== 'module') return 'private';
  if (!isStatic(node, extraction)) return extraction.scope.find(HIDDEN) === undefined ? 'public' : 'private';
  // A header's static functions are those of every file that includes it.
  return /\.(h|hh|hpp|hxx)$/i.test(extraction.path) ? 'internal' : 'private';
}

function classScope(extraction: Extraction): Scope {
  let scope: Scope = extraction.scope;
  while (!access.has(scope) && !scope.isFunction && scope.parent !== null) scope = scope.parent;
  return scope;
}

/** The template that a declaration is the body of, whose range and comment are the declaration's too. */
export function templateOf(node: Node): Node {
  return node.parent?.type === 'template_declaration' ? templateOf(node.parent) : node;
}

export function declareLocal(name: Node, type: Expression | null, extraction: Extraction): void {
  extraction.consume(name);
  extraction.scope.declareLocal(extraction.textOf(name), type);
}

// ── Functions ──────────────────────────────────────────────────────────────────────────────────

export const functionDefinition: Rule = (node, extraction) => {
  const declarator = declaratorOf(node.childForFieldName('declarator'));
  if (declarator.name === null || declarator.signature === null) return;
  const body =
    node.childForFieldName('body') ?? node.namedChildren.find((child) => child.type === 'try_statement') ?? null;
  defineFunction(node, declarator.name, body, extraction);
  declareParameters(declarator.signature, extraction);
};

/** Defines a function or method, with its body or only declared inside its class. */
export function defineFunction(node: Node, nameNode: Node, body: Node | null, extraction: Extraction): void {
  consumeName(nameNode, extraction);
  const path = ownerPath(macroPath(node, nameNode, extraction) ?? pathOf(nameNode, extraction), extraction);
  const name = path[path.length - 1] ?? '';
  if (extraction.language.builtins.has(name)) return extraction.anonymousFunction();
  const isMember = extraction.inType || path.length > 1;
  const outside = path.length > 1 && !extraction.inType;
  extraction.define(node, {
    name,
    nodeType: isMember ? 'method' : 'function',
    visibility: outside ? 'public' : visibilityOf(node, extraction),
    range: templateOf(node),
    ...(body === null ? {} : { bodyStart: bodyStart(node, body) }),
    measured: body !== null,
    valueType: returnType(node, extraction),
    declares: !isMember,
    ...(outside ? { owner: path.slice(0, -1).join('.') } : {}),
  });
  if (node.childForFieldName('type')?.type === 'placeholder_type_specifier') extraction.scope.declareLocal(AUTO);
}

function bodyStart(node: Node, body: Node): number {
  return node.namedChildren.find((child) => child.type === 'field_initializer_list')?.startIndex ?? body.startIndex;
}

export function consumeName(name: Node, extraction: Extraction): void {
  if (name.type === 'operator_cast' || name.type === 'operator_name') return;
  extraction.consume(name);
  for (const part of name.namedChildren) if (part.type !== 'template_argument_list') consumeName(part, extraction);
}

/** A definition's name without the namespaces in front of its class, as far as the file tells them. */
export function ownerPath(path: string[], extraction: Extraction): string[] {
  let from = 0;
  while (from < path.length - 1 && extraction.scope.find(`.namespace ${path[from]}`) !== undefined) from++;
  // Further in, a name in lower case before another is a namespace: `net::http::Client::send`.
  while (from < path.length - 2 && /^[a-z]/.test(path[from] ?? '')) from++;
  return path.slice(from);
}

/** `TEST(Suite, Name) { … }` defines a function of these names, `METHOD(Class::name) { … }` the one it names. */
function macroPath(node: Node, name: Node, extraction: Extraction): string[] | undefined {
  const macro = extraction.textOf(name);
  // A constructor has no type either.
  const isConstructor = extraction.inType && macro === extraction.currentName;
  if (node.childForFieldName('type') !== null || isConstructor || !/^[A-Z][A-Z\d_]{2,}$/.test(macro)) return undefined;
  const parameters = node.childForFieldName('declarator')?.childForFieldName('parameters')?.namedChildren ?? [];
  const [first = '', ...others] = parameters.map((parameter) => extraction.textOf(parameter));
  if (others.length === 0 && /^\w+(::\w+)+$/.test(first)) return first.split('::');
  return [first, ...others].every((text) => /^\w+$/.test(text)) ? [[macro, first, ...others].join('_')] : undefined;
}

function returnType(node: Node, extraction: Extraction): Expression | null {
  // A macro before the type is taken for the type, and the type for an error.
  const misread = node.namedChildren.find((child) => child.type === 'ERROR')?.lastNamedChild;
  if (misread?.type === 'identifier') {
    const text = extraction.textOf(misread);
    return extraction.language.builtins.has(text) ? null : `@${text}`;
  }
  let declarator = node.childForFieldName('declarator');
  while (declarator !== null && declarator.type !== 'function_declarator')
    declarator = declarator.childForFieldName('declarator') ?? declarator.lastNamedChild;
  const trailing = declarator?.namedChildren.find((child) => child.type === 'trailing_return_type');
  const type = trailing === undefined ? node.childForFieldName('type') : trailing.firstNamedChild;
  const returned = typeExpression(type, extraction);
  return returned === UNKNOWN ? null : returned;
}

export function declareParameters(signature: Node | null, extraction: Extraction): void {
  for (const parameter of signature?.childForFieldName('parameters')?.namedChildren ?? []) {
    if (parameter.type === 'identifier') declareLocal(parameter, null, extraction);
    else declareParameter(parameter, extraction);
  }
}

export function declareParameter(parameter: Node, extraction: Extraction): void {
  const declarator = declaratorOf(parameter.childForFieldName('declarator'));
  if (declarator.name?.type !== 'identifier') return;
  const type = parameter.childForFieldName('type');
  declareLocal(declarator.name, declaredType(type, declarator, extraction), extraction);
  noteSmartPointer(declarator.name, type, extraction);
}

/** Remembers, under a name no source has, that the value is reached through the pointer's own methods. */
export function noteSmartPointer(name: Node, type: Node | null, extraction: Extraction): void {
  if (isSmartPointer(type, extraction)) extraction.scope.declareLocal(`*${extraction.textOf(name)}`);
}

/** Parameters of what is only declared are nobody's names. */
const parameterDeclaration: Rule = (node, extraction) => {
  const { name } = declaratorOf(node.childForFieldName('declarator'));
  if (name?.type === 'identifier') extraction.consume(name);
};

// ── Variables ──────────────────────────────────────────────────────────────────────────────────

const declaration: Rule = (node, extraction) => {
  const declarators = node.childrenForFieldName('declarator');
  if (extraction.inType) return memberDeclaration(node, extraction);
  if (extraction.currentType !== 'module') {
    for (const declarator of declarators) localDeclarator(node, declarator, extraction);
    return;
  }
  const isExtern = node.namedChildren.some(
    (child) => child.type === 'storage_class_specifier' && extraction.textOf(child) === 'extern',
  );
  const defined: Node[] = [];
  for (const declarator of declarators) {
    const { name, signature } = declaratorOf(declarator);
    if (name === null) continue;
    consumeName(name, extraction);
    if (signature === null && (!isExtern || declarator.type === 'init_declarator')) defined.push(declarator);
  }
  const inBlock = node.parent?.type === 'compound_statement' || node.parent?.type === 'for_statement';
  if (inBlock) for (const declarator of declarators) localDeclarator(node, declarator, extraction);
  else defineVariables(node, defined, declarators.length, extraction);
};

function defineVariables(node: Node, defined: readonly Node[], all: number, extraction: Extraction): void {
  const [only] = defined;
  if (all === 1 && only !== undefined) return defineVariable(node, only, node, extraction);
  for (const declarator of defined) {
    // Those with a value are met again by their own rule, so that the value's code is theirs.
    if (declarator.type !== 'init_declarator') noteVariable(node, declarator, extraction);
  }
}

function variable(node: Node, declarator: Declarator, extraction: Extraction) {
  const path = declarator.name === null ? [] : ownerPath(pathOf(declarator.name, extraction), extraction);
  const type = declaredType(node.childForFieldName('type'), declarator, extraction);
  return {
    name: path[path.length - 1] ?? '',
    nodeType: 'variable' as const,
    visibility: path.length > 1 ? ('public' as const) : visibilityOf(node, extraction),
    valueType: type === UNKNOWN ? null : type,
    declares: !extraction.inType && path.length === 1,
    ...(path.length > 1 ? { owner: path.slice(0, -1).join('.') } : {}),
  };
}

function defineVariable(range: Node, declaratorNode: Node, declaration: Node, extraction: Extraction): void {
  const value = declaratorNode.childForFieldName('value') ?? declaration.childForFieldName('default_value');
  const definition = variable(declaration, declaratorOf(declaratorNode), extraction);
  extraction.define(range, {
    ...definition,
    range: templateOf(range),
    valueType: definition.valueType ?? assignedType(declaration, value, extraction),
    ...(value === null ? {} : { bodyStart: value.startIndex }),
    opensScope: false,
  });
}

function noteVariable(declaration: Node, declarator: Node, extraction: Extraction): void {
  extraction.defineField(extraction.current, declarator, variable(declaration, declaratorOf(declarator), extraction));
}

/** `auto x = …` is what its value is. */
function assignedType(declaration: Node, value: Node | null, extraction: Extraction): Expression | null {
  if (declaration.childForFieldName('type')?.type !== 'placeholder_type_specifier') return null;
  const type = expressionOf(value, extraction);
  return type === UNKNOWN ? null : type;
}

/** `int a = 1, b = 2;` at the top of a file: each is a symbol with its value. */
const initDeclarator: Rule = (node, extraction) => {
  const statement = node.parent;
  if (
    extraction.currentType !== 'module' ||
    statement?.type !== 'declaration' ||
    statement.parent?.type === 'compound_statement'
  )
    return;
  if (statement.parent?.type === 'for_statement' || statement.childrenForFieldName('declarator').length < 2) return;
  defineVariable(node, node, statement, extraction);
};

function localDeclarator(node: Node, declarator: Node, extraction: Extraction): void {
  const parts = declaratorOf(declarator);
  const { name } = parts;
  const value = declarator.childForFieldName('value') ?? node.childForFieldName('value');
  const type = declaredType(node.childForFieldName('type'), parts, extraction) ?? assignedType(node, value, extraction);
  if (name?.type === 'identifier') {
    // A function declared inside another is no variable of it.
    if (parts.signature === null) {
      declareLocal(name, type, extraction);
      noteSmartPointer(name, node.childForFieldName('type'), extraction);
      if (value !== null && makesPointer(value, extraction))
        extraction.scope.declareLocal(`*${extraction.textOf(name)}`);
    } else extraction.consume(name);
  } else if (name?.type === 'structured_binding_declarator') {
    for (const part of name.namedChildren) declareLocal(part, null, extraction);
  }
}

function makesPointer(value: Node, extraction: Extraction): boolean {
  return (
    value.type === 'call_expression' && /^(std::)?make_(unique|shared)</.test(extraction.textOf(value).slice(0, 18))
  );
}

/** Fields, and methods that are declared without a body. */
export function memberDeclaration(node: Node, extraction: Extraction): void {
  const declarators = node.childrenForFieldName('declarator');
  const [first] = declarators;
  const parts = declaratorOf(first ?? null);
  if (first === undefined || parts.name === null) return;
  for (const declarator of declarators) {
    const { name } = declaratorOf(declarator);
    if (name !== null) consumeName(name, extraction);
  }
  if (parts.signature !== null) {
    defineFunction(node, parts.name, null, extraction);
    declareParameters(parts.signature, extraction);
  } else if (declarators.length === 1) defineVariable(node, first, node, extraction);
  else for (const declarator of declarators) noteVariable(node, declarator, extraction);
}

const fieldDeclaration: Rule = (node, extraction) => {
  if (extraction.inType) memberDeclaration(node, extraction);
};

export const returnStatement: Rule = (node, extraction) => {
  if (extraction.scope.find(AUTO) === undefined) return;
  const type = expressionOf(node.firstNamedChild, extraction);
  if (type !== UNKNOWN) extraction.inferReturn(type);
};

export const C_DEFINITIONS: Readonly<Record<string, Rule>> = {
  function_definition: functionDefinition,
  parameter_declaration: parameterDeclaration,
  declaration,
  init_declarator: initDeclarator,
  field_declaration: fieldDeclaration,
};
