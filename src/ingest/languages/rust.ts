import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression, type NodeType, type Visibility } from '../../model/index.js';
import type { Definition } from '../extract/drafts.js';
import type { Extraction } from '../extract/extraction.js';
import type { LanguageDefinition, Rule } from '../extract/language.js';
import { callbackElement, expressionOf } from './rust-expressions.js';
import { rustFile, type RustImplementation } from './rust-file.js';
import { consumeAll, externCrate, moduleFile, useDeclaration } from './rust-imports.js';
import { macroDefinition } from './rust-macros.js';
import { RUST_BUILTINS } from './rust-names.js';
import { boundNames, consumeNames, declareNames } from './rust-patterns.js';
import { RUST_REFERENCE_RULES } from './rust-references.js';
import { pathText, typeExpression, typeParameters, type TypeParameter } from './rust-types.js';

// ── Places ─────────────────────────────────────────────────────────────────────────────────────

/** The `impl` or `trait` whose direct member the item is. */
function implementationOf(node: Node, extraction: Extraction): RustImplementation | undefined {
  const holder = node.parent?.type === 'declaration_list' ? node.parent.parent?.type : undefined;
  if (holder !== 'impl_item' && holder !== 'trait_item') return undefined;
  const { implementations } = rustFile(extraction);
  return implementations[implementations.length - 1];
}

function visibilityOf(node: Node, extraction: Extraction, member?: RustImplementation): Visibility {
  if (member !== undefined && (member.isTrait || member.ofTrait)) return 'public';
  const modifier = node.firstNamedChild;
  if (modifier?.type !== 'visibility_modifier') return 'private';
  const text = extraction.textOf(modifier);
  if (text === 'pub') return 'public';
  return /^pub\s*\(\s*self\s*\)$/.test(text) ? 'private' : 'internal';
}

/** The parts of a definition that every item has in the same way. */
function itemOf(node: Node, name: Node, nodeType: NodeType, extraction: Extraction): Definition {
  const member = implementationOf(node, extraction);
  const attributes = rustFile(extraction).attributes;
  const isBelow = attributes !== undefined && /^\s*$/.test(extraction.text.slice(attributes.end, node.startIndex));
  return {
    name: extraction.textOf(name),
    nodeType,
    visibility: visibilityOf(node, extraction, member),
    ...(isBelow ? { documentationAbove: attributes.first } : {}),
    ...(member === undefined ? {} : { declares: false }),
    ...(member === undefined || member.isTrait ? {} : { owner: member.type }),
  };
}

/** Attributes stand between an item and its comment; what is in them names nothing of the program. */
const attribute: Rule = (node, extraction) => {
  consumeAll(node, extraction);
  const file = rustFile(extraction);
  const earlier = file.attributes;
  const follows = earlier !== undefined && /^\s*$/.test(extraction.text.slice(earlier.end, node.startIndex));
  file.attributes = { first: follows ? earlier.first : node, end: node.endIndex };
};

// ── Items ──────────────────────────────────────────────────────────────────────────────────────

const functionItem: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  const parameters = typeParameters(node, extraction);
  const body = node.childForFieldName('body');
  const isMember = implementationOf(node, extraction) !== undefined;
  extraction.define(node, {
    ...itemOf(node, name, isMember ? 'method' : 'function', extraction),
    ...(body === null ? {} : { bodyStart: body.startIndex }),
    measured: body !== null,
    valueType: returnType(node, parameters, extraction),
  });
  declareTypeParameters(parameters, extraction);
};

/** The scope of the type parameters opens with the definition, after its type was asked for. */
function returnType(node: Node, parameters: readonly TypeParameter[], extraction: Extraction): Expression | null {
  const type = typeExpression(node.childForFieldName('return_type'), extraction);
  const own = parameters.find(({ name }) => type === `@${name}` || type?.startsWith(`@${name}[`) === true);
  if (own === undefined || type === null) return type;
  return own.bound === null ? null : own.bound + type.slice(own.name.length + 1);
}

function declareTypeParameters(parameters: readonly TypeParameter[], extraction: Extraction): void {
  for (const { name, bound } of parameters) extraction.scope.declareLocal(name, bound);
}

const typeParameterName: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  if (node.type === 'const_parameter') extraction.scope.declareLocal(extraction.textOf(name));
};

const parameter: Rule = (node, extraction) => {
  const type = typeExpression(node.childForFieldName('type'), extraction) ?? UNKNOWN;
  const names = boundNames(node.childForFieldName('pattern'), type, extraction);
  consumeNames(names, extraction);
  for (const { name, type: of } of names) extraction.scope.declareLocal(extraction.textOf(name), of);
};

function typeItem(nodeType: NodeType): Rule {
  return (node, extraction) => {
    const name = node.childForFieldName('name');
    if (name === null) return;
    extraction.consume(name);
    const body = node.childForFieldName('body');
    const isAlias = node.type === 'type_item';
    const parameters = typeParameters(node, extraction);
    extraction.define(node, {
      ...itemOf(node, name, nodeType, extraction),
      ...(body === null ? {} : { bodyStart: body.startIndex }),
      valueType: isAlias ? aliased(node, parameters, extraction) : null,
    });
    declareTypeParameters(parameters, extraction);
  };
}

