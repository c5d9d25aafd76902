import { describe, expect, it } from 'vitest';
import type { FileFacts } from '../../../src/model/index.js';
import { describeReferences, describeSymbols, factsOf } from '../../support/facts.js';

async function symbols(text: string): Promise<string[]> {
  return describeSymbols(await factsOf('geo/shape.go', `package geo\n${text}`));
}

/** References of the source without the package's own. */
async function references(text: string): Promise<string[]> {
  const facts = await factsOf('geo/shape.go', `package geo\n${text}`);
  return describeReferences(facts).filter((line) => !line.includes(' namespace '));
}

async function complexity(body: string): Promise<number | null | undefined> {
  const facts = await factsOf('geo/shape.go', `package geo\nfunc f(a, b bool, ch chan int) {\n${body}\n}`);
  return facts.symbols.find((symbol) => symbol.name === 'f')?.complexity;
}

function symbolOf(facts: FileFacts, name: string): FileFacts['symbols'][number] {
  const symbol = facts.symbols.find((one) => one.qualifiedName === name);
  if (symbol === undefined) throw new Error(`No symbol ${name}.`);
  return symbol;
}

describe('Go symbols', () => {
  it('extracts types with their members, functions, methods, constants and variables', async () => {
    const found = await symbols(`
const (
	A, B = 1, 2
)
var first, second = 1, load()
type Shape interface {
	fmt.Stringer
	Area(scale float64) (float64, error)
}
type Point[T any] struct {
	Base
	*pkg.Other
	X, Y T
	all []*Shape
}
type Alias = Point[int]
type Points []Point[int]
func (p *Point[T]) Move(by T) *Point[T] { return p }
func Map[T, U any](all []T, f func(T) U) []U { return nil }
func init() {}
func run() { type local struct{ a int } }
`);
    expect(found).toEqual([
      'variable A public',
      'variable B public',
      'variable first internal',
      'variable second internal → load()',
      'interface Shape public',
      'method Shape.Area public → @float64',
      'struct Point public',
      'variable Point.Base public → @Base',
      'variable Point.Other public → @pkg::Other',
      'variable Point.X public',
      'variable Point.Y public',
      'variable Point.all internal → @Shape*',
      'type Alias public → @Point',
      'type Points public → @Point*',
      'method Point.Move public c=1 → @Point',
      'function Map public c=1',
      'function init internal c=1',
      'function run internal c=1',
      'struct run.local private',
      'variable run.local.a internal → @int',
    ]);
  });

  it('takes the comment above a declaration and counts ranges in bytes', async () => {
    const text = 'package geo\n\n// Größe 📐 of it.\n// Second line.\nfunc Size() int { return 1 }\n';
    const facts = await factsOf('geo/size.go', text);
    const size = symbolOf(facts, 'Size');
    expect(size.documentation).toBe('Größe 📐 of it.\nSecond line.');
    expect(size.signature).toBe('func Size() int');
    expect(Buffer.from(text).subarray(size.startByte, size.endByte).toString()).toBe('func Size() int { return 1 }');
    expect([size.startLine, size.endLine]).toEqual([5, 5]);
  });

  it('keeps what stands around a syntax error', async () => {
    const facts = await factsOf('geo/x.go', 'package geo\nfunc before() { a() }\nvar x = = 3\nfunc after() { b() }\n');
    expect(facts.errorCount).toBeGreaterThan(0);
    expect(facts.firstErrorLine).toBe(3);
    expect(describeReferences(facts)).toEqual(expect.arrayContaining(['before call a', 'after call b']));
  });
});

describe('Go complexity', () => {
  it.each<[string, number]>([
    ['', 1],
    ['if a { } else if b { } else { }', 3],
    ['if a && b || a { }', 4],
    ['for i := 0; i < 3; i++ { }', 2],
    ['for range ch { }', 2],
    ['switch { case a: case b: default: }', 3],
    ['switch x := y.(type) { case int, string: _ = x; default: }', 2],
    ['select { case <-ch: case ch <- 1: default: }', 3],
    ['func() { if a { } }()', 1],
    ['defer run(); goto end; end: return', 1],
  ])('[U1] measures %j as %i', async (body, expected) => {
    expect(await complexity(body)).toBe(expected);
  });

  it('[U1] gives no complexity to methods of an interface', async () => {
    expect(await symbols('type I interface { M() }')).toContain('method I.M public');
  });
});

