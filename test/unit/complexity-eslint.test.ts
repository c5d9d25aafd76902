import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, it } from 'vitest';
import type { SymbolFact } from '../../src/model/index.js';
import { factsOf } from '../support/facts.js';

const SOURCES = fileURLToPath(new URL('../../node_modules/zod/src', import.meta.url));
/** Tests of a library are long lists of calls; its own code has the branches. */
const FILES = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !/(?:^|\/)(?:tests|benchmarks|locales)\//.test(path))
  .sort();

interface Reported {
  readonly line: number;
  readonly complexity: number;
  readonly message: string;
}

/** What ESLint's rule says of every function of a file. */
function reportedBy(linter: Linter, path: string, text: string): Reported[] {
  const messages = linter.verify(
    text,
    [
      {
        files: ['**/*.ts'],
        languageOptions: { parser: tseslint.parser },
        rules: { complexity: ['error', 0] },
        linterOptions: { noInlineConfig: true },
      },
    ],
    { filename: path },
  );
  return messages
    .filter(({ ruleId }) => ruleId === 'complexity')
    .map(({ line, message }) => ({ line, message, complexity: Number(/complexity of (\d+)/.exec(message)?.[1]) }));
}

/** The report of a function: the first below its start that names it, else the first near its start. */
function matching({ name, startLine, endLine }: SymbolFact, reported: readonly Reported[]): Reported | undefined {
  const within = reported.filter(({ line }) => line >= startLine && line <= Math.min(endLine, startLine + 25));
  const named = within.find(
    ({ message }) => message.includes(`'${name}'`) || (name === 'constructor' && /^Constructor /.test(message)),
  );
  return named ?? within.find(({ line }) => line <= startLine + 3);
}

it('[U1] complexity is what ESLint computes, for at least 98 of 100 functions of a real library', async () => {
  const linter = new Linter();
  const differences: string[] = [];
  let functions = 0;
  for (const path of FILES) {
    const text = readFileSync(join(SOURCES, path), 'utf8');
    const { symbols } = await factsOf(path, text);
    const measured = symbols.filter(({ complexity }) => complexity !== null);
    if (measured.length === 0) continue;
    const reported = reportedBy(linter, path, text);
    for (const symbol of measured) {
      functions++;
      const found = matching(symbol, reported)?.complexity;
      if (found === symbol.complexity) continue;
      differences.push(
        `${path}:${symbol.startLine} ${symbol.qualifiedName}: ${symbol.complexity}, ESLint ${found ?? 'none'}`,
      );
    }
  }
  expect(functions).toBeGreaterThanOrEqual(500);
  expect(1 - differences.length / functions, differences.join('\n')).toBeGreaterThanOrEqual(0.98);
}, 30_000);
