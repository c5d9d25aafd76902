import { languageOf } from '../../src/ingest/languages/index.js';
import { SourceParser } from '../../src/ingest/extract/grammars.js';
import type { FileFacts } from '../../src/model/index.js';

const parser = new SourceParser();

/** Facts of a source text, as the indexer would extract them for a file of that path. */
export async function factsOf(path: string, text: string): Promise<FileFacts> {
  const language = languageOf(path);
  if (language === undefined) throw new Error(`No language for ${path}.`);
  const source = { path, text, textBytes: Buffer.byteLength(text), leadingBytes: 0 };
  return parser.parse(language, source, 10_000);
}

/** One line per symbol, indented by depth: `type name visibility complexity type lines`. */
export function describeSymbols(facts: FileFacts): string[] {
  return facts.symbols.slice(1).map((symbol) => {
    const complexity = symbol.complexity === null ? '' : ` c=${symbol.complexity}`;
    const value = symbol.valueType === null ? '' : ` → ${symbol.valueType}`;
    const again = symbol.ordinal > 1 ? `~${symbol.ordinal}` : '';
    return `${symbol.nodeType} ${symbol.qualifiedName}${again} ${symbol.visibility}${complexity}${value}`;
  });
}

/** One line per reference: `source kind receiver|name as alias ×count`. */
export function describeReferences(facts: FileFacts): string[] {
  return facts.references.map((reference) => {
    const source = facts.symbols[reference.source]?.qualifiedName ?? '';
    const receiver = reference.receiver === null ? '' : `${reference.receiver} | `;
    const alias = reference.alias === null ? '' : ` as ${reference.alias}`;
    const count = reference.count > 1 ? ` ×${reference.count}` : '';
    return `${source === '' ? '(module)' : source} ${reference.kind} ${receiver}${reference.name}${alias}${count}`;
  });
}
