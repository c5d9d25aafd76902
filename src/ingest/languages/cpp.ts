import type { Node } from 'web-tree-sitter';
import { UNKNOWN } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { LanguageDefinition, Rule } from '../extract/language.js';
import { C_BLOCKS, C_BUILTINS, C_DECISIONS, C_RULES, referPath } from './c.js';
import {
  declareLocal,
  declareParameter,
  declareParameters,
  functionDefinition,
  hideNames,
  noteSmartPointer,
  returnStatement,
  setAccess,
  templateOf,
  visibilityOf,
} from './c-definitions.js';
import { defineType } from './c-type-definitions.js';
import {
  declaratorOf,
  declaredType,
  expressionOf,
  lastName,
  namesOf,
  pathOf,
  plainName,
  typeExpression,
} from './c-types.js';
import { baseOf, consumeAll, isContainer, noteBase, noteField } from './member-types.js';

// prettier-ignore
const BUILTINS = new Set([
  ...C_BUILTINS, 'nullptr', 'this', 'static_cast', 'dynamic_cast', 'reinterpret_cast', 'const_cast', 'class', 'final',
  'override', 'public', 'private', 'protected', 'virtual', 'explicit', 'constexpr', 'consteval', 'noexcept', 'typename',
  'nullptr_t', 'char8_t', 'decltype', 'typeid',
]);

// ── Namespaces and templates ───────────────────────────────────────────────────────────────────

function namespaceName(node: Node, extraction: Extraction): string[] {
  const name = node.childForFieldName('name');
  return name === null ? [] : namesOf(extraction.textOf(name));
}

const namespace: Rule = (node, extraction) => {
  const own = namespaceName(node, extraction);
  const path = [...own];
  for (let outer = node.parent; outer !== null; outer = outer.parent) {
    if (outer.type === 'namespace_definition') path.unshift(...namespaceName(outer, extraction));
  }
  if (own.length > 0) extraction.refer('namespace', path.join('.'), null, node);
  // Definitions later in the file are told from members by what is known to be a namespace.
  for (const name of own) extraction.scope.functionScope().declareLocal(`.namespace ${name}`);
  extraction.openBlock();
  if (own.length === 0) hideNames(extraction);
};

/** `using std::string` makes a name of somebody else's visible; other names are found where they are defined. */
const usingDeclaration: Rule = (node, extraction) => {
  const target = node.lastNamedChild;
  if (target === null) return;
  if (target.type !== 'qualified_identifier') return consumeAll(target, extraction);
  const path = pathOf(target, extraction);
  const name = path[path.length - 1] ?? '';
  extraction.consume(lastName(target));
  if (path[0] === 'std' && !node.children.some((child) => child.type === 'namespace')) {
    extraction.importName(name, path.slice(0, -1).join('.'), name, node);
  }
};

const template: Rule = (_node, extraction) => extraction.openBlock();

const templateParameter: Rule = (node, extraction) => {
  const name = node.childForFieldName('name') ?? node.namedChildren.find((child) => child.type === 'type_identifier');
  if (name) declareLocal(name, null, extraction);
};

/** Parameters of templates that are values, and of what is only declared: the first are names, the second are not. */
const parameter: Rule = (node, extraction) => {
  if (node.parent?.type === 'template_parameter_list') return declareParameter(node, extraction);
  C_RULES['parameter_declaration']?.(node, extraction);
};

// ── Classes ────────────────────────────────────────────────────────────────────────────────────

const classSpecifier =
  (nodeType: 'class' | 'struct'): Rule =>
  (node, extraction) => {
    if (!defineType(node, nodeType, extraction)) return;
    const bases = node.namedChildren.find((child) => child.type === 'base_class_clause');
    if (bases !== undefined) inheritAll(bases, extraction);
    noteFields(node.childForFieldName('body'), extraction);
  };

function inheritAll(bases: Node, extraction: Extraction): void {
  let isFirst = true;
  for (const base of bases.namedChildren) {
    const name = base.type === 'template_type' ? base.childForFieldName('name') : base;
    if (name === null || !/^(type_identifier|identifier|qualified_identifier)$/.test(name.type)) continue;
    if (name.type === 'qualified_identifier') referPath('inherit', name, extraction);
    else {
      extraction.consume(name);
      if (extraction.language.builtins.has(extraction.textOf(name))) continue;
      extraction.refer('inherit', extraction.textOf(name), null, name);
    }
    if (isFirst) noteBase(pathOf(name, extraction).join('.'), extraction);
    isFirst = false;
  }
}

