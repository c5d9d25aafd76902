import type { Node } from 'web-tree-sitter';
import { UNKNOWN } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { LanguageDefinition, Rule } from '../extract/language.js';
import {
  asPattern,
  assignment,
  augmentedAssignment,
  defineGlobals,
  exceptClause,
  globalStatement,
  loop,
  namedExpression,
  nonlocalStatement,
  useClasses,
} from './python-bindings.js';
import { BUILTIN_TYPES, BUILTINS } from './python-builtins.js';
import {
  classDefinition,
  decoratedDefinition,
  functionDefinition,
  lambda,
  moduleDocumentation,
  typeAlias,
} from './python-definitions.js';
import { expressionOf, receiverOf } from './python-expressions.js';
import { assertion, block, caseClause, condition } from './python-patterns.js';
import { stateOf } from './python-state.js';
import { useType } from './python-types.js';

// ── Uses ───────────────────────────────────────────────────────────────────────────────────────

const call: Rule = (node, extraction) => {
  const callee = node.childForFieldName('function');
  if (callee === null) return;
  callTo(callee, extraction);
  if (callee.type === 'identifier' || callee.type === 'attribute') useTypeParameters(node, callee, extraction);
};

function callTo(callee: Node, extraction: Extraction): void {
  if (callee.type === 'identifier') {
    extraction.consume(callee);
    const name = extraction.textOf(callee);
    if (name === 'super') return;
    if (extraction.scope.resolve(name) === 'this') return callOfSelf(name, callee, extraction);
    extraction.refer('call', name, null, callee);
  } else if (callee.type === 'attribute') {
    const attribute = callee.childForFieldName('attribute');
    if (attribute === null) return;
    extraction.consume(attribute);
    stateOf(extraction).handled.add(attribute.startIndex);
    extraction.refer(
      'call',
      extraction.textOf(attribute),
      expressionOf(callee.childForFieldName('object'), extraction),
      callee,
    );
  }
}

/** `cls(…)` makes an instance of the class the code belongs to; `self(…)` calls the instance. */
function callOfSelf(name: string, callee: Node, extraction: Extraction): void {
  if (name === 'self') return extraction.refer('call', '__call__', 'this', callee);
  const owner = extraction.enclosingType();
  const type = owner === undefined ? '' : extraction.nameOf(owner);
  if (extraction.scope.find(type)?.binding.kind === 'named') extraction.refer('call', type, null, callee);
  else extraction.refer('call', '__init__', 'this', callee);
}

/** Arguments that are types: of `cast` and of the tests for a class. */
function useTypeParameters(node: Node, callee: Node, extraction: Extraction): void {
  const name = extraction.text.slice(Math.max(callee.startIndex, callee.endIndex - 10), callee.endIndex);
  const isTest = name === 'isinstance' || name === 'issubclass';
  if (!isTest && !/(^|\W)cast$/.test(name)) return;
  const parameters = node.childForFieldName('arguments')?.namedChildren ?? [];
  if (isTest) {
    if (parameters[1] !== undefined) useClasses(parameters[1], extraction);
  } else if (parameters.length === 2 && parameters[0] !== undefined) useType(parameters[0], extraction);
}

/** `a.b` read as a value; calls, targets and types were taken care of by the rules around it. */
const attribute: Rule = (node, extraction) => {
  const name = node.childForFieldName('attribute');
  if (name === null || stateOf(extraction).handled.delete(name.startIndex)) return;
  extraction.consume(name);
  const receiver = expressionOf(node.childForFieldName('object'), extraction);
  if (receiver !== UNKNOWN) extraction.refer('read', extraction.textOf(name), receiver, name);
};

const keywordArgument: Rule = (node, extraction) => extraction.consume(node.childForFieldName('name'));

const decorator: Rule = (node, extraction) => {
  const name = node.firstNamedChild;
  if (name === null || (name.type !== 'identifier' && name.type !== 'attribute')) return;
  const attribute = name.type === 'attribute' ? name.childForFieldName('attribute') : null;
  if (attribute !== null && /^(setter|getter|deleter)$/.test(extraction.textOf(attribute))) {
    // The other half of a property: nothing of its own is called.
    extraction.consume(attribute);
    stateOf(extraction).handled.add(attribute.startIndex);
    extraction.consume(name.childForFieldName('object'));
    return;
  }
  callTo(name, extraction);
};

const type: Rule = (node, extraction) => {
  if (node.startIndex >= stateOf(extraction).typesUntil) useType(node, extraction);
};

