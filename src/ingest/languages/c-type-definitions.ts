import type { Node } from 'web-tree-sitter';
import type { NodeType } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { consumeName, ownerPath, setAccess, templateOf, visibilityOf } from './c-definitions.js';
import { declaratorOf, declaredType, pathOf, plainName } from './c-types.js';
import { consumeAll } from './member-types.js';

/** Rules for the types that C and C++ define alike, and for what the preprocessor defines. */

/** Name of an unnamed type that a typedef names. */
function typedefName(node: Node): Node | null {
  if (node.parent?.type !== 'type_definition') return null;
  const names = node.parent.childrenForFieldName('declarator');
  return names.find((name) => name.type === 'type_identifier') ?? null;
}

export function defineType(node: Node, nodeType: NodeType, extraction: Extraction): boolean {
  const body = node.childForFieldName('body');
  const own = node.childForFieldName('name');
  const name = own ?? typedefName(node);
  if (body === null || name === null) return false;
  consumeName(name, extraction);
  const path = ownerPath(pathOf(name, extraction), extraction);
  extraction.define(node, {
    name: path[path.length - 1] ?? '',
    nodeType,
    visibility: visibilityOf(node, extraction),
    range: own === null && node.parent !== null ? node.parent : templateOf(node),
    bodyStart: body.startIndex,
    ...(path.length > 1 ? { owner: path.slice(0, -1).join('.') } : {}),
  });
  setAccess(nodeType === 'class' ? 'private' : 'public', extraction);
  return true;
}

const structSpecifier: Rule = (node, extraction) => void defineType(node, 'struct', extraction);

/** The constants of a plain enum are names of the scope around it; those of a scoped one are its members. */
const enumSpecifier: Rule = (node, extraction) => {
  const body = node.childForFieldName('body');
  if (body === null) return;
  const isScoped = node.children.some((child) => child.type === 'class' || child.type === 'struct');
  const name = node.childForFieldName('name') ?? typedefName(node);
  const type = name === null ? null : `@${plainName(name, extraction)}`;
  const home = extraction.current;
  const isLocal = !extraction.inType && extraction.currentType !== 'module';
  const visibility = visibilityOf(node, extraction);
  const scope = extraction.scope;
  defineType(node, 'enum', extraction);
  for (const constant of body.namedChildren) {
    const constantName = constant.type === 'enumerator' ? constant.childForFieldName('name') : null;
    if (constantName === null) continue;
    extraction.consume(constantName);
    const text = extraction.textOf(constantName);
    if (isLocal) scope.declareLocal(text);
    else {
      const owner = isScoped ? extraction.current : home;
      extraction.defineField(owner, constant, {
        name: text,
        nodeType: 'variable',
        visibility,
        valueType: type,
        declares: false,
      });
    }
  }
};

/** `typedef T name`: an alias, unless the type itself is named by it. */
const typeDefinition: Rule = (node, extraction) => {
  const type = node.childForFieldName('type');
  const hasBody = type !== null && /_specifier$/.test(type.type) && type.childForFieldName('body') !== null;
  const inner = hasBody ? (type.childForFieldName('name') ?? typedefName(type)) : type?.childForFieldName('name');
  const typeName = inner ? extraction.textOf(inner) : '';
  const declarators = node.childrenForFieldName('declarator');
  const names = declarators.map((declarator) => declaratorOf(declarator).name);
  for (const name of names) extraction.consume(name);
  const aliases = declarators.filter((_, position) => {
    const name = names[position];
    return name?.type === 'type_identifier' && extraction.textOf(name) !== typeName;
  });
  aliases.forEach((alias, position) => {
    const parts = declaratorOf(alias);
    const definition = {
      name: parts.name === null ? '' : extraction.textOf(parts.name),
      nodeType: 'type' as const,
      visibility: visibilityOf(node, extraction),
      valueType:
        hasBody && typeName !== ''
          ? `@${typeName}`
          : parts.signature === null
            ? declaredType(type, parts, extraction)
            : null,
    };
    if (position === 0 && !hasBody) extraction.define(node, { ...definition, opensScope: false });
    else extraction.defineField(extraction.current, alias, definition);
  });
};

// ── Preprocessor ───────────────────────────────────────────────────────────────────────────────

const include: Rule = (node, extraction) => {
  const path = node.childForFieldName('path');
  if (path === null) return;
  const text = extraction.textOf(path);
  if (path.type === 'system_lib_string') extraction.refer('import', '*', text, node, '*');
  else if (path.type === 'string_literal') extraction.refer('import', '*', text.slice(1, -1), node, '*');
};

const macro: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const value = node.childForFieldName('value');
  const parameters = node.childForFieldName('parameters');
  consumeAll(name, extraction);
  consumeAll(parameters, extraction);
  // A macro without a value is a flag of the preprocessor: an include guard, a switch.
  if (name === null || (value === null && parameters === null) || extraction.currentType !== 'module') return;
  extraction.define(node, {
    name: extraction.textOf(name),
    nodeType: parameters === null ? 'variable' : 'function',
    visibility: 'public',
    ...(value === null ? {} : { bodyStart: value.startIndex }),
    opensScope: false,
  });
};

/** Conditions of the preprocessor are neither uses of names nor decisions of the code. */
const condition: Rule = (node, extraction) => {
  const tested = node.childForFieldName('condition') ?? node.childForFieldName('name');
  if (tested === null) return;
  consumeAll(tested, extraction);
  extraction.decide(-(extraction.textOf(tested).match(/&&|\|\|/g)?.length ?? 0));
};

const attributes: Rule = (node, extraction) => consumeAll(node, extraction);

export const C_TYPE_DEFINITIONS: Readonly<Record<string, Rule>> = {
  struct_specifier: structSpecifier,
  union_specifier: structSpecifier,
  enum_specifier: enumSpecifier,
  type_definition: typeDefinition,
  preproc_include: include,
  preproc_def: macro,
  preproc_function_def: macro,
  preproc_ifdef: condition,
  preproc_if: condition,
  preproc_elif: condition,
  attribute_specifier: attributes,
};
