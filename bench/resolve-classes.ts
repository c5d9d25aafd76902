import type { Node } from 'web-tree-sitter';
import type { FileSyntax } from './resolve-syntax.js';

/** How the code gets to a name, as far as one file shows it: the classes that misses are counted by. */

const FUNCTIONS: ReadonlySet<string> = new Set([
  'arrow_function',
  'function_expression',
  'function_declaration',
  'generator_function',
  'generator_function_declaration',
  'method_definition',
  'function_definition',
  'lambda',
]);

/** The class of the name at an index. */
export function wayTo(syntax: FileSyntax, index: number): string {
  const name = syntax.nodeAt(index);
  const around = name?.parent;
  if (name === null || around === null || around === undefined) return 'other';
  switch (around.type) {
    case 'member_expression':
    case 'attribute': {
      const object = around.childForFieldName('object');
      const isMember = object !== null && object.id !== name.id;
      return isMember ? `member of ${subjectOf(object, syntax)}` : bareName(name, syntax);
    }
    case 'pair':
      return 'key of an object literal';
    case 'object_pattern':
    case 'pair_pattern':
    case 'object_assignment_pattern':
      return `destructured from ${patternSource(around, syntax)}`;
    case 'object':
      return 'key of an object literal';
    case 'method_definition':
      return around.parent?.type === 'object' ? 'key of an object literal' : 'other';
    default:
      break;
  }
  if (name.type === 'string_fragment' || name.type === 'string' || around.type === 'literal_type')
    return 'indexed access type';
  if (name.type === 'type_identifier') return 'name of a type';
  return bareName(name, syntax);
}

function bareName(name: Node, syntax: FileSyntax): string {
  return name.type === 'type_identifier' ? 'name of a type' : `bare name (${declarationOf(syntax.textOf(name), name)})`;
}

/** What a member is taken from. */
function subjectOf(node: Node, syntax: FileSyntax): string {
  switch (node.type) {
    case 'this':
      return 'this';
    case 'super':
      return 'super';
    case 'identifier': {
      const text = syntax.textOf(node);
      return text === 'self' || text === 'cls' ? text : declarationOf(text, node);
    }
    case 'call_expression':
    case 'call':
      return 'the result of a call';
    case 'member_expression':
    case 'attribute': {
      const object = node.childForFieldName('object');
      return object === null ? 'a member' : `a member of ${subjectOf(object, syntax).replace(/^(a member of )+/, '')}`;
    }
    case 'subscript_expression':
    case 'subscript':
      return 'an element';
    case 'as_expression':
    case 'non_null_expression':
    case 'parenthesized_expression':
    case 'await_expression':
    case 'await': {
      const inner = node.firstNamedChild;
      return inner === null ? 'other' : subjectOf(inner, syntax);
    }
    case 'new_expression':
      return 'a new instance';
    default:
      return `a ${node.type}`;
  }
}

function patternSource(part: Node, syntax: FileSyntax): string {
  let pattern: Node | null = part;
  while (pattern !== null && /pattern/.test(pattern.type)) pattern = pattern.parent;
  if (pattern === null) return 'other';
  const value = pattern.childForFieldName('value');
  if (pattern.type === 'variable_declarator' && value !== null) return subjectOf(value, syntax);
  return parameterKind(pattern);
}

/** What declares a name, looked for from a place outwards. */
function declarationOf(text: string, from: Node): string {
  for (let node: Node | null = from; node !== null; node = node.parent) {
    if (FUNCTIONS.has(node.type)) {
      const parameter = parametersOf(node).find((each) => mentions(each, text));
      if (parameter !== undefined) return parameterKind(parameter);
    }
    const found = localIn(node, text, from);
    if (found !== undefined) return found;
  }
  return 'a name of the file';
}

function parametersOf(node: Node): Node[] {
  const single = node.childForFieldName('parameter');
  return single === null ? (node.childForFieldName('parameters')?.namedChildren ?? []) : [single];
}

function mentions(parameter: Node, text: string): boolean {
  const pattern = parameter.childForFieldName('pattern') ?? parameter.childForFieldName('name') ?? parameter;
  return new RegExp(`(^|[^\\w$])${text.replaceAll('$', '\\$')}($|[^\\w$])`).test(pattern.text.slice(0, 400));
}

function parameterKind(parameter: Node): string {
  const isTyped = parameter.childForFieldName('type') !== null;
  if (isTyped) return 'a parameter with a type';
  const holder = parameter.type.endsWith('parameter') || parameter.type === 'identifier' ? parameter.parent : parameter;
  const value = holder?.type === 'formal_parameters' || holder?.type === 'parameters' ? holder.parent : holder;
  const isCallback = value?.parent?.type === 'arguments' || value?.parent?.type === 'argument_list';
  return isCallback ? 'a parameter of a callback' : 'a parameter without a type';
}

function localIn(node: Node, text: string, from: Node): string | undefined {
  if (node.type === 'for_in_statement' && node.childForFieldName('left')?.text === text) return 'a variable of a loop';
  if (node.type === 'for_statement' && node.childForFieldName('left')?.text === text) return 'a variable of a loop';
  if (node.parent === null || !/block|program|module|body/.test(node.type)) return undefined;
  for (const statement of node.namedChildren) {
    if (statement.startIndex > from.startIndex) break;
    for (const declarator of statement.namedChildren) {
      if (declarator.type !== 'variable_declarator' && declarator.type !== 'assignment') continue;
      const name = declarator.childForFieldName('name') ?? declarator.childForFieldName('left');
      if (name === null || !mentions(name, text)) continue;
      if (name.type !== 'identifier') return 'a destructured variable';
      if (declarator.childForFieldName('type') !== null) return 'a variable with a type';
      const value = declarator.childForFieldName('value') ?? declarator.childForFieldName('right');
      return value === null ? 'a variable assigned later' : `a variable, ${kindOfValue(value)}`;
    }
  }
  return undefined;
}

function kindOfValue(value: Node): string {
  switch (value.type) {
    case 'call_expression':
    case 'call':
      return 'from a call';
    case 'await_expression':
    case 'await':
      return 'awaited';
    case 'new_expression':
      return 'a new instance';
    case 'member_expression':
    case 'attribute':
      return 'from a member';
    case 'object':
      return 'an object literal';
    default:
      return `from a ${value.type}`;
  }
}
