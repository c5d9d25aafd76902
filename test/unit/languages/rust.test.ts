import { describe, expect, it } from 'vitest';
import type { FileFacts } from '../../../src/model/index.js';
import { describeReferences, describeSymbols, factsOf } from '../../support/facts.js';

async function symbols(text: string): Promise<string[]> {
  return describeSymbols(await factsOf('src/lib.rs', text));
}

async function references(text: string): Promise<string[]> {
  return describeReferences(await factsOf('src/lib.rs', text));
}

async function calls(text: string): Promise<string[]> {
  return (await references(text)).filter((line) => / call /.test(line));
}

async function complexity(body: string): Promise<number | null | undefined> {
  const facts = await factsOf('src/lib.rs', `fn f(a: bool, b: bool, o: Option<i32>) {\n${body}\n}`);
  return facts.symbols.find((symbol) => symbol.name === 'f')?.complexity;
}

function symbolOf(facts: FileFacts, name: string): FileFacts['symbols'][number] {
  const symbol = facts.symbols.find((one) => one.qualifiedName === name);
  if (symbol === undefined) throw new Error(`No symbol ${name}.`);
  return symbol;
}

describe('Rust symbols', () => {
  it('extracts types with their members, traits, implementations, modules, constants and macros', async () => {
    const found = await symbols(`
pub struct Point<T> { pub x: Vec<T>, pub(crate) next: Option<Box<Node>>, name: String }
struct Pair(pub i32, Node);
pub enum Shape { Circle(f64), Square { side: f64 }, Empty }
pub type Nodes = Vec<Node>;
const LIMIT: usize = 3;
static mut NAME: &str = "x";
pub trait Draw: Base { const N: i32; type Item; fn draw(&self) -> Self::Item; fn twice(&self) { self.draw(); } }
impl<T> Point<T> { pub fn new() -> Self { todo!() } fn hidden(&self) {} }
impl<T> Draw for Point<T> { type Item = Node; fn draw(&self) -> Node { todo!() } }
macro_rules! make { () => { build() }; }
pub(crate) mod inner { pub fn f() { fn nested() {} } }
mod other;
fn first<T: Draw>(all: &[T]) -> &T { &all[0] }
`);
    expect(found).toEqual([
      'struct Point public',
      'variable Point.x public',
      'variable Point.next internal → @Node',
      'variable Point.name private → @String',
      'struct Pair private',
      'variable Pair.0 public → @i32',
      'variable Pair.1 private → @Node',
      'enum Shape public',
      'variable Shape.Circle public → @Shape',
      'variable Shape.Square public → @Shape',
      'variable Shape.Empty public → @Shape',
      'type Nodes public → @Node*',
      'variable LIMIT private → @usize',
      'variable NAME private → @str',
      'trait Draw public',
      'variable Draw.N public → @i32',
      'type Draw.Item public',
      'method Draw.draw public',
      'method Draw.twice public c=1',
      'method Point.new public c=1 → @Point',
      'method Point.hidden private c=1',
      'type Point.Item public → @Node',
      'method Point.draw public c=1 → @Node',
      'function make internal',
      'module inner internal',
      'function inner.f public c=1',
      'function inner.f.nested private c=1',
      'function first private c=1 → @Draw',
    ]);
  });

  it('takes the comment above the attributes and counts ranges in bytes', async () => {
    const text =
      '//! The file.\n\nuse a::B;\n/// Größe 📐.\n#[derive(Debug)]\n#[repr(C)]\npub struct Size { x: i32 }\n\n//! loose\n\nfn g() {}\n';
    const facts = await factsOf('src/size.rs', text);
    const size = symbolOf(facts, 'Size');
    expect(size.documentation).toBe('Größe 📐.');
    expect(size.signature).toBe('pub struct Size');
    expect(Buffer.from(text).subarray(size.startByte, size.endByte).toString()).toBe('pub struct Size { x: i32 }');
    expect(symbolOf(facts, 'g').documentation).toBeNull();
  });

  it('keeps what stands around a syntax error', async () => {
    const facts = await factsOf('src/x.rs', 'fn before() { a(); }\nlet = ;\nfn after() { b(); }\n');
    expect(facts.errorCount).toBeGreaterThan(0);
    expect(describeReferences(facts)).toEqual(expect.arrayContaining(['before call a', 'after call b']));
  });
});