function aliased(node: Node, parameters: readonly TypeParameter[], extraction: Extraction): Expression | null {
  const type = typeExpression(node.childForFieldName('type'), extraction);
  return parameters.some(({ name }) => type?.startsWith(`@${name}`) === true) ? null : type;
}

const traitItem: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  typeItem('trait')(node, extraction);
  for (const bound of node.childForFieldName('bounds')?.namedChildren ?? []) inherit(bound, null, extraction);
  openImplementation({ type: extraction.textOf(name), isTrait: true, ofTrait: false }, extraction);
};

const implItem: Rule = (node, extraction) => {
  const type = node.childForFieldName('type');
  if (type === null) return;
  declareTypeParameters(typeParameters(node, extraction), extraction);
  const trait = node.childForFieldName('trait');
  const name = ownerName(type, extraction);
  consumeOwner(type, extraction);
  if (trait !== null) inherit(trait, name, extraction);
  openImplementation({ type: name, isTrait: false, ofTrait: trait !== null }, extraction);
};

function openImplementation(implementation: RustImplementation, extraction: Extraction): void {
  const { implementations } = rustFile(extraction);
  implementations.push(implementation);
  extraction.onExit(() => void implementations.pop());
}

/** Dotted name of the type that is implemented; the folded text of a type without a name. */
function ownerName(type: Node, extraction: Extraction): string {
  const path = pathText(type, extraction);
  if (path !== undefined) return path.replaceAll('::', '.');
  return extraction.textOf(type).replace(/\s+/g, ' ').replaceAll('.', ' ');
}

/** The type's own name is no use of it; its arguments are. */
function consumeOwner(type: Node, extraction: Extraction): void {
  const named = type.type === 'generic_type' ? (type.childForFieldName('type') ?? type) : type;
  if (named.type === 'type_identifier') extraction.consume(named);
}

/** A base of the trait around the walk, or, with `heir`, a trait of that type. */
function inherit(trait: Node, heir: string | null, extraction: Extraction): void {
  if (trait.type === 'higher_ranked_trait_bound') {
    const type = trait.childForFieldName('type');
    return type === null ? undefined : inherit(type, heir, extraction);
  }
  const named = trait.type === 'generic_type' ? (trait.childForFieldName('type') ?? trait) : trait;
  if (named.type === 'type_identifier') {
    extraction.consume(named);
    const name = extraction.textOf(named);
    if (!RUST_BUILTINS.has(name)) extraction.refer('inherit', name, null, named, heir);
  } else if (named.type === 'scoped_type_identifier') {
    const name = named.childForFieldName('name');
    const path = named.childForFieldName('path');
    const receiver = path === null ? undefined : pathText(path, extraction);
    if (name === null || receiver === undefined) return;
    consumeAll(named, extraction);
    extraction.refer('inherit', extraction.textOf(name), receiver.replaceAll('::', '.'), named, heir);
  }
}

const moduleItem: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  const body = node.childForFieldName('body');
  if (body === null) return moduleFile(node, name, extraction);
  extraction.define(node, { ...itemOf(node, name, 'module', extraction), bodyStart: body.startIndex });
};

/** Constants and statics are symbols, save those inside of functions. */
const constantItem: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  const valueType = typeExpression(node.childForFieldName('type'), extraction);
  const isSymbol = extraction.currentType === 'module' || extraction.inType;
  if (!isSymbol) return extraction.scope.declareLocal(extraction.textOf(name), valueType);
  const value = node.childForFieldName('value');
  extraction.define(node, {
    ...itemOf(node, name, 'variable', extraction),
    ...(value === null ? {} : { bodyStart: value.startIndex }),
    valueType,
    opensScope: false,
  });
};

// ── Fields and variants ────────────────────────────────────────────────────────────────────────

const fieldDeclaration: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null || extraction.currentType !== 'struct') return;
  extraction.define(node, {
    ...itemOf(node, name, 'variable', extraction),
    valueType: typeExpression(node.childForFieldName('type'), extraction),
    declares: false,
    opensScope: false,
  });
};

/** The fields of a tuple struct are named by their positions. */
const tupleFields: Rule = (node, extraction) => {
  if (extraction.currentType !== 'struct') return;
  let visibility: Visibility = 'private';
  let position = 0;
  for (const child of node.namedChildren) {
    if (child.type === 'visibility_modifier') {
      visibility = extraction.textOf(child) === 'pub' ? 'public' : 'internal';
      continue;
    }
    if (child.type === 'attribute_item' || child.type.endsWith('_comment')) continue;
    extraction.defineField(extraction.current, child, {
      name: String(position++),
      nodeType: 'variable',
      visibility,
      valueType: typeExpression(child, extraction),
      declares: false,
    });
    visibility = 'private';
  }
};

const enumVariant: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null || extraction.currentType !== 'enum') return;
  extraction.consume(name);
  extraction.define(node, {
    ...itemOf(node, name, 'variable', extraction),
    visibility: 'public',
    valueType: `@${extraction.currentName}`,
    declares: false,
    opensScope: false,
  });
};

