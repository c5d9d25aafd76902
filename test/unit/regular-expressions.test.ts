import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { lineOf, readSourceFiles, visit } from '../support/source-files.js';

/**
 * The law: no regular expression of the sources takes more than linear time. Each is tried on long repetitions of what it
 * names itself; what takes the square of that length takes far longer than the bound, and what takes more never ends.
 */

const LENGTH = 40_000;
/** A linear one takes a few milliseconds, on the busiest of machines. */
const BOUND_MS = 1000;
const COMMON = ['a', ' ', '0', '-', '/', '.', '\n', '"', '\\', '(', 'a ', ' \n', 'a.'];
/** Of a machine that does other things meanwhile, the processor's time counts. */
const TRIES = 5;

/** Those that take more are used where the text is cut short before: by the file and the text of the expression. */
const SHORT_TEXTS: readonly (readonly [file: string, start: string])[] = [
  ['src/ingest/embedding-text.ts', '\\s*(?:\\/\\*+!?|'],
  ['src/ingest/manifests/jvm/gradle.ts', '(\\w+)[ \\t]*$'],
  ['src/ingest/scip/document-references.ts', '^\\s*(?:\\?\\.|!)?'],
];

interface Literal {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

function literals(): Literal[] {
  const found: Literal[] = [];
  for (const { path, tree } of readSourceFiles('src')) {
    visit(tree, (node) => {
      if (!ts.isRegularExpressionLiteral(node)) return;
      const end = node.text.lastIndexOf('/');
      const [source, flags] = [node.text.slice(1, end), node.text.slice(end + 1)];
      if (SHORT_TEXTS.some(([file, start]) => file === path && source.startsWith(start))) return;
      found.push({ place: `${path}:${lineOf(tree, node)}`, source, flags });
    });
  }
  return found;
}

/** Texts that an expression may like to see again and again: common ones, and the letters that it names. */
function pumps({ source }: Literal): string[] {
  const named = new Set(source.replace(/\\[a-zA-Z]|[\\^$|()[\]{}?*+]/g, ''));
  return [...new Set([...COMMON, ...named])];
}

/** Whether it comes to its end within the bound on texts that fit it for long, and then do not. */
function isFast(literal: Literal): boolean {
  const texts = pumps(literal).map((pump) => `${pump.repeat(Math.ceil(LENGTH / pump.length))}\u0001`);
  const script = 'for (const text of texts) new RegExp(source, flags).test(text);';
  for (let left = TRIES; left > 0; left--) {
    const before = process.cpuUsage();
    try {
      runInNewContext(script, { texts, source: literal.source, flags: literal.flags }, { timeout: BOUND_MS });
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      if (process.cpuUsage(before).user / 1000 > BOUND_MS * 0.8) return false;
    }
  }
  return false;
}

it('[U8] no regular expression backtracks without end', { timeout: 120_000 }, () => {
  const slow = literals().filter((literal) => !isFast(literal));
  expect(slow.map(({ place, source, flags }) => `${place}: /${source}/${flags}`)).toEqual([]);
});
