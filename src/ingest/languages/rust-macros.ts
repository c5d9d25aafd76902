import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { pathExpression } from './rust-expressions.js';
import { rustFile } from './rust-file.js';
import { consumeAll } from './rust-imports.js';
import { RUST_BUILTINS, RUST_MACROS } from './rust-names.js';

/**
 * Macro arguments are token trees: the parser does not know what they mean. Most are written like
 * ordinary expressions, so calls and members of `self` are read off the tokens.
 */
export const macroInvocation: Rule = (node, extraction) => {
  const macro = node.childForFieldName('macro');
  if (macro !== null) callMacro(macro, extraction);
  const arguments_ = node.lastNamedChild;
  if (arguments_?.type === 'token_tree') readTokens(arguments_, extraction);
};

function callMacro(macro: Node, extraction: Extraction): void {
  if (macro.type === 'identifier') {
    extraction.consume(macro);
    const name = extraction.textOf(macro);
    if (!RUST_MACROS.has(name)) extraction.refer('call', name, null, macro);
    return;
  }
  const name = macro.childForFieldName('name');
  const path = macro.childForFieldName('path');
  if (name === null || path === null) return;
  consumeAll(macro, extraction);
  const receiver = pathExpression(path, extraction);
  if (receiver !== undefined) extraction.refer('call', extraction.textOf(name), receiver, macro);
}

export const macroDefinition: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  const above = rustFile(extraction).attributes;
  const isExported =
    above !== undefined && /macro_export/.test(extraction.text.slice(above.first.startIndex, above.end));
  const isInFunction = extraction.currentType !== 'module';
  extraction.define(node, {
    name: extraction.textOf(name),
    nodeType: 'function',
    visibility: isExported ? 'public' : isInFunction ? 'private' : 'internal',
    bodyStart: name.endIndex,
    ...(above === undefined ? {} : { documentationAbove: above.first }),
  });
  for (const rule of node.namedChildren) {
    const right = rule.type === 'macro_rule' ? rule.childForFieldName('right') : null;
    if (right !== null) readTokens(right, extraction);
  }
};

/** Where the reading of one token tree has got to: the value written so far, and its last name. */
interface Chain {
  name: Node | null;
  receiver: Expression | null;
}

function readTokens(tree: Node, extraction: Extraction): void {
  const tokens = tree.children;
  for (let at = 0; at < tokens.length;) at = readChain(tokens, at, extraction);
}

/** Reads one `a::b.c(…)` from `start` on, or skips a token; returns where to go on. */
function readChain(tokens: readonly Node[], start: number, extraction: Extraction): number {
  const first = tokens[start];
  if (first === undefined) return start + 1;
  if (first.type === 'token_tree' || first.type === 'token_repetition') {
    readTokens(first, extraction);
    return start + 1;
  }
  if (!isName(first)) return start + 1;
  extraction.consume(first);
  const previous = tokens[start - 1]?.type;
  const chain: Chain = { name: first, receiver: null };
  let value = startOf(first, previous, extraction);
  let at = start + 1;
  for (; at < tokens.length; at++) {
    const token = tokens[at];
    const following = tokens[at + 1];
    if (token === undefined) break;
    if ((token.type === '.' || token.type === '::') && following !== undefined && isMember(following)) {
      extraction.consume(following);
      chain.receiver = value;
      chain.name = following;
      value = value === UNKNOWN ? UNKNOWN : `${value}.${extraction.textOf(following)}`;
      readMember(chain, tokens[at + 2], extraction);
      at++;
    } else if (token.type === 'token_tree' && chain.name !== null && extraction.text[token.startIndex] === '(') {
      if (previous !== 'fn') callName(chain, extraction);
      readTokens(token, extraction);
      value = value === UNKNOWN ? UNKNOWN : `${value}()`;
      chain.name = null;
    } else if (token.type === '!' && chain.receiver === null && following?.type === 'token_tree') {
      if (!RUST_MACROS.has(extraction.textOf(first))) extraction.refer('call', extraction.textOf(first), null, first);
      return at + 1;
    } else if (token.type !== '?') break;
  }
  if (at === start + 1) readName(first, value, extraction);
  return at;
}

function isName(token: Node): boolean {
  return token.type === 'identifier' || token.type === 'self' || token.type === 'crate' || isCrateVariable(token);
}

function isCrateVariable(token: Node): boolean {
  return token.type === 'metavariable' && token.text === '$crate';
}

function isMember(token: Node): boolean {
  return token.type === 'identifier' || token.type === 'integer_literal';
}

function startOf(first: Node, previous: string | undefined, extraction: Extraction): Expression {
  // The middle of something this reading does not know: `x[0].y()`, `<T>::f()`.
  if (previous === '.' || previous === '::') return UNKNOWN;
  if (first.type === 'self') return 'this';
  if (first.type !== 'identifier') return 'crate';
  const name = extraction.textOf(first);
  return name === 'Self' ? (rustFile(extraction).selfType() ?? UNKNOWN) : name;
}

function callName({ name, receiver }: Chain, extraction: Extraction): void {
  if (name === null || name.type !== 'identifier') return;
  const text = extraction.textOf(name);
  if (!RUST_BUILTINS.has(receiver ?? text) || receiver === 'crate') extraction.refer('call', text, receiver, name);
}

/** A field of `self`; members of other values could as well be parts of the macro's own syntax. */
function readMember({ name, receiver }: Chain, following: Node | undefined, extraction: Extraction): void {
  if (name === null || receiver === null || !receiver.startsWith('this') || following?.type === 'token_tree') return;
  extraction.refer('read', extraction.textOf(name), receiver, name);
}

/** A lone name is certainly a value only when it is written like a constant. */
function readName(name: Node, value: Expression, extraction: Extraction): void {
  const text = extraction.textOf(name);
  if (value === text && /^[A-Z][A-Z0-9_]+$/.test(text)) extraction.refer('read', text, null, name);
}