// ── Locals ─────────────────────────────────────────────────────────────────────────────────────

/** The names are declared when the walk leaves the statement: its value still sees the outer ones. */
const letDeclaration: Rule = (node, extraction) => {
  const declared = node.childForFieldName('type');
  const value = node.childForFieldName('value');
  const typed = declared === null ? null : typeExpression(declared, extraction);
  const type = typed ?? expressionOf(value, extraction);
  if (node.childForFieldName('alternative') !== null) extraction.decide();
  const names = boundNames(node.childForFieldName('pattern'), type, extraction);
  consumeNames(names, extraction);
  extraction.onExit(() => declareNames(names, extraction));
};

const matchArm: Rule = (node, extraction) => {
  const pattern = node.childForFieldName('pattern');
  const guard = pattern?.childForFieldName('condition') ?? null;
  if (guard !== null) extraction.decide();
  const isDefault = guard === null && pattern !== null && extraction.textOf(pattern) === '_';
  if (!isDefault) extraction.decide();
  const matched = node.parent?.parent?.childForFieldName('value') ?? null;
  const names = boundNames(pattern, expressionOf(matched, extraction), extraction);
  consumeNames(names, extraction);
  declareNames(names, extraction);
};

const forExpression: Rule = (node, extraction) => {
  const pattern = node.childForFieldName('pattern');
  const body = node.childForFieldName('body');
  const iterated = expressionOf(node.childForFieldName('value'), extraction);
  const element = iterated === UNKNOWN ? UNKNOWN : `${iterated}[]`;
  // Pairs are an index or a key with the element.
  const isPair = pattern?.type === 'tuple_pattern' && pattern.namedChildCount === 2;
  const names = isPair
    ? [
        ...boundNames(pattern.firstNamedChild, UNKNOWN, extraction),
        ...boundNames(pattern.lastNamedChild, element, extraction),
      ]
    : boundNames(pattern, element, extraction);
  consumeNames(names, extraction);
  if (body !== null) rustFile(extraction).bodies.set(body.startIndex, () => declareNames(names, extraction));
};

const block: Rule = (node, extraction) => {
  const { bodies } = rustFile(extraction);
  if (bodies.size === 0) return;
  const enter = bodies.get(node.startIndex);
  if (enter === undefined) return;
  bodies.delete(node.startIndex);
  enter();
};

const closure: Rule = (node, extraction) => {
  const first = callbackElement(node, extraction);
  extraction.anonymousFunction();
  const parameters = node.childForFieldName('parameters')?.namedChildren ?? [];
  parameters.forEach((parameter, position) => {
    // Parameters with a type have a rule of their own.
    if (parameter.type === 'parameter') return;
    const names = boundNames(parameter, position === 0 ? first : UNKNOWN, extraction);
    consumeNames(names, extraction);
    for (const { name, type } of names) {
      const text = extraction.textOf(name);
      extraction.scope.declareLocal(text, type, extraction.scope.parent ?? extraction.scope);
    }
  });
};

/** Lifetimes and labels are written like names. */
const lifetime: Rule = (node, extraction) => extraction.consume(node.firstNamedChild);

const typeBinding: Rule = (node, extraction) => extraction.consume(node.childForFieldName('name'));

export const rust: LanguageDefinition = {
  name: 'rust',
  grammar: 'rust',
  extensions: ['.rs'],
  comments: ['line_comment', 'block_comment'],
  // The prefixes of literals (`b"…"`, `r#"…"#`) have no node of their own.
  verbatim: ['string_literal', 'raw_string_literal'],
  identifiers: ['identifier'],
  typeIdentifiers: ['type_identifier'],
  blocks: ['block', 'if_expression', 'while_expression', 'for_expression', 'match_arm', 'impl_item', 'function_type'],
  decisions: ['if_expression', 'while_expression', 'for_expression', 'loop_expression', '&&', '||'],
  builtins: RUST_BUILTINS,
  closedModules: () => false,
  rules: {
    ...RUST_REFERENCE_RULES,
    use_declaration: useDeclaration,
    extern_crate_declaration: externCrate,
    attribute_item: attribute,
    inner_attribute_item: attribute,
    mod_item: moduleItem,
    function_item: functionItem,
    function_signature_item: functionItem,
    struct_item: typeItem('struct'),
    union_item: typeItem('struct'),
    enum_item: typeItem('enum'),
    type_item: typeItem('type'),
    associated_type: typeItem('type'),
    trait_item: traitItem,
    impl_item: implItem,
    const_item: constantItem,
    static_item: constantItem,
    macro_definition: macroDefinition,
    field_declaration: fieldDeclaration,
    ordered_field_declaration_list: tupleFields,
    enum_variant: enumVariant,
    type_parameter: typeParameterName,
    const_parameter: typeParameterName,
    type_binding: typeBinding,
    parameter,
    let_declaration: letDeclaration,
    let_condition: letDeclaration,
    match_arm: matchArm,
    for_expression: forExpression,
    block,
    closure_expression: closure,
    lifetime,
    label: lifetime,
  },
};
