import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { lineOf, readSourceFiles, visit } from '../support/source-files.js';

/**
 * The law: no regular expression of the sources takes more than linear time. Each is tried on long repetitions of what it
 * names itself; what takes the square of that length takes far longer than the bound, and what takes more never ends.
 */

const LENGTH = 60_000;
/** A linear one takes a few milliseconds, on the busiest of machines. */
const BOUND_MS = 1500;
const COMMON = [
  'a',
  ' ',
  '0',
  '_',
  '-',
  '/',
  '.',
  '\n',
  '\t',
  '"',
  "'",
  '\\',
  '$',
  '(',
  ')',
  '@',
  '#',
  'a ',
  ' \n',
  'a.',
  'a/',
  '../',
  '""',
  '\r',
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
      found.push({ place: `${path}:${lineOf(tree, node)}`, source, flags });
    });
  }
  return found;
}

/** Texts that an expression may like to see again and again: common ones, and the letters that it names. */
function pumps({ source }: Literal): string[] {
  const named = [...new Set(source.replace(/\\[a-zA-Z]|[\\^$|()[\]{}?*+]/g, ''))];
  return [
    ...new Set([...COMMON, ...named, ...named.map((letter) => `${letter}a`), ...named.map((letter) => `${letter} `)]),
  ];
}

it('[U8] no regular expression backtracks without end', { timeout: 120_000 }, () => {
  const slow: string[] = [];
  for (const literal of literals()) {
    // Two at least that fit, so that what follows the first repetition is tried as well.
    const tried = pumps(literal).flatMap((pump) => {
      const long = pump.repeat(Math.ceil(LENGTH / pump.length));
      return [`${long}\u0001`, `\u0001${long}`];
    });
    try {
      runInNewContext(
        'for (const text of texts) { const one = new RegExp(source, flags); one.test(text); }',
        { texts: tried, source: literal.source, flags: literal.flags },
        { timeout: BOUND_MS },
      );
    } catch (error) {
      slow.push(
        `${literal.place}: /${literal.source}/${literal.flags}: ${error instanceof Error ? error.message : ''}`,
      );
    }
  }
  expect(slow).toEqual([]);
});
