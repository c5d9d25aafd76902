import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { containerOf } from './elements.js';
import { noteSelf, selfOf } from './member-types.js';
import { BUILTINS, CONTAINER_TYPES, PLAIN_TYPES } from './php-builtins.js';

/** What the rules of one file remember between the nodes they run for. */
interface PhpState {
  namespace: string;
  /** What the names of `use` statements stand for. */
  readonly aliases: Map<string, string>;
  /** Full names written in the code, with the first place of each: they work like imports. */
  readonly qualified: Map<string, Node>;
  /** Starts of the member names that a rule around them took care of. */
  readonly handled: Set<number>;
  /** What a local is known to be inside the block that starts at the position. */
  readonly narrowings: Map<number, { readonly name: string; readonly type: Expression }>;
}

const states = new WeakMap<Extraction, PhpState>();

export function stateOf(extraction: Extraction): PhpState {
  let state = states.get(extraction);
  if (state === undefined) {
    state = { namespace: '', aliases: new Map(), qualified: new Map(), handled: new Set(), narrowings: new Map() };
    states.set(extraction, state);
  }
  return state;
}

// ── Names ──────────────────────────────────────────────────────────────────────────────────────

/**
 * The name of a class or function as the rest of the file can look it up: a plain name as it is
 * written, a qualified one in full with a leading backslash, which `importQualified` makes an import.
 */
export function nameOf(node: Node, extraction: Extraction): string {
  const text = extraction.textOf(node).replace(/\s/g, '');
  if (!text.includes('\\')) return text;
  const full = fullName(text, extraction);
  if (!full.includes('\\') && BUILTINS.has(full)) return full;
  const { qualified } = stateOf(extraction);
  const name = `\\${full}`;
  if (!qualified.has(name)) qualified.set(name, node);
  return name;
}

/** PHP's rules for qualified names: from the root, from the namespace, or through a `use`. */
function fullName(text: string, extraction: Extraction): string {
  const { namespace, aliases } = stateOf(extraction);
  if (text.startsWith('\\')) return text.slice(1);
  const [first = '', ...rest] = text.split('\\');
  const start = first === 'namespace' ? namespace : (aliases.get(first) ?? under(namespace, first));
  return [...(start === '' ? [] : [start]), ...rest].join('\\');
}

