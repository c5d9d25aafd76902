import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression, type NodeType, type Visibility } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { LanguageDefinition, Rule } from '../extract/language.js';
import { expressionOf, GO_BUILTINS, typeExpression } from './go-expressions.js';
import { importSpec, packageClause } from './go-imports.js';
import { GO_REFERENCE_RULES, goFile } from './go-references.js';
import { declareShadowing } from './shadowing.js';

function visibilityOf(name: string): Visibility {
  return /^\p{Lu}/u.test(name) ? 'public' : 'internal';
}

// ── Functions and methods ──────────────────────────────────────────────────────────────────────

const functionDeclaration: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  defineFunction(node, extraction.textOf(name), 'function', typeParameterNames(node, extraction), extraction);
};

const methodDeclaration: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const receiver = node.childForFieldName('receiver')?.firstNamedChild ?? null;
  const type = baseType(receiver?.childForFieldName('type') ?? null);
  if (name === null || type === null) return;
  extraction.consume(type.name);
  const parameters = type.parameters.map((parameter) => extraction.textOf(parameter));
  type.parameters.forEach((parameter) => extraction.consume(parameter));
  defineFunction(node, extraction.textOf(name), 'method', parameters, extraction, extraction.textOf(type.name));
  const self = receiver?.childForFieldName('name') ?? null;
  if (self === null) return;
  extraction.consume(self);
  extraction.scope.declareLocal(extraction.textOf(self), 'this');
};

/** The named type in `T`, `*T` and `*T[K]`, with the names that stand for its type parameters. */
function baseType(node: Node | null): { readonly name: Node; readonly parameters: readonly Node[] } | null {
  switch (node?.type) {
    case 'type_identifier':
      return { name: node, parameters: [] };
    case 'pointer_type':
    case 'parenthesized_type':
      return baseType(node.firstNamedChild);
    case 'generic_type': {
      const name = node.childForFieldName('type');
      const elements = node.childForFieldName('type_arguments')?.namedChildren ?? [];
      const parameters = elements.flatMap((element) => element.firstNamedChild ?? []);
      return name === null ? null : { name, parameters };
    }
    default:
      return null;
  }
}

function defineFunction(
  node: Node,
  name: string,
  nodeType: NodeType,
  typeParameters: readonly string[],
  extraction: Extraction,
  owner?: string,
): void {
  const body = node.childForFieldName('body');
  const result = typeExpression(node.childForFieldName('result'), extraction);
  extraction.define(node, {
    name,
    nodeType,
    visibility: visibilityOf(name),
    ...(body === null ? {} : { bodyStart: body.startIndex }),
    measured: body !== null,
    valueType: isParameter(result, typeParameters) ? null : result,
    // Any number of `init` functions and `_` can stand side by side: none of them can be named.
    declares: nodeType === 'function' && name !== 'init' && name !== '_',
    ...(owner === undefined ? {} : { owner }),
  });
  for (const parameter of typeParameters) extraction.scope.declareLocal(parameter);
}

function typeParameterNames(node: Node, extraction: Extraction): string[] {
  const declarations = node.childForFieldName('type_parameters')?.namedChildren ?? [];
  return declarations.flatMap((one) => one.childrenForFieldName('name').map((name) => extraction.textOf(name)));
}

function isParameter(type: Expression | null, typeParameters: readonly string[]): boolean {
  return type !== null && typeParameters.some((name) => type === `@${name}` || type.startsWith(`@${name}[`));
}

const typeParameter: Rule = (node, extraction) => {
  for (const name of namesOf(node)) {
    extraction.consume(name);
    extraction.scope.declareLocal(extraction.textOf(name));
  }
};

/** The commas of a list are given the field of its names, too. */
function namesOf(node: Node): Node[] {
  return node.childrenForFieldName('name').filter((name) => name.isNamed);
}

const parameter: Rule = (node, extraction) => {
  const names = namesOf(node);
  if (names.length === 0) return;
  const declared = typeExpression(node.childForFieldName('type'), extraction);
  const many = node.type === 'variadic_parameter_declaration' && declared !== null;
  const type = many ? `${declared}[]` : (declared ?? UNKNOWN);
  for (const name of names) {
    extraction.consume(name);
    extraction.scope.declareLocal(extraction.textOf(name), type);
  }
};

// ── Types ──────────────────────────────────────────────────────────────────────────────────────

const typeSpec: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const type = node.childForFieldName('type');
  if (name === null || type === null) return;
  extraction.consume(name);
  const text = extraction.textOf(name);
  const isAlias = node.type === 'type_alias';
  const nodeType = type.type === 'struct_type' ? 'struct' : type.type === 'interface_type' ? 'interface' : 'type';
  const valueType = typeExpression(type, extraction);
  extraction.define(node, {
    name: text,
    nodeType,
    visibility: extraction.currentType === 'module' ? visibilityOf(text) : 'private',
    range: specRange(node),
    bodyStart: nodeType === 'struct' ? type.startIndex + 'struct'.length : bodyStartOf(type, nodeType),
    // A defined type has its own methods: only an alias stands for the other type.
    valueType: isAlias || valueType?.endsWith('[]') === true ? valueType : null,
  });
};

