import { factsOf } from './facts.js';

/** Content hash of every symbol, by its name, kind and ordinal. */
export async function hashesOf(path: string, text: string): Promise<Map<string, string>> {
  const facts = await factsOf(path, text);
  return new Map(
    facts.symbols.map((symbol) => [`${symbol.nodeType} ${symbol.qualifiedName}~${symbol.ordinal}`, symbol.contentHash]),
  );
}

/** Names of the symbols whose content hash differs between two versions of a file, those of only one included. */
export async function changedSymbols(path: string, before: string, after: string): Promise<string[]> {
  const [first, second] = [await hashesOf(path, before), await hashesOf(path, after)];
  const names = new Set([...first.keys(), ...second.keys()]);
  return [...names].filter((name) => first.get(name) !== second.get(name));
}

/** The same code with every line indented anew and a comment in front of most lines. */
export function relaidOut(text: string, comment = '// a note'): string {
  return text
    .split('\n')
    .map((line, number) =>
      line.trimEnd().endsWith('\\')
        ? line
        : `${number % 3 === 0 ? `${comment}\n` : ''}${' '.repeat(number % 5)}${line.trim()}`,
    )
    .join('\n');
}

/** The text of a symbol, cut out of the file by its byte range. */
export async function textOfSymbol(path: string, text: string, qualifiedName: string): Promise<string> {
  const facts = await factsOf(path, text);
  const symbol = facts.symbols.find((one) => one.qualifiedName === qualifiedName);
  if (symbol === undefined) throw new Error(`No symbol ${qualifiedName}.`);
  return Buffer.from(text).subarray(symbol.startByte, symbol.endByte).toString();
}