function under(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}\\${name}`;
}

/** Makes every full name of the code an import of the file. */
export function importQualified(extraction: Extraction): void {
  for (const [alias, node] of stateOf(extraction).qualified) {
    const split = alias.lastIndexOf('\\');
    extraction.refer('import', alias.slice(split + 1), alias.slice(1, Math.max(split, 1)), node, alias);
  }
}

/** What a class name in front of `::` or behind `new` stands for. */
export function classExpression(node: Node | null, extraction: Extraction): Expression {
  if (node === null) return UNKNOWN;
  switch (node.type) {
    case 'relative_scope':
      return relativeClass(extraction.textOf(node), extraction) ?? UNKNOWN;
    case 'name':
      return relativeClass(extraction.textOf(node), extraction) ?? nameOf(node, extraction);
    case 'qualified_name':
    case 'relative_name':
      return nameOf(node, extraction);
    default:
      return UNKNOWN;
  }
}

function relativeClass(name: string, extraction: Extraction): Expression | undefined {
  switch (name.toLowerCase()) {
    case 'self':
    case 'static':
      return selfOf(extraction);
    case 'parent':
      return 'super';
    default:
      return undefined;
  }
}

/** A value of the class that an expression names. */
export function instanceOf(type: Expression): Expression {
  if (type === UNKNOWN || type === 'this' || type === 'super' || type.startsWith('@')) return type;
  return `@${type}`;
}

/** Opens the class around the walk for `self`, `static` and `$this`. */
export function noteThis(type: Expression, extraction: Extraction): void {
  noteSelf(type, extraction);
}

// ── Types ──────────────────────────────────────────────────────────────────────────────────────

/** The value expression of a value of the type; null when the type says nothing useful. */
export function typeExpression(node: Node | null, extraction: Extraction): Expression | null {
  switch (node?.type) {
    case 'named_type': {
      const type = instanceOf(classExpression(node.firstNamedChild, extraction));
      return type === UNKNOWN ? null : type;
    }
    case 'optional_type':
      return typeExpression(node.firstNamedChild, extraction);
    case 'primitive_type': {
      const name = extraction.textOf(node).toLowerCase();
      return name === 'mixed' || name === 'object' || name === 'void' || name === 'null' ? null : `@${name}`;
    }
    case 'union_type':
    case 'disjunctive_normal_form_type':
      return onlyOf(node.namedChildren.map((part) => typeExpression(part, extraction)));
    case 'intersection_type':
      return typeExpression(node.firstNamedChild, extraction);
    default:
      return null;
  }
}

/** The one alternative that can have members of the project. */
function onlyOf(types: readonly (Expression | null)[]): Expression | null {
  const known = types.filter((type) => type !== null);
  const useful = known.filter((type) => !PLAIN_TYPES.has(type.slice(1)));
  if (useful.length === 0) return known[0] ?? null;
  return useful.length === 1 ? (useful[0] ?? null) : null;
}

/** Says the type nothing of what it holds, or nothing at all? Then a doc comment may say more. */
export function isVague(type: Expression | null): boolean {
  return type === null || type === '@array' || type === '@iterable';
}

/** The doc comment right above a definition; empty when there is none. */
export function docAbove(node: Node, extraction: Extraction): string {
  const before = node.previousNamedSibling;
  const text = before?.type === 'comment' ? extraction.textOf(before) : '';
  return text.startsWith('/**') ? text : '';
}

/** The type that a tag of a doc comment names: `@var T`, `@return T`, `@param T $name`. */
export function docType(doc: string, tag: string, variable: string, extraction: Extraction): Expression | null {
  if (doc === '') return null;
  const pattern = new RegExp(
    `@(?:phpstan-|psalm-)?${tag}\\s+([^\\s<{(]+(?:<[^>]*>+)?(?:\\[\\])*)${variable === '' ? '' : `\\s+(?:\\.\\.\\.)?&?\\${variable}\\b`}`,
  );
  const text = pattern.exec(doc)?.[1];
  return text === undefined ? null : docTypeValue(text, extraction);
}

function docTypeValue(text: string, extraction: Extraction): Expression | null {
  const parts = splitOutside(text.replace(/^\?/, ''), '|');
  if (parts.length > 1)
    return onlyOf(
      parts.filter((part) => !/^(null|false|void)$/i.test(part)).map((part) => docTypeValue(part, extraction)),
    );
  const type = parts[0] ?? '';
  if (type.endsWith('[]')) return containerOfDoc(docTypeValue(type.slice(0, -2), extraction));
  const generic = /^([\\\w-]+)<(.*)>$/.exec(type);
  if (generic !== null && CONTAINER_TYPES.has(generic[1] ?? '')) {
    const values = splitOutside(generic[2] ?? '', ',');
    return containerOfDoc(docTypeValue((values[values.length - 1] ?? '').trim(), extraction));
  }
  return namedDocType(generic?.[1] ?? type, extraction);
}

function containerOfDoc(element: Expression | null): Expression | null {
  return element === null ? null : containerOf(element);
}

function namedDocType(name: string, extraction: Extraction): Expression | null {
  if (!/^\\?[A-Za-z_$][\\\w-]*$/.test(name) || /^(mixed|object|void|null|never)$/i.test(name)) return null;
  if (/^(self|static|\$this)$/.test(name)) return selfOf(extraction);
  if (PLAIN_TYPES.has(name.toLowerCase())) return `@${name.toLowerCase()}`;
  if (!name.includes('\\')) return `@${name}`;
  // Only names that the code itself writes in full are imports; here it is a single class or nothing.
  const full = fullName(name, extraction);
  return full.includes('\\') ? `@${full.replaceAll('\\', '::')}` : `@${full}`;
}

function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '<' || text[at] === '(') depth++;
    else if (text[at] === '>' || text[at] === ')') depth--;
    else if (text[at] === separator && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part !== '');
}
