import type { CodeSymbol } from '../index.js';
import { printable } from './terminal.js';

/** A symbol as cells for people: type, name, place, signature. */
export function symbolRow(symbol: CodeSymbol): string[] {
  const name = symbol.qualifiedName === '' ? symbol.name : symbol.qualifiedName;
  const place = `${symbol.project}:${symbol.file}:${symbol.startLine}`;
  return [symbol.type, name, place, symbol.signature ?? ''].map(printable);
}