describe('Go references', () => {
  it('names packages by the last segment of their path', async () => {
    const found = await references(`import (
	"fmt"
	m "math/big"
	. "os"
	_ "embed"
	"x.org/user/v3"
	"gopkg.in/yaml.v2"
	"x.org/go-kit"
)`);
    expect(found).toEqual([
      '(module) import fmt | * as fmt',
      '(module) import math/big | * as m',
      '(module) import os | * as *',
      '(module) import embed | * as ',
      '(module) import x.org/user/v3 | * as user',
      '(module) import gopkg.in/yaml.v2 | * as yaml',
      '(module) import x.org/go-kit | * as go-kit',
    ]);
  });

  it('knows the receiver of calls on fields, results, elements and packages', async () => {
    const found = await references(`import "x.org/log"
func (s *Svc) run(users []*User, byName map[string]*User) {
	s.repo.Find().Save()
	for _, user := range users { user.Load() }
	byName["a"].Load()
	p := &Point{X: 1}
	p.Move()
	log.Print()
	var h Handler = pick()
	h.Serve()
	items := make([]Item, 3)
	items[0].Use()
	new(Item).Use()
	Load[Config]("x").Check()
}`);
    expect(found.filter((line) => / call /.test(line))).toEqual([
      'Svc.run call this.repo.Find() | Save',
      'Svc.run call this.repo | Find',
      'Svc.run call @User*[] | Load ×2',
      'Svc.run call Point',
      'Svc.run call @Point | Move',
      'Svc.run call log | Print',
      'Svc.run call pick',
      'Svc.run call @Handler | Serve',
      'Svc.run call @Item*[] | Use',
      'Svc.run call @Item | Use',
      'Svc.run call Item',
      'Svc.run call Load() | Check',
      'Svc.run call Load',
    ]);
    expect(found).toContain('Svc.run write @Point | X');
    expect(found).not.toContain('Svc.run read log');
  });

  it('lets a local shadow the package or variable its value is made from', async () => {
    const found = await references(`import "x.org/user"
func f(x any) {
	user := user.New()
	user.Save()
	if x, ok := x.(*Foo); ok { x.Bar() }
	switch x := x.(type) {
	case *A: x.Run()
	case B, C: x.Stop()
	}
}`);
    expect(found.filter((line) => / call /.test(line))).toEqual([
      'f call user | New',
      'f call user.New() | Save',
      'f call @Foo | Bar',
      'f call @A | Run',
      'f call ? | Stop',
    ]);
  });

  it('tells reads, writes and both apart, and leaves locals alone', async () => {
    const found = await references(`
func (c *Counter) add(n int) {
	total := n
	c.last = total
	c.sum += n
	c.calls++
	Global = c.sum
	_ = limit
	use(handler)
}`);
    expect(found).toEqual([
      'Counter.add write this | last',
      'Counter.add readwrite this | sum',
      'Counter.add readwrite this | calls',
      'Counter.add write Global',
      'Counter.add read this | sum',
      'Counter.add read limit',
      'Counter.add call use',
      'Counter.add read handler',
    ]);
  });

  it('takes embedding and interface assertions for inheritance', async () => {
    const found = await references(`
type A struct { Base; *pkg.Other }
type I interface { Reader; ~int | ~string }
var _ I = (*A)(nil)
var _ pkg.Doer = &A{}
`);
    expect(found.filter((line) => / inherit /.test(line))).toEqual([
      '(module) inherit I as A',
      '(module) inherit pkg | Doer as A',
      'A inherit Base',
      'A inherit pkg | Other',
      'I inherit Reader',
    ]);
  });

  it('does not take type parameters and parameter names of function types for free names', async () => {
    const found = await references('func Map[T any, U Num](all []T, f func(item T) U) []U { var x T; return nil }');
    expect(found).toEqual(['Map type Num']);
  });
});

describe('Go hashes', () => {
  const source =
    'package geo\nvar a, b = 1, "x"\nfunc f(n int) int {\n\tif n > 1 {\n\t\treturn g(n)\n\t}\n\treturn 0\n}\n';
  const hashes = async (text: string): Promise<string[]> =>
    (await factsOf('geo/h.go', text)).symbols.map((symbol) => symbol.contentHash);

  it.each([
    ['a comment', source.replace('if n', '// why\n\tif n').replace('1, "x"', '1, /* b */ "x"')],
    ['the layout', source.replaceAll('\t', '    ').replace('a, b = 1', 'a,   b  =  1')],
  ])('do not change with %s', async (_what, text) => {
    expect(text).not.toBe(source);
    expect(await hashes(text)).toEqual(await hashes(source));
  });

  it.each([
    ['an operator', 'n > 1', 'n >= 1'],
    ['a literal', 'return 0', 'return 1'],
    ['a callee', 'g(n)', 'h(n)'],
  ])('change with %s', async (_what, from, to) => {
    const before = symbolOf(await factsOf('geo/h.go', source), 'f');
    const after = symbolOf(await factsOf('geo/h.go', source.replace(from, to)), 'f');
    expect(after.contentHash).not.toBe(before.contentHash);
  });
});
