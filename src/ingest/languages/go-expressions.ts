import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';

const DEPTH_LIMIT = 16;

/** Predeclared names. `min`, `max` and `clear` came late: packages define their own. */
export const GO_BUILTINS: ReadonlySet<string> = new Set([
  'any', 'bool', 'byte', 'comparable', 'complex64', 'complex128', 'error', 'float32', 'float64', 'int', 'int8', 'int16',
  'int32', 'int64', 'rune', 'string', 'uint', 'uint8', 'uint16', 'uint32', 'uint64', 'uintptr', 'true', 'false', 'iota',
  'nil', 'append', 'cap', 'close', 'complex', 'copy', 'delete', 'imag', 'len', 'make', 'new', 'panic', 'print',
  'println', 'real', 'recover', '_',
]); // prettier-ignore

/** The value expression of a syntax node. */
export function expressionOf(node: Node | null, extraction: Extraction, depth = 0): Expression {
  if (node === null || depth > DEPTH_LIMIT) return UNKNOWN;
  const inner = (child: Node | null): Expression => expressionOf(child, extraction, depth + 1);
  switch (node.type) {
    case 'identifier':
      return extraction.textOf(node);
    case 'interpreted_string_literal':
    case 'raw_string_literal':
      return '@string';
    case 'selector_expression': {
      const field = node.childForFieldName('field');
      return field === null ? UNKNOWN : step(inner(node.childForFieldName('operand')), `.${extraction.textOf(field)}`);
    }
    case 'index_expression':
      return step(inner(node.childForFieldName('operand')), '[]');
    case 'slice_expression':
      return inner(node.childForFieldName('operand'));
    case 'unary_expression': {
      const operand = inner(node.childForFieldName('operand'));
      const operator = node.childForFieldName('operator')?.type;
      if (operator === '<-') return step(operand, '[]');
      return operator === '&' || operator === '*' ? operand : UNKNOWN;
    }
    case 'parenthesized_expression':
      return inner(node.firstNamedChild);
    case 'call_expression':
      return callResult(node, extraction, depth);
    case 'type_conversion_expression':
      return conversion(node.childForFieldName('type'), extraction, depth);
    case 'composite_literal':
    case 'type_assertion_expression':
      return typeExpression(node.childForFieldName('type'), extraction, depth + 1) ?? UNKNOWN;
    default:
      return UNKNOWN;
  }
}

function step(expression: Expression, suffix: string): Expression {
  return expression === UNKNOWN ? UNKNOWN : expression + suffix;
}

function callResult(node: Node, extraction: Extraction, depth: number): Expression {
  const callee = node.childForFieldName('function');
  if (callee?.type === 'identifier') {
    const name = extraction.textOf(callee);
    const argument = node.childForFieldName('arguments')?.firstNamedChild ?? null;
    if (name === 'new' || name === 'make') return argumentType(argument, extraction, depth + 1);
    if (name === 'append') return expressionOf(argument, extraction, depth + 1);
    return GO_BUILTINS.has(name) ? UNKNOWN : `${name}()`;
  }
  // `(*T)(x)` converts; a function value in parentheses is written without the star.
  if (callee?.type === 'parenthesized_expression') return pointerConversion(callee, extraction) ?? UNKNOWN;
  return step(expressionOf(callee, extraction, depth + 1), '()');
}

/** The type in `(*T)(x)`, as a value expression. */
export function pointerConversion(callee: Node, extraction: Extraction): Expression | null {
  const pointer = callee.firstNamedChild;
  if (pointer?.type !== 'unary_expression' || pointer.childForFieldName('operator')?.type !== '*') return null;
  const name = pointer.childForFieldName('operand');
  if (name?.type === 'identifier') return `@${extraction.textOf(name)}`;
  if (name?.type !== 'selector_expression') return null;
  const text = extraction.textOf(name);
  return /^\w+\.\w+$/.test(text) ? `@${text.replace('.', '::')}` : null;
}

/** `new(T)` and `make(T)`: the parser takes a lone name for a type, a dotted one for a value. */
function argumentType(argument: Node | null, extraction: Extraction, depth: number): Expression {
  if (argument?.type === 'selector_expression') {
    return `@${extraction.textOf(argument).replace(/\s/g, '').replaceAll('.', '::')}`;
  }
  if (argument?.type === 'identifier') return `@${extraction.textOf(argument)}`;
  return typeExpression(argument, extraction, depth) ?? UNKNOWN;
}

/** `T[int](x)` is the call of a generic function as well as a conversion to a generic type. */
function conversion(type: Node | null, extraction: Extraction, depth: number): Expression {
  if (type?.type !== 'generic_type') return typeExpression(type, extraction, depth + 1) ?? UNKNOWN;
  const name = type.childForFieldName('type');
  if (name === null) return UNKNOWN;
  return `${extraction.textOf(name).replace(/\s/g, '')}()`;
}

/** The value expression of a value of the given type; null when the type says nothing useful. */
export function typeExpression(node: Node | null, extraction: Extraction, depth = 0): Expression | null {
  if (node === null || depth > DEPTH_LIMIT) return null;
  const inner = (child: Node | null): Expression | null => typeExpression(child, extraction, depth + 1);
  switch (node.type) {
    case 'type_identifier': {
      const name = extraction.textOf(node);
      return name === 'any' ? null : `@${name}`;
    }
    case 'qualified_type':
      return `@${extraction.textOf(node).replace(/\s/g, '').replace('.', '::')}`;
    case 'generic_type':
      return inner(node.childForFieldName('type'));
    case 'pointer_type':
    case 'parenthesized_type':
      return inner(node.firstNamedChild);
    case 'slice_type':
    case 'array_type':
    case 'implicit_length_array_type':
      return elements(inner(node.childForFieldName('element')));
    case 'map_type':
    case 'channel_type':
      return elements(inner(node.childForFieldName('value')));
    case 'parameter_list':
      return inner(node.firstNamedChild?.childForFieldName('type') ?? null);
    default:
      return null;
  }
}

function elements(element: Expression | null): Expression | null {
  return element === null ? null : `${element}[]`;
}
