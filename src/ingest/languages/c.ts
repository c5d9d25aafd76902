import type { Node } from 'web-tree-sitter';
import { UNKNOWN } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { LanguageDefinition, Rule } from '../extract/language.js';
import { C_DEFINITIONS } from './c-definitions.js';
import { C_TYPE_DEFINITIONS } from './c-type-definitions.js';
import { expressionOf, isPointersOwn, lastName, pathOf, plainName } from './c-types.js';

/** Words, types and macros of the language itself; the functions of its library are names like others. */
// prettier-ignore
export const C_BUILTINS: readonly string[] = [
  'void', 'char', 'short', 'int', 'long', 'float', 'double', 'signed', 'unsigned', 'bool', '_Bool', 'const', 'static',
  'extern', 'inline', 'register', 'volatile', 'restrict', 'auto', 'struct', 'union', 'enum', 'typedef', 'return', 'if',
  'else', 'sizeof', 'NULL', 'true', 'false', 'TRUE', 'FALSE', 'size_t', 'ssize_t', 'ptrdiff_t', 'intptr_t', 'uintptr_t',
  'int8_t', 'int16_t', 'int32_t', 'int64_t', 'uint8_t', 'uint16_t', 'uint32_t', 'uint64_t', 'intmax_t', 'uintmax_t',
  'wchar_t', 'char16_t', 'char32_t', 'off_t', 'time_t', 'va_list', 'va_start', 'va_end', 'va_arg', 'va_copy',
  'offsetof', 'defined', '__func__', '__FUNCTION__', '__FILE__', '__LINE__', '__DATE__', '__TIME__', '__VA_ARGS__',
  '__attribute__', '__inline', '__inline__', '__extension__', '__restrict', '__cplusplus', 'alignof', '_Alignof',
];

// ── References ─────────────────────────────────────────────────────────────────────────────────

const callExpression: Rule = (node, extraction) => {
  let callee = node.childForFieldName('function');
  // `(*pointer)(…)` calls what the pointer names.
  while (callee !== null && (callee.type === 'parenthesized_expression' || callee.type === 'pointer_expression')) {
    callee = callee.type === 'pointer_expression' ? callee.childForFieldName('argument') : callee.firstNamedChild;
  }
  if (callee !== null) callTo(callee, extraction);
};

function callTo(callee: Node, extraction: Extraction): void {
  switch (callee.type) {
    case 'identifier':
    case 'template_function': {
      const name = plainName(callee, extraction);
      extraction.consume(callee);
      if (!extraction.language.builtins.has(name)) extraction.refer('call', name, null, callee);
      return;
    }
    case 'field_expression': {
      const field = callee.childForFieldName('field');
      if (field === null || isPointersOwn(callee, extraction)) return;
      const receiver = expressionOf(callee.childForFieldName('argument'), extraction);
      extraction.refer('call', plainName(lastName(field) ?? field, extraction), receiver, field);
      return;
    }
    case 'qualified_identifier':
      return referPath('call', callee, extraction);
    default:
      return;
  }
}

/** A use of `a::b::name`. */
export function referPath(
  kind: 'call' | 'inherit' | 'type' | 'read' | 'write' | 'readwrite',
  node: Node,
  extraction: Extraction,
): void {
  const path = pathOf(node, extraction);
  const owner = path.slice(0, -1).filter((part) => part !== '');
  extraction.consume(lastName(node));
  extraction.refer(kind, path[path.length - 1] ?? '', owner.length === 0 ? null : owner.join('.'), node);
}

const fieldExpression: Rule = (node, extraction) => {
  const parent = node.parent;
  if (parent === null || parent.type === 'update_expression') return;
  if (parent.type === 'call_expression' && parent.startIndex === node.startIndex && isFunction(parent, node)) return;
  if (parent.type === 'assignment_expression' && parent.childForFieldName('left')?.id === node.id) return;
  referMember('read', node, extraction);
};

function isFunction(call: Node, node: Node): boolean {
  return call.childForFieldName('function')?.id === node.id;
}

function referMember(kind: 'read' | 'write' | 'readwrite', node: Node, extraction: Extraction): void {
  const field = node.childForFieldName('field');
  const receiver = expressionOf(node.childForFieldName('argument'), extraction);
  if (field === null || receiver === UNKNOWN) return;
  extraction.refer(kind, plainName(lastName(field) ?? field, extraction), receiver, field);
}

function assignTo(target: Node | null, kind: 'write' | 'readwrite', extraction: Extraction): void {
  if (target?.type === 'identifier') {
    extraction.consume(target);
    if (!extraction.language.builtins.has(extraction.textOf(target)))
      extraction.refer(kind, extraction.textOf(target), null, target);
  } else if (target?.type === 'field_expression') referMember(kind, target, extraction);
  else if (target?.type === 'qualified_identifier') referPath(kind, target, extraction);
}

const assignment: Rule = (node, extraction) => {
  const kind = node.childForFieldName('operator')?.type === '=' ? 'write' : 'readwrite';
  assignTo(node.childForFieldName('left'), kind, extraction);
};

const update: Rule = (node, extraction) => assignTo(node.childForFieldName('argument'), 'readwrite', extraction);

const caseStatement: Rule = (node, extraction) => {
  if (node.firstChild?.type === 'case') extraction.decide();
};

/** Rules of what C and C++ have in common. */
export const C_RULES: Readonly<Record<string, Rule>> = {
  ...C_DEFINITIONS,
  ...C_TYPE_DEFINITIONS,
  call_expression: callExpression,
  field_expression: fieldExpression,
  assignment_expression: assignment,
  update_expression: update,
  case_statement: caseStatement,
};

export const C_BLOCKS: readonly string[] = [
  'compound_statement',
  'for_statement',
  'if_statement',
  'while_statement',
  'switch_statement',
];

export const C_DECISIONS: readonly string[] = [
  'if_statement',
  'for_statement',
  'while_statement',
  'do_statement',
  'conditional_expression',
  '&&',
  '||',
];

export const c: LanguageDefinition = {
  name: 'c',
  grammar: 'c',
  extensions: ['.c'],
  comments: ['comment'],
  verbatim: [],
  identifiers: ['identifier'],
  typeIdentifiers: ['type_identifier'],
  blocks: C_BLOCKS,
  decisions: C_DECISIONS,
  builtins: new Set(C_BUILTINS),
  // Everything that is included is visible, and what the linker finds.
  closedModules: () => false,
  rules: C_RULES,
};
