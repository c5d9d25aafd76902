import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { requirements } from '../requirements.js';
import { lineOf, readSourceFiles, visit } from '../support/source-files.js';

/** Title of a test that runs: `it(title, …)`, `test(title, …)`, `it.each(…)(title, …)`; not `it.skip` or `it.todo`. */
function runningTestTitle(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const called = ts.isCallExpression(node.expression) ? node.expression.expression : node.expression;
  if (!/^(?:it|test)(?:\.(?:each|for|sequential|concurrent|runIf|skipIf))*$/.test(called.getText())) return undefined;
  const title = node.arguments[0];
  if (title === undefined) return undefined;
  return ts.isStringLiteralLike(title) || ts.isTemplateExpression(title) ? title.getText() : undefined;
}

function findCitations(): { id: string; place: string }[] {
  const citations: { id: string; place: string }[] = [];
  for (const { path, tree } of readSourceFiles('test')) {
    visit(tree, (node) => {
      for (const match of runningTestTitle(node)?.matchAll(/\[([A-Z]\d+)\]/g) ?? []) {
        citations.push({ id: match[1] ?? '', place: `${path}:${lineOf(tree, node)}` });
      }
    });
  }
  return citations;
}

describe('the manifest of requirements', () => {
  const citations = findCitations();
  const cited = new Set(citations.map((citation) => citation.id));

  it('has a test for every requirement that is not pending', () => {
    const untested = Object.keys(requirements).filter(
      (id) => !cited.has(id) && requirements[id]?.pending === undefined,
    );
    expect(untested).toEqual([]);
  });

  it('has every requirement that a test cites', () => {
    expect(citations.filter(({ id }) => requirements[id] === undefined)).toEqual([]);
  });

  it('has a sentence for each id and a reason for each pending one', () => {
    for (const [id, { sentence, pending }] of Object.entries(requirements)) {
      expect(sentence, id).toMatch(/^\S.{20,}\.$/s);
      if (pending !== undefined) expect(pending, id).toMatch(/^\S.{10,}$/);
    }
  });
});
