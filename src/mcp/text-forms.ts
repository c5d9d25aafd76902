import { printable } from '../answers/index.js';
import type { CodeSymbol, KeyedEdge } from '../index.js';
import { clipped } from './token-budget.js';

/** Longer signatures are cut in texts; structured answers have them whole. */
const MAX_SIGNATURE_BYTES = 240;

/** `type qualifiedName project:file:line signature`; the key follows where it cannot be told from these. */
export function symbolText(symbol: CodeSymbol): string {
  const { type, name, qualifiedName, project, file, startLine, signature, key } = symbol;
  const parts = [type, qualifiedName === '' ? name : qualifiedName, `${project}:${file}:${startLine}`];
  if (signature !== null && signature !== '') parts.push(clipped(oneLine(signature), MAX_SIGNATURE_BYTES));
  if (key !== `${file}#${qualifiedName}(${type})`) parts.push(`key=${key}`);
  return parts.map(printable).join(' ');
}

/** `call 0.95 import ×3`: type, confidence, the strategy that found it, and how often where that is more than once. */
export function edgeText({ type, confidence, strategy, metadata }: KeyedEdge): string {
  const calls = metadata?.callCount;
  const sure = confidence === null ? 'confidence unknown' : String(Number(confidence.toFixed(2)));
  const parts = [type, sure, strategy ?? '', typeof calls === 'number' && calls > 1 ? `×${calls}` : ''];
  return printable(parts.filter((part) => part !== '').join(' '));
}

/** A path of keys, from the symbol to what it depends on. */
export function pathText(keys: readonly string[]): string {
  return keys.map((key) => `→ ${printable(key)}`).join(' ');
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const MAX_QUOTED_BYTES = 100;

/** What somebody asked about, between quotes. */
export function quoted(text: string): string {
  return printable(JSON.stringify(clipped(text, MAX_QUOTED_BYTES)));
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
