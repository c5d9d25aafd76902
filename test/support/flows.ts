import { analyzeFlow, type FunctionFlow } from '../../src/flow/index.js';
import { SourceParser } from '../../src/ingest/extract/grammars.js';
import { flowSyntaxOf } from '../../src/ingest/flow/languages.js';
import { lowerFunction } from '../../src/ingest/flow/lower-function.js';
import { languageOf } from '../../src/ingest/languages/index.js';
import type { SymbolFact } from '../../src/model/index.js';
import { factsOf } from './facts.js';

const parser = new SourceParser();

export interface NamedFlow {
  readonly symbol: SymbolFact;
  readonly flow: FunctionFlow;
}

/** The flow of every measured function of a source text, with lines of the text. */
export async function flowsOf(path: string, text: string): Promise<NamedFlow[]> {
  const language = languageOf(path);
  const syntax = flowSyntaxOf(language?.name ?? '');
  if (language === undefined || syntax === undefined) throw new Error(`No flow for ${path}.`);
  const { symbols } = await factsOf(path, text);
  const bytes = Buffer.from(text);
  const index = (byte: number): number => bytes.toString('utf8', 0, byte).length;
  return parser.readTree(language, { path, text }, 10_000, (root) =>
    symbols
      .filter(({ complexity }) => complexity !== null)
      .map((symbol) => {
        const range = { start: index(symbol.startByte), end: index(symbol.endByte) };
        return { symbol, flow: analyzeFlow(lowerFunction(root, text, range, syntax)) };
      }),
  );
}
