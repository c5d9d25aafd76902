import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Parser } from 'web-tree-sitter';
import { loadParser } from '../../bench/grammar.js';
import { wayTo } from '../../bench/resolve-classes.js';
import type { MeasuredEdge } from '../../bench/resolve-graph.js';
import { nameOfSymbol, normaliseSymbol } from '../../bench/resolve-monikers.js';
import { compareEdges, precisionOf, recallOf } from '../../bench/resolve-score.js';
import { FileSyntax } from '../../bench/resolve-syntax.js';
import type { TrueEdge, Truth } from '../../bench/resolve-truth.js';

const wanted = (from: string, to: readonly string[], kind: TrueEdge['kind'] = 'call'): TrueEdge => ({
  from: `p:a.ts#${from}`,
  to: to.map((name) => `p:b.ts#${name}`),
  kind,
  path: 'a.ts',
  index: 0,
});
const stored = (from: string, to: string, kind: MeasuredEdge['kind'] = 'call'): MeasuredEdge => ({
  from: `p:a.ts#${from}`,
  to: `p:b.ts#${to}`,
  kind,
});

function compare(edges: readonly TrueEdge[], found: readonly MeasuredEdge[], silent: Truth['silent'] = new Map()) {
  return compareEdges({ edges, silent, aliases: new Map() }, found, 'p', 'p', () => true);
}

describe('the accuracy of the resolve suite', () => {
  it('counts edges of each kind by themselves', () => {
    const { scores, missed, wrong } = compare(
      [wanted('f', ['g']), wanted('f', ['x'], 'reference'), wanted('f', ['h'])],
      [stored('f', 'g'), stored('f', 'x'), stored('f', 'y', 'reference')],
    );
    expect(scores.call).toEqual({ truth: 2, hits: 1, claimed: 2, right: 1, unjudged: 0 });
    expect(scores.all).toEqual({ truth: 3, hits: 1, claimed: 3, right: 1, unjudged: 0 });
    expect(missed).toHaveLength(2);
    expect(wrong).toHaveLength(2);
    expect(precisionOf(scores.call)).toBe(0.5);
    expect(recallOf(scores.call)).toBe(0.5);
  });

  it('takes a place with alternatives as one edge, which any of them meets', () => {
    const { scores } = compare([wanted('f', ['A.kind', 'B.kind'])], [stored('f', 'A.kind'), stored('f', 'B.kind')]);
    expect(scores.all).toEqual({ truth: 1, hits: 1, claimed: 2, right: 2, unjudged: 0 });
  });

  it('does not judge an edge whose name stands where the index says nothing', () => {
    const silent = new Map([['p:a.ts#f', new Set(['run'])]]);
    const { scores, wrong } = compare([], [stored('f', 'Box.run'), stored('f', 'Box.stop')], silent);
    expect(scores.all).toMatchObject({ claimed: 2, unjudged: 1 });
    expect(wrong).toEqual([stored('f', 'Box.stop')]);
  });

  it('measures only the edges between the two projects', () => {
    const other: MeasuredEdge = { from: 'p:a.ts#f', to: 'q:b.ts#g', kind: 'call' };
    const truth: Truth = { edges: [{ ...wanted('f', []), to: ['q:b.ts#g'] }], silent: new Map(), aliases: new Map() };
    const { scores } = compareEdges(truth, [other, stored('f', 'g')], 'p', 'q', () => true);
    expect(scores.all).toEqual({ truth: 1, hits: 1, claimed: 1, right: 1, unjudged: 0 });
    expect(recallOf(compareEdges(truth, [], 'p', 'q', () => true).scores.all)).toBe(0);
  });

  it('matches symbols whatever the version, the folder of sources and the quotes', () => {
    const asUsed = 'scip-python python Werkzeug 3.1.9 `werkzeug.utils`/redirect().';
    const asDefined = 'scip-python python werkzeug 3.2.0 `src.werkzeug.utils`/redirect().';
    expect(normaliseSymbol(asUsed)).toBe(normaliseSymbol(asDefined));
    expect(nameOfSymbol('scip-typescript npm x 1 src/`a.ts`/A#`<get>size`().')).toBe('size');
    expect(nameOfSymbol('scip-typescript npm x 1 src/`a.ts`/A#`<constructor>`().')).toBe('constructor');
    expect(nameOfSymbol('scip-typescript npm x 1 src/`a.ts`/A#b.')).toBe('b');
    expect(nameOfSymbol('scip-typescript npm x 1 src/`a.ts`/f().(first)')).toBe('first');
  });
});

describe('the syntax of the resolve suite', () => {
  let parser: Parser;
  beforeAll(async () => {
    parser = await loadParser('typescript');
  });
  afterAll(() => parser.delete());

  function inSource<T>(text: string, ask: (syntax: FileSyntax, indexOf: (part: string) => number) => T): T {
    const syntax = new FileSyntax(parser, text);
    try {
      return ask(syntax, (part) => text.indexOf(part));
    } finally {
      syntax.delete();
    }
  }

  it('tells calls from references and from imports', () => {
    const text = 'import { a } from "m"; export { b as c }; d.e(f); new G<H>(i!.j); @k class L {}';
    inSource(text, (syntax, indexOf) => {
      const roles = ['a }', 'b as', 'c }', 'd.e', 'e(', 'f)', 'G<', 'H>', 'j)', 'k class'].map((part) =>
        syntax.roleAt(indexOf(part)),
      );
      const [r, c, i] = ['reference', 'call', 'import'];
      expect(roles).toEqual([i, r, i, r, c, r, c, r, r, c]);
    });
  });

  it('says how the code gets to a name', () => {
    const text = 'run((one) => { one.go(); const { two } = this; two.x; }); function f(t: T) { t.y; make({ z: 1 }); }';
    inSource(text, (syntax, indexOf) => {
      expect(wayTo(syntax, indexOf('go('))).toBe('member of a parameter of a callback');
      expect(wayTo(syntax, indexOf('two }'))).toBe('destructured from this');
      expect(wayTo(syntax, indexOf('x; }'))).toBe('member of a destructured variable');
      expect(wayTo(syntax, indexOf('y;'))).toBe('member of a parameter with a type');
      expect(wayTo(syntax, indexOf('z:'))).toBe('key of an object literal');
    });
  });
});
