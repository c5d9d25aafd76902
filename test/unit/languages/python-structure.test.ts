import { describe, expect, it } from 'vitest';
import { readType, typeValue } from '../../../src/ingest/languages/python-types.js';
import { describeReferences, describeSymbols, factsOf } from '../../support/facts.js';

async function hashesOf(text: string): Promise<Record<string, string>> {
  const facts = await factsOf('a.py', text);
  return Object.fromEntries(
    facts.symbols.map((symbol) => [`${symbol.qualifiedName}~${symbol.ordinal}`, symbol.contentHash as string]),
  );
}

describe('Python hints', () => {
  it.each([
    ['Foo', '@Foo'],
    ['a.b.Foo', '@a::b::Foo'],
    ['"Foo"', '@Foo'],
    ['Optional[Foo]', '@Foo'],
    ['Foo | None', '@Foo'],
    ['Union[str, Foo, None]', '@Foo'],
    ['Foo | Bar', null],
    ['typing.List["Foo"]', '@Foo*'],
    ['dict[str, list[Foo]]', '@Foo**'],
    ['tuple[Foo, ...]', '@Foo*'],
    ['tuple[Foo, Bar]', '@tuple'],
    ['Type[Foo]', 'Foo'],
    ['Self', 'this'],
    ['Awaitable[Foo]', '@Foo'],
    ['Coroutine[Any, Any, Foo]', '@Foo'],
    ['Annotated[Foo, f(1)]', '@Foo'],
    ['Callable[[Foo], Bar]', null],
    ['Literal["Foo"]', null],
    ['Foo[Bar]', '@Foo'],
    ['(', null],
    ['[[[', null],
    ['Foo[', '@Foo'],
    ['', null],
  ])('reads %s', (text, expected) => {
    expect(typeValue(readType(text))).toBe(expected);
  });
});

describe('Python structure hashes', () => {
  const source = `
class A:
    """Says something."""
    def f(self, a):
        """Doc.

        More."""
        if a:
            return "x\\n" + f"{a:>10}"
        return [1,
                2]

def g(): return 1
`;

  it('stay the same when comments, documentation text or layout change', async () => {
    const edited = `
# A comment.
class A:
    """Says something else."""

    def f(self, a):  # trailing
        """Doc
        with other words."""
        # inside
        if a:
                return "x\\n" \\
                    + f"{a:>10}"
        return [1, 2]
def g(): return 1  # one
`;
    expect(await hashesOf(edited)).toEqual(await hashesOf(source));
    const indented = `if True:\n${source.replace(/^(?=.)/gm, '    ')}`;
    const { '~1': _module, ...symbols } = await hashesOf(source);
    expect(await hashesOf(indented)).toMatchObject(symbols);
  });

  it.each([
    ['a name', 'self, a', 'self, b'],
    ['text after an escape', '"x\\n"', '"x\\ny"'],
    ['a format', ':>10', ':>11'],
    ['an operator', '" + f"', '" * f"'],
    ['a statement', 'return [1', 'yield [1'],
    ['a block', '        return [1', '            return [1'],
    ['a decorator', '    def f', '    @d\n    def f'],
  ])('change with %s', async (_what, before, after) => {
    const edited = source.replace(before, after);
    expect(edited).not.toBe(source);
    const [old, now] = [await hashesOf(source), await hashesOf(edited)];
    expect(now['A.f~1']).not.toBe(old['A.f~1']);
    expect(now['g~1']).toBe(old['g~1']);
  });
});

describe('Python sources with mistakes', () => {
  it('extracts what stands around them', async () => {
    const facts = await factsOf(
      'a.py',
      'def ok(): pass\n\nclass Broken(:\n    def m(self): return ok()\n\ndef after():\n    return ok()\n',
    );
    expect(facts.errorCount).toBeGreaterThan(0);
    expect(facts.firstErrorLine).toBe(3);
    expect(describeSymbols(facts)).toContain('function ok public c=1');
    expect(describeSymbols(facts)).toContain('function after public c=1 → ok()');
    expect(describeReferences(facts)).toContain('after call ok');
  });

  it('does not fail on any prefix of a source', async () => {
    const text =
      'class A(B[c], d=e):\n  @x(1)\n  def f(self, a: "T"=1, *b: U, **c) -> V:\n    for i, (j, k) in d.items(): self.x: T = [y for y in z]\n    match i:\n      case P(q=r) as s: pass\n';
    for (let length = 0; length <= text.length; length++) {
      const facts = await factsOf('a.py', text.slice(0, length));
      expect(facts.symbols[0]?.nodeType).toBe('module');
    }
  });
});