describe('Rust complexity', () => {
  it.each<[string, number]>([
    ['', 1],
    ['if a { } else if b { } else { }', 3],
    ['if a && b || a { }', 4],
    ['if let Some(x) = o && a { }', 3],
    ['while let Some(x) = o { }', 2],
    ['for x in 0..3 { loop { break; } }', 3],
    ['match o { Some(1) => {} Some(x) if a && b => {} _ => {} }', 5],
    ['match a { true => {} false => {} }', 3],
    ['let Some(x) = o else { return };', 2],
    ['let c = || if a { 1 } else { 2 };', 1],
    ['let r = &&a; run()?;', 1],
  ])('[U1] measures %j as %i', async (body, expected) => {
    expect(await complexity(body)).toBe(expected);
  });

  it('[U1] gives no complexity to required methods of a trait', async () => {
    expect(await symbols('trait T { fn m(&self); }')).toContain('method T.m public');
  });
});

describe('Rust imports', () => {
  it('expands use trees', async () => {
    const found = await references(`
use std::{fmt::{self, Display as D}, io::*, collections::HashMap};
pub use crate::a::b as c;
use super::x;
use Trait as _;
extern crate foo as bar;
pub mod other;
mod tests { use super::*; }
`);
    expect(found).toEqual([
      '(module) import std | fmt as fmt',
      '(module) import std::fmt | Display as D',
      '(module) import std::io | * as *',
      '(module) import std::collections | HashMap as HashMap',
      '(module) import crate::a | b as c',
      '(module) export crate::a | b as c',
      '(module) import super | x as x',
      '(module) import  | Trait as ',
      '(module) import foo | * as bar',
      '(module) import self::other | * as other',
      '(module) export self::other | * as other',
      'tests import super | * as *',
    ]);
  });

  it('takes implementations and bounds of traits for inheritance', async () => {
    const found = await references(
      'trait A: Base + fmt::Debug {}\nimpl A for b::Foo {}\nimpl fmt::Display for Bar<X> {}\nimpl Clone for Bar {}',
    );
    expect(found.filter((line) => / inherit /.test(line))).toEqual([
      '(module) inherit A as b.Foo',
      '(module) inherit fmt | Display as Bar',
      'A inherit Base',
      'A inherit fmt | Debug',
    ]);
  });
});