/** Lets the rules inside a class know which of its fields are containers. */
function noteFields(body: Node | null, extraction: Extraction): void {
  for (const member of body?.namedChildren ?? []) {
    if (member.type !== 'field_declaration') continue;
    const typeNode = member.childForFieldName('type');
    const type = typeExpression(typeNode, extraction);
    for (const declarator of type === null ? [] : member.childrenForFieldName('declarator')) {
      const { name, signature } = declaratorOf(declarator);
      if (name === null || signature !== null) continue;
      if (type !== null && isContainer(type)) noteField(extraction.textOf(name), type, extraction);
      noteSmartPointer(name, typeNode, extraction);
    }
  }
}

const accessSpecifier: Rule = (node, extraction) => {
  if (node.parent?.type === 'base_class_clause') return;
  const text = extraction.textOf(node);
  if (text === 'public' || text === 'protected' || text === 'private') setAccess(text, extraction);
};

/**
 * A macro between `class` and the name (`class EXPORT Name : public Base { … }`) makes the grammar
 * see a function without parameters.
 */
const functionOrClass: Rule = (node, extraction) => {
  const type = node.childForFieldName('type');
  const name = node.childForFieldName('declarator');
  const body = node.childForFieldName('body');
  const isClass = type !== null && (type.type === 'class_specifier' || type.type === 'struct_specifier');
  if (!isClass || name?.type !== 'identifier' || body === null) return functionDefinition(node, extraction);
  extraction.consume(name);
  extraction.consume(type.childForFieldName('name'));
  extraction.define(node, {
    name: extraction.textOf(name),
    nodeType: type.type === 'class_specifier' ? 'class' : 'struct',
    visibility: visibilityOf(node, extraction),
    range: templateOf(node),
    bodyStart: body.startIndex,
  });
  setAccess(type.type === 'class_specifier' ? 'private' : 'public', extraction);
  const bases = node.namedChildren.find((child) => child.type === 'ERROR');
  if (bases !== undefined) inheritAll(bases, extraction);
};

/** In a misread class body access specifiers are labels. */
const label: Rule = (node, extraction) => {
  const name = node.childForFieldName('label');
  if (name === null || !extraction.inType) return;
  const text = extraction.textOf(name);
  if (text === 'public' || text === 'protected' || text === 'private') setAccess(text, extraction);
};

/** `: base(x), field(y)`: a base is constructed, a field is written. */
const fieldInitializer: Rule = (node, extraction) => {
  const target = node.firstNamedChild;
  if (target === null) return;
  if (target.type === 'qualified_identifier') return referPath('call', target, extraction);
  const name = plainName(target, extraction);
  const base = baseOf(extraction)?.split('.').pop();
  const isConstructor = target.type === 'template_method' || name === base || name === extraction.currentName;
  if (isConstructor) extraction.refer('call', name, null, target);
  else extraction.refer('write', name, 'this', target);
};

const alias: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  const type = typeExpression(node.childForFieldName('type'), extraction);
  extraction.define(node, {
    name: extraction.textOf(name),
    nodeType: 'type',
    visibility: visibilityOf(node, extraction),
    range: templateOf(node),
    valueType: type === UNKNOWN ? null : type,
    opensScope: false,
  });
};

const concept: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  extraction.define(node, {
    name: extraction.textOf(name),
    nodeType: 'type',
    visibility: visibilityOf(node, extraction),
    range: templateOf(node),
  });
};

/** A friend is somebody else's function or class: it is named, not defined. */
const declaration: Rule = (node, extraction) => {
  if (node.parent?.type !== 'friend_declaration') return C_RULES['declaration']?.(node, extraction);
  for (const declarator of node.childrenForFieldName('declarator'))
    consumeAll(declaratorOf(declarator).name, extraction);
};

// ── Locals ─────────────────────────────────────────────────────────────────────────────────────

const lambda: Rule = (node, extraction) => {
  extraction.anonymousFunction();
  declareParameters(node.childForFieldName('declarator'), extraction);
};

const lambdaCapture: Rule = (node, extraction) => {
  const [name, value] = [
    node.childForFieldName('left') ?? node.firstNamedChild,
    node.childForFieldName('right') ?? node.lastNamedChild,
  ];
  if (name?.type === 'identifier') declareLocal(name, expressionOf(value, extraction), extraction);
};

const requires: Rule = (node, extraction) => {
  extraction.openBlock();
  declareParameters(node, extraction);
};

const catchClause: Rule = (node, extraction) => {
  extraction.openBlock();
  declareParameters(node, extraction);
};

const forRange: Rule = (node, extraction) => {
  const parts = declaratorOf(node.childForFieldName('declarator'));
  const iterated = expressionOf(node.childForFieldName('right'), extraction);
  const element = iterated === UNKNOWN ? null : `${iterated}[]`;
  if (parts.name?.type === 'identifier') {
    declareLocal(parts.name, declaredType(node.childForFieldName('type'), parts, extraction) ?? element, extraction);
  } else if (parts.name?.type === 'structured_binding_declarator') {
    const names = parts.name.namedChildren;
    // `[key, value]` of a map: the second is what the map holds.
    names.forEach((name, position) =>
      declareLocal(name, names.length === 2 && position === 1 ? element : null, extraction),
    );
  }
};

