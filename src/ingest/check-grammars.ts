import { SourceParser } from './extract/grammars.js';
import { LANGUAGES } from './languages/index.js';

/** The grammar of a language: does it load here, and parse? */
export interface GrammarCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

const TIMEOUT_MS = 5_000;

/** Loads the grammar of every language, and parses an empty text with it. */
export async function checkGrammars(): Promise<GrammarCheck[]> {
  const parser = new SourceParser();
  const checks: GrammarCheck[] = [];
  for (const definition of LANGUAGES) {
    const { name } = definition;
    try {
      await parser.readTree(definition, { path: `empty.${name}`, text: '' }, TIMEOUT_MS, () => undefined);
      checks.push({ name, ok: true, detail: 'loads' });
    } catch (error) {
      checks.push({ name, ok: false, detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return checks;
}