function bodyStartOf(type: Node, nodeType: NodeType): number {
  return nodeType === 'interface' ? type.startIndex + 'interface'.length : type.endIndex;
}

/** `type T …` alone is the whole declaration; in a group each spec stands for itself. */
function specRange(spec: Node): Node {
  const declaration = spec.parent;
  if (declaration === null || declaration.type === 'var_spec_list') return spec;
  return declaration.namedChildCount === 1 && declaration.child(1)?.type !== '(' ? declaration : spec;
}

const fieldDeclaration: Rule = (node, extraction) => {
  if (!extraction.inType) return;
  const type = node.childForFieldName('type');
  const names = namesOf(node);
  if (names.length === 0) return embeddedField(node, type, extraction);
  defineNames(node, names, node, typeExpression(type, extraction), extraction);
};

/** The first name is the symbol that the walk goes on in; the others share its declaration. */
function defineNames(
  node: Node,
  names: readonly Node[],
  range: Node,
  valueType: Expression | null,
  extraction: Extraction,
): void {
  const owner = extraction.current;
  const isMember = extraction.inType;
  const value = node.childForFieldName('value');
  names.forEach((name, position) => {
    const text = extraction.textOf(name);
    extraction.consume(name);
    if (text === '_') return;
    const definition = {
      name: text,
      nodeType: 'variable',
      visibility: visibilityOf(text),
      range,
      ...(value === null ? {} : { bodyStart: value.startIndex }),
      valueType: valueType ?? (isMember ? null : initialiser(node, position, extraction)),
      declares: !isMember,
      opensScope: false,
    } as const;
    if (position === 0) return void extraction.define(node, definition);
    if (!isMember) extraction.scope.declareNamed(text);
    extraction.defineField(owner, range, definition);
  });
}

function initialiser(node: Node, position: number, extraction: Extraction): Expression | null {
  const type = assigned(node.childForFieldName('value'), position, extraction);
  return type === UNKNOWN ? null : type;
}

/** An embedded type is a base, and a field with the type's name. */
function embeddedField(node: Node, type: Node | null, extraction: Extraction): void {
  const named = type?.type === 'generic_type' ? type.childForFieldName('type') : type;
  const name = named?.type === 'qualified_type' ? named.childForFieldName('name') : named;
  if (named === null || named === undefined || name === null || name === undefined) return;
  inherit(named, extraction);
  const text = extraction.textOf(name);
  extraction.define(node, {
    name: text,
    nodeType: 'variable',
    visibility: visibilityOf(text),
    valueType: typeExpression(named, extraction),
    declares: false,
    opensScope: false,
  });
}

function inherit(named: Node, extraction: Extraction): void {
  if (named.type === 'qualified_type') {
    const name = named.childForFieldName('name');
    const owner = named.childForFieldName('package');
    if (name === null || owner === null) return;
    extraction.consume(name);
    goFile(extraction).handled.add(name.startIndex);
    extraction.refer('inherit', extraction.textOf(name), extraction.textOf(owner), named);
  } else if (named.type === 'type_identifier' && !GO_BUILTINS.has(extraction.textOf(named))) {
    extraction.consume(named);
    extraction.refer('inherit', extraction.textOf(named), null, named);
  }
}

/** An interface embeds a lone type; a union of types is a constraint. */
const typeElement: Rule = (node, extraction) => {
  if (node.parent?.type !== 'interface_type' || node.namedChildCount !== 1) return;
  const type = node.firstNamedChild;
  const named = type?.type === 'generic_type' ? type.childForFieldName('type') : type;
  if (named !== null && named !== undefined) inherit(named, extraction);
};

const methodElement: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null || !extraction.inType) return extraction.openBlock();
  const text = extraction.textOf(name);
  extraction.define(node, {
    name: text,
    nodeType: 'method',
    visibility: visibilityOf(text),
    valueType: typeExpression(node.childForFieldName('result'), extraction),
    declares: false,
  });
};

// ── Variables ──────────────────────────────────────────────────────────────────────────────────

/** `var` and `const`: symbols at the top level, locals elsewhere. */
const variableSpec: Rule = (node, extraction) => {
  const names = namesOf(node);
  const declared = typeExpression(node.childForFieldName('type'), extraction);
  if (extraction.currentType === 'module' && extraction.scope.parent === null) {
    assertion(node, names, declared, extraction);
    return defineNames(node, names, specRange(node), declared, extraction);
  }
  const isTyped = node.childForFieldName('type') !== null;
  const value = node.childForFieldName('value');
  declareNames(
    names,
    (position) => (isTyped ? (declared ?? UNKNOWN) : assigned(value, position, extraction)),
    extraction,
  );
};