const returnStatement: Rule = (node, extraction) => {
  const expression = expressionOf(node.firstNamedChild, extraction);
  const value = extraction.scope.resolve(expression);
  if (value.startsWith(UNKNOWN)) return;
  // `return []` at the top often only says that there is nothing: another statement may say more.
  if (BUILTIN_TYPES.has(value.slice(1))) stateOf(extraction).plainReturns.set(extraction.current, value);
  else extraction.inferReturn(expression);
};

// ── Imports ────────────────────────────────────────────────────────────────────────────────────

function consumeNames(name: Node, extraction: Extraction): void {
  for (const part of name.namedChildren) extraction.consume(part);
}

function dotted(name: Node, extraction: Extraction): string {
  return extraction.textOf(name).replace(/[\s\\]/g, '');
}

const importStatement: Rule = (node, extraction) => {
  for (const item of node.namedChildren) {
    if (item.type === 'aliased_import') {
      const name = item.childForFieldName('name');
      const alias = item.childForFieldName('alias');
      if (name === null || alias === null) continue;
      consumeNames(name, extraction);
      extraction.consume(alias);
      extraction.importName('*', dotted(name, extraction), extraction.textOf(alias), item);
    } else if (item.type === 'dotted_name') {
      consumeNames(item, extraction);
      const path = dotted(item, extraction);
      const [first = path] = path.split('.');
      // `import a.b` makes `a` visible, and sees to it that `b` is a member of it.
      if (first !== path) extraction.refer('import', '*', path, item, '');
      extraction.importName('*', first, first, item);
    }
  }
};

const importFrom: Rule = (node, extraction) => {
  const from = node.childForFieldName('module_name');
  if (from === null) return;
  for (const part of [from, ...from.namedChildren]) consumeNames(part, extraction);
  const module = dotted(from, extraction);
  for (const item of node.namedChildren) {
    if (item.id === from.id) continue;
    if (item.type === 'wildcard_import') {
      stateOf(extraction).hasStarImport = true;
      extraction.importName('*', module, '*', item);
    } else importItem(item, module, extraction);
  }
};

function importItem(item: Node, module: string, extraction: Extraction): void {
  const name = item.type === 'aliased_import' ? item.childForFieldName('name') : item;
  const alias = item.type === 'aliased_import' ? item.childForFieldName('alias') : item;
  if (name?.type !== 'dotted_name' || alias === null) return;
  consumeNames(name, extraction);
  extraction.consume(alias);
  extraction.importName(dotted(name, extraction), module, dotted(alias, extraction), item);
}

const futureImport: Rule = (node, extraction) => {
  for (const item of node.namedChildren) {
    for (const part of [item, ...item.namedChildren]) consumeNames(part, extraction);
    if (item.type === 'aliased_import') extraction.consume(item.childForFieldName('alias'));
  }
};

export const python: LanguageDefinition = {
  name: 'python',
  grammar: 'python',
  extensions: ['.py', '.pyi'],
  comments: ['comment', 'line_continuation'],
  // Between the escapes of a string and inside a format there is text that no node covers.
  verbatim: ['string_content', 'format_specifier'],
  identifiers: ['identifier'],
  typeIdentifiers: [],
  blocks: ['list_comprehension', 'set_comprehension', 'dictionary_comprehension', 'generator_expression'],
  decisions: [
    'if_statement',
    'elif_clause',
    'for_statement',
    'while_statement',
    'except_clause',
    'conditional_expression',
    'for_in_clause',
    'if_clause',
    'and',
    'or',
  ],
  builtins: BUILTINS,
  rules: {
    module: moduleDocumentation,
    function_definition: functionDefinition,
    class_definition: classDefinition,
    decorated_definition: decoratedDefinition,
    decorator,
    lambda,
    type_alias_statement: typeAlias,
    type,
    assignment,
    augmented_assignment: augmentedAssignment,
    named_expression: namedExpression,
    global_statement: globalStatement,
    nonlocal_statement: nonlocalStatement,
    for_statement: loop,
    for_in_clause: loop,
    as_pattern: asPattern,
    except_clause: exceptClause,
    if_statement: condition,
    elif_clause: condition,
    assert_statement: assertion,
    block,
    case_clause: caseClause,
    call,
    attribute,
    keyword_argument: keywordArgument,
    return_statement: returnStatement,
    import_statement: importStatement,
    import_from_statement: importFrom,
    future_import_statement: futureImport,
  },
  // Without `from m import *`, a name that the file does not say can only be built in.
  closedModules: (extraction) => !stateOf(extraction).hasStarImport,
  receiverOf,
  finish: defineGlobals,
};