describe('Rust calls', () => {
  it('knows the receiver through wrappers, collections, loops and closures', async () => {
    const found = await calls(`
impl Svc { fn run(&self, users: Vec<Box<dyn User>>, one: Option<Rc<Item>>) {
  self.repo.find().save();
  for user in users.iter() { user.load(); }
  for (at, node) in self.nodes.iter_mut().enumerate() { node.touch(); }
  self.nodes.iter().filter(|n| n.ok());
  one.unwrap().use_it();
  if let Some(item) = one { item.open(); }
  let shared = Arc::new(Mutex::new(Foo::new()));
  shared.lock().unwrap().bar();
  let p = Point { x: 1 };
  p.go();
  Shape::Circle(1.0).area();
  Self::helper();
} }`);
    expect(found).toEqual(
      expect.arrayContaining([
        'Svc.run call this.repo.find() | save',
        'Svc.run call this.repo | find',
        'Svc.run call @User*[] | load',
        'Svc.run call this.nodes[] | touch',
        'Svc.run call this.nodes[] | ok',
        'Svc.run call @Item | use_it',
        'Svc.run call @Item | open',
        'Svc.run call Foo | new',
        'Svc.run call Foo.new() | bar',
        'Svc.run call Point',
        'Svc.run call @Point | go',
        'Svc.run call Shape | Circle',
        'Svc.run call @Shape | area',
        'Svc.run call Svc | helper',
      ]),
    );
  });

  it('follows paths, bounds of type parameters and shadowed locals', async () => {
    const found = await calls(`
fn f<T: Handler, U>(t: T, u: U, config: Config) where U: Store {
  t.handle();
  u.put();
  T::create();
  let config = config.next();
  let config = config.last_one();
  config.run();
  config::load();
  crate::a::go(); self::b(); super::c::d();
  <Foo as Bar>::baz();
  Vec::<i32>::with_capacity(1); String::new(); i32::from(1);
  parse::<Foo>(1);
}`);
    expect(found).toEqual([
      'f call @Handler | handle',
      'f call @Store | put',
      'f call @Handler | create',
      'f call @Config | next',
      'f call @Config.next() | last_one',
      'f call @Config.next().last_one() | run',
      'f call config | load',
      'f call crate.a | go',
      'f call self | b',
      'f call super.c | d',
      'f call Foo | baz',
      'f call parse',
    ]);
  });

  it('reads calls off the arguments of macros', async () => {
    const found = await references(`
impl A { fn f(&self, local: B) {
  assert_eq!(helper(1), self.name.len(), LIMIT);
  println!("{}", local.show(self.id));
  my_macro!(crate::x::go(local), fn skipped(a: T) {});
} }`);
    expect(found).toEqual([
      'A.f type B',
      'A.f call helper',
      'A.f read this | name',
      'A.f call this.name | len',
      'A.f read LIMIT',
      'A.f call @B | show',
      'A.f read this | id',
      'A.f call my_macro',
      'A.f call crate.x | go',
    ]);
  });

  it('tells reads, writes and both apart, and leaves locals, lifetimes and labels alone', async () => {
    const found = await references(`
impl<'a> C<'a> { fn add(&'a mut self, n: i32) {
  'outer: loop { break 'outer; }
  let total = n;
  self.last = total;
  self.sum += n;
  COUNT = self.sum;
  let C { last, .. } = self;
  match n { MAX => {} other => use_it(other, last) }
} }`);
    expect(found).toEqual([
      'C.add write this | last',
      'C.add readwrite this | sum',
      'C.add write COUNT',
      'C.add read this | sum',
      'C.add type C',
      'C.add read MAX',
      'C.add call use_it',
    ]);
  });
});

describe('Rust hashes', () => {
  const source =
    '/// Doc\nfn f(n: i32) -> i32 {\n    let s = "x";\n    if n > 1 { g(n) } else { 0 }\n}\nstruct P(i32, u8);\n';
  const hashes = async (text: string): Promise<string[]> =>
    (await factsOf('src/h.rs', text)).symbols.map((symbol) => symbol.contentHash);

  it.each([
    [
      'a comment',
      source
        .replace('if n', '// why\n    if n')
        .replace('/// Doc\n', '/* other */ ')
        .replace('i32, u8', 'i32, /* b */ u8'),
    ],
    ['the layout', source.replaceAll('    ', '\t\t').replace('i32, u8', 'i32,\n  u8')],
  ])('do not change with %s', async (_what, text) => {
    expect(text).not.toBe(source);
    expect(await hashes(text)).toEqual(await hashes(source));
  });

  it.each([
    ['an operator', 'n > 1', 'n >= 1'],
    ['a callee', 'g(n)', 'h(n)'],
    ['the kind of a literal', '"x"', 'b"x"'],
  ])('change with %s', async (_what, from, to) => {
    const before = symbolOf(await factsOf('src/h.rs', source), 'f');
    const after = symbolOf(await factsOf('src/h.rs', source.replace(from, to)), 'f');
    expect(after.contentHash).not.toBe(before.contentHash);
  });
});