/** `var _ Interface = (*Type)(nil)` states that the type has the interface. */
function assertion(node: Node, names: readonly Node[], declared: Expression | null, extraction: Extraction): void {
  const [name] = names;
  if (declared === null || name === undefined || names.length !== 1 || extraction.textOf(name) !== '_') return;
  const type = initialiser(node, 0, extraction);
  if (type === null || !/^@\w+$/.test(type) || !/^@[\w:]+$/.test(declared)) return;
  const segments = declared.slice(1).split('::');
  const receiver = segments.length > 1 ? segments.slice(0, -1).join('.') : null;
  extraction.refer('inherit', segments[segments.length - 1] ?? '', receiver, node, type.slice(1));
}

/** Declares locals when the walk leaves the declaration: its values still see the outer names. */
function declareNames(names: readonly Node[], typeAt: (position: number) => Expression, extraction: Extraction): void {
  const types = names.map((_, position) => typeAt(position));
  for (const name of names) extraction.consume(name);
  extraction.onExit(() => {
    names.forEach((name, position) => {
      declareShadowing(extraction.textOf(name), types[position] ?? UNKNOWN, extraction, false);
    });
  });
}

/** What the name at `position` gets from a list of values; of many results only the first is known. */
function assigned(values: Node | null, position: number, extraction: Extraction): Expression {
  if (values === null) return UNKNOWN;
  if (values.type !== 'expression_list') return position === 0 ? expressionOf(values, extraction) : UNKNOWN;
  return expressionOf(values.namedChild(position), extraction);
}

const shortDeclaration: Rule = (node, extraction) => {
  const names = node.childForFieldName('left')?.namedChildren ?? [];
  const values = node.childForFieldName('right');
  declareNames(names, (position) => assigned(values, position, extraction), extraction);
};

const rangeClause: Rule = (node, extraction) => {
  const names = node.childForFieldName('left')?.namedChildren ?? [];
  if (names.length === 0 || !node.children.some((child) => child.type === ':=')) return;
  const ranged = expressionOf(node.childForFieldName('right'), extraction);
  // The first name is the index, except for channels and iterators, which cannot be told from here.
  declareNames(names, (position) => (position === 1 && ranged !== UNKNOWN ? `${ranged}[]` : UNKNOWN), extraction);
};

const receiveStatement: Rule = (node, extraction) => {
  const names = node.childForFieldName('left')?.namedChildren ?? [];
  if (names.length === 0 || !node.children.some((child) => child.type === ':=')) return;
  const values = node.childForFieldName('right');
  declareNames(names, (position) => assigned(values, position, extraction), extraction);
};

/** `switch x := y.(type)`: each case has its own `x`. */
const typeSwitch: Rule = (node, extraction) =>
  extraction.consume(node.childForFieldName('alias')?.firstNamedChild ?? null);

const typeSwitchCase: Rule = (node, extraction) => {
  const parent = node.parent;
  const alias = parent?.type === 'type_switch_statement' ? parent.childForFieldName('alias') : undefined;
  if (parent === null || alias === null || alias === undefined) return;
  const types = node.childrenForFieldName('type').filter((type) => type.isNamed);
  const [only] = types;
  const type =
    types.length === 1 && only !== undefined
      ? (typeExpression(only, extraction) ?? UNKNOWN)
      : expressionOf(parent.childForFieldName('value'), extraction);
  declareShadowing(extraction.textOf(alias), type, extraction, false);
};

export const go: LanguageDefinition = {
  name: 'go',
  grammar: 'go',
  extensions: ['.go'],
  comments: ['comment'],
  verbatim: [],
  identifiers: ['identifier'],
  typeIdentifiers: ['type_identifier'],
  blocks: [
    'block',
    'if_statement',
    'for_statement',
    'expression_switch_statement',
    'type_switch_statement',
    'expression_case',
    'type_case',
    'default_case',
    'communication_case',
    'function_type',
  ],
  decisions: ['if_statement', 'for_statement', 'expression_case', 'type_case', 'communication_case', '&&', '||'],
  builtins: GO_BUILTINS,
  closedModules: () => false,
  rules: {
    ...GO_REFERENCE_RULES,
    package_clause: packageClause,
    import_spec: importSpec,
    function_declaration: functionDeclaration,
    method_declaration: methodDeclaration,
    func_literal: (_node, extraction) => extraction.anonymousFunction(),
    type_parameter_declaration: typeParameter,
    parameter_declaration: parameter,
    variadic_parameter_declaration: parameter,
    type_spec: typeSpec,
    type_alias: typeSpec,
    field_declaration: fieldDeclaration,
    type_elem: typeElement,
    method_elem: methodElement,
    var_spec: variableSpec,
    const_spec: variableSpec,
    short_var_declaration: shortDeclaration,
    range_clause: rangeClause,
    receive_statement: receiveStatement,
    type_switch_statement: typeSwitch,
    type_case: typeSwitchCase,
    default_case: typeSwitchCase,
  },
};