// ── References ─────────────────────────────────────────────────────────────────────────────────

const newExpression: Rule = (node, extraction) => {
  const type = node.childForFieldName('type');
  if (type?.type === 'qualified_identifier') return referPath('call', type, extraction);
  const name = type?.type === 'template_type' ? type.childForFieldName('name') : type;
  if (name?.type !== 'type_identifier') return;
  extraction.consume(name);
  extraction.refer('call', extraction.textOf(name), null, name);
};

/** `Type name(…)` and `Type name{…}` construct a value of the type. */
const construction: Rule = (node, extraction) => {
  C_RULES['init_declarator']?.(node, extraction);
  const value = node.childForFieldName('value');
  if (value?.type !== 'argument_list' && value?.type !== 'initializer_list') return;
  if (node.childForFieldName('declarator')?.type !== 'identifier') return;
  const type = node.parent?.childForFieldName('type');
  if (type?.type === 'qualified_identifier') return referPath('call', type, extraction);
  const name = type?.type === 'template_type' ? type.childForFieldName('name') : type;
  if (name?.type === 'type_identifier') extraction.refer('call', extraction.textOf(name), null, name);
};

/** Places whose own rules handle a qualified name. */
// prettier-ignore
const HANDLED = new Set([
  'qualified_identifier', 'call_expression', 'function_declarator', 'base_class_clause', 'using_declaration',
  'new_expression', 'field_initializer', 'update_expression', 'class_specifier', 'struct_specifier',
  'namespace_alias_definition',
]);

const qualified: Rule = (node, extraction) => {
  const parent = node.parent;
  if (parent === null || HANDLED.has(parent.type)) return;
  if (parent.type === 'assignment_expression' && parent.childForFieldName('left')?.id === node.id) return;
  if (parent.type === 'field_expression' || /_declarator$/.test(parent.type)) {
    // Of `Type Class::field = value` the name is a definition; the value is not.
    if (parent.childForFieldName('declarator')?.id === node.id || parent.type !== 'init_declarator')
      return extraction.consume(lastName(node));
  }
  const last = lastName(node);
  referPath(last?.type === 'type_identifier' || last?.type === 'template_type' ? 'type' : 'read', node, extraction);
};

/** `&&` of a reference is no decision. */
const rvalue: Rule = (node, extraction) => {
  if (node.firstChild?.type === '&&') extraction.decide(-1);
};

const attributes: Rule = (node, extraction) => consumeAll(node, extraction);

export const cpp: LanguageDefinition = {
  name: 'cpp',
  grammar: 'cpp',
  // The C++ grammar reads the headers of C as well as that of C does, and those of C++ besides.
  extensions: ['.cc', '.cpp', '.cxx', '.hpp', '.hh', '.hxx', '.h'],
  comments: ['comment'],
  verbatim: [],
  identifiers: ['identifier'],
  typeIdentifiers: ['type_identifier'],
  blocks: [...C_BLOCKS, 'for_range_loop'],
  decisions: [...C_DECISIONS, 'for_range_loop', 'catch_clause', 'and', 'or'],
  builtins: BUILTINS,
  // Everything that is included is visible, and what the linker finds.
  closedModules: () => false,
  rules: {
    ...C_RULES,
    namespace_definition: namespace,
    namespace_alias_definition: attributes,
    using_declaration: usingDeclaration,
    template_declaration: template,
    type_parameter_declaration: templateParameter,
    optional_type_parameter_declaration: templateParameter,
    variadic_type_parameter_declaration: templateParameter,
    parameter_declaration: parameter,
    optional_parameter_declaration: parameter,
    variadic_parameter_declaration: parameter,
    class_specifier: classSpecifier('class'),
    struct_specifier: classSpecifier('struct'),
    union_specifier: classSpecifier('struct'),
    access_specifier: accessSpecifier,
    labeled_statement: label,
    function_definition: functionOrClass,
    field_initializer: fieldInitializer,
    alias_declaration: alias,
    concept_definition: concept,
    declaration,
    init_declarator: construction,
    lambda_expression: lambda,
    lambda_capture_initializer: lambdaCapture,
    requires_expression: requires,
    catch_clause: catchClause,
    for_range_loop: forRange,
    return_statement: returnStatement,
    new_expression: newExpression,
    qualified_identifier: qualified,
    reference_declarator: rvalue,
    abstract_reference_declarator: rvalue,
    attribute_declaration: attributes,
  },
};
