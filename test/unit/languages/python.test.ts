import { describe, expect, it } from 'vitest';
import { describeReferences, describeSymbols, factsOf } from '../../support/facts.js';

async function symbolsOf(text: string, path = 'pkg/a.py'): Promise<string[]> {
  return describeSymbols(await factsOf(path, text));
}

async function referencesOf(text: string, source?: string): Promise<string[]> {
  const lines = describeReferences(await factsOf('pkg/a.py', text));
  return source === undefined
    ? lines
    : lines.filter((line) => line.startsWith(`${source} `)).map((line) => line.slice(source.length + 1));
}

/** Complexity of the function `f` with the given body. */
async function complexityOf(body: string): Promise<number | null | undefined> {
  const facts = await factsOf('a.py', `def f(a, b):\n${body.replace(/^/gm, '    ')}\n`);
  return facts.symbols.find((symbol) => symbol.name === 'f')?.complexity;
}

describe('Python definitions', () => {
  it('[U1] finds the symbols of a module with their types and visibility', async () => {
    const symbols = await symbolsOf(`
LIMIT: int = 10
_cache: dict[str, "User"] = {}
first, *rest = load()
a = b = User()
type Pair[T] = tuple[T, T]
Alias: TypeAlias = "User"

class User(Base):
    name: str
    friends: list[User] = []
    def __init__(self, db: Database, owner=None):
        self.db = db
        self.__secret = None
        self.owner = owner or User(db)
        self.name = "x"
    @property
    def first(self) -> User | None:
        return self.friends[0]
    async def save(self): ...
    class Meta:
        ordering = "name"

def outer(x):
    def inner():
        return User()
    local = 1
    class Local: pass
    return inner()
`);
    expect(symbols).toEqual([
      'variable LIMIT public → @int',
      'variable _cache internal → @User*',
      'variable first public → load()[]',
      'variable rest public → @list',
      'variable a public → User()',
      'variable b public → User()',
      'type Pair public',
      'type Alias public → @User',
      'class User public',
      'variable User.name public → @str',
      'variable User.friends public → @User*',
      'method User.__init__ public c=2',
      'variable User.db public → @Database',
      'variable User.__secret private',
      'variable User.owner public → User()',
      'method User.first public c=1 → @User',
      'method User.save public',
      'class User.Meta public',
      'variable User.Meta.ordering public → @str',
      'function outer public c=1 → inner()',
      'function outer.inner public c=1 → User()',
      'class outer.Local public',
    ]);
  });

  it('gives a definition the range of its decorators and a signature without its comments', async () => {
    const facts = await factsOf(
      'a.py',
      'x = "é"\n\n@app.route("/")  # here\ndef f(\n    a,  # first\n    b=1,\n) -> None:\n    return 1\n',
    );
    const f = facts.symbols.find((symbol) => symbol.name === 'f');
    expect(f).toMatchObject({
      signature: '@app.route("/") def f( a, b=1, ) -> None',
      startByte: Buffer.byteLength('x = "é"\n\n'),
      endByte: facts.symbols[0]!.endByte - 1, // the module ends with the line break after the function
      startLine: 3,
      endLine: 8,
    });
  });

  it('takes documentation from the string a body starts with, else from the comment above', async () => {
    const facts = await factsOf(
      'a.py',
      '"""Module text."""\n# Above f.\n# Second line.\ndef f(): pass\n\nclass C:\n    """Says what it is.\n\n        indented\n    end\n    """\n    # Above m.\n    def m(self):\n        r\'\'\'Raw.\'\'\'\n    def n(self): return "no documentation"\n',
    );
    const documentation = Object.fromEntries(
      facts.symbols.map((symbol) => [symbol.qualifiedName, symbol.documentation]),
    );
    expect(documentation).toEqual({
      '': 'Module text.',
      f: 'Above f.\nSecond line.',
      C: 'Says what it is.\n\n    indented\nend',
      'C.m': 'Raw.',
      'C.n': null,
    });
  });

  it('numbers redefinitions and treats stubs as definitions without a body', async () => {
    expect(
      await symbolsOf(`
@overload
def f(x: int) -> int: ...
@overload
def f(x: str) -> str:
    """Text."""
    ...
def f(x): return x
try:
    import json
except ImportError:
    json = None
if A:
    def g(): pass
else:
    def g(): pass
x = 1
x = 2
`),
    ).toEqual([
      'function f public → @int',
      'function f~2 public → @str',
      'function f~3 public c=1',
      'function g public c=1',
      'function g~2 public c=1',
      'variable x public → @int',
    ]);
  });

  it('gives members of enumerations the type of their class', async () => {
    expect(await symbolsOf('class Color(enum.Enum):\n    RED = 1\n    _ignore_ = []\n')).toEqual([
      'class Color public',
      'variable Color.RED public → this',
      'variable Color._ignore_ internal → @list',
    ]);
  });

  it.each([
    ['pass', 1],
    ['if a: pass\nelif b: pass\nelse: pass', 3],
    ['for x in a: pass\nelse: pass', 2],
    ['while a: pass', 2],
    ['try: pass\nexcept A: pass\nexcept B: pass\nelse: pass\nfinally: pass', 3],
    ['return a if b else 1', 2],
    ['return a and b or not a', 3],
    ['return [x for x in a if x if b]', 4],
    ['match a:\n  case 1: pass\n  case [x] if x: pass\n  case _: pass', 4],
    ['match a:\n  case A(): pass\n  case other: pass', 2],
    ['return lambda x: x if a else b', 1],
    ['def g():\n  if a: pass\nreturn g', 1],
    ['with a as b: assert b', 1],
  ])('[U1] measures the complexity of %j', async (body, expected) => {
    expect(await complexityOf(body)).toBe(expected);
  });
});

describe('Python references', () => {
  it('[U1] reads every form of import', async () => {
    expect(
      await referencesOf(`
from __future__ import annotations
import os, a.b.c
import numpy as np, x.y as z
from . import sibling
from ..pkg.mod import (one, two as deux)
from m import *
def f():
    import late
`),
    ).toEqual([
      '(module) import os | * as os',
      '(module) import a.b.c | * as ',
      '(module) import a | * as a',
      '(module) import numpy | * as np',
      '(module) import x.y | * as z',
      '(module) import . | sibling as sibling',
      '(module) import ..pkg.mod | one as one',
      '(module) import ..pkg.mod | two as deux',
      '(module) import m | * as *',
      'f import late | * as late',
    ]);
  });

  it('writes calls with what they are called on', async () => {
    expect(
      await referencesOf(
        `
from m import make, Repo, api
import a.b
class C(Repo):
    parts: list[Repo]
    def run(self, repo: Repo, opt: "Optional[Repo]", *rest: Repo, **named: Repo):
        repo.save()
        opt.load()
        rest[0].one()
        named['x'].two()
        self.run(repo)
        self.parts[0].check()
        super().run()
        make().go().on()
        a.b.deep()
        local = make()
        local.act()
        short = api.call
        short()
        for part in self.parts: part.each()
        for i, part2 in enumerate(self.parts): part2.each()
        for key, value in named.items(): value.each()
        type(self)(1).run()
        (await repo.later()).now()
        with make() as made: made.use()
        "text".join([]).strip()
        print(len(rest))
        unknown(repo)
`,
        'C.run',
      ),
    ).toEqual([
      'type Repo ×4',
      'call @Repo | save',
      'call @Repo | load',
      'call @Repo*[] | one',
      'call @Repo*[] | two',
      'call this | run ×2',
      'call this.parts[] | check',
      'read this | parts ×3',
      'call super | run',
      'call make().go() | on',
      'call make() | go',
      'call make ×3',
      'call a.b | deep',
      'read a | b',
      'read a',
      'call make() | act',
      'read api | call',
      'read api',
      'call api | call',
      'call this.parts[] | each ×2',
      'call @Repo*[] | each',
      'call @Repo.later() | now',
      'call @Repo | later',
      'call make() | use',
    ]);
  });

  it('tells classes, instances and the names of a class body apart', async () => {
    const text = `
from m import Other
def helper(): pass
class A:
    def helper(self): pass
    made = helper(1)
    class Inner: pass
    inner = Inner()
    @classmethod
    def create(cls, *args) -> "A":
        made = cls(*args)
        made.helper()
        helper()
        return made
    @staticmethod
    def free(self): self.helper()
    @helper
    def wrapped(self):
        def closure(): self.helper()
        A.create().helper()
    @property
    def x(self): pass
    @x.setter
    def x(self, value): pass
`;
    expect(await referencesOf(text, 'A.made')).toEqual(['call this | helper']);
    expect(await referencesOf(text, 'A.inner')).toEqual(['call Inner']);
    expect(await referencesOf(text, 'A.create')).toEqual(['type A', 'call A', 'call this | helper', 'call helper']);
    expect(await referencesOf(text, 'A.free')).toEqual(['call ? | helper']);
    expect(await referencesOf(text, 'A.wrapped')).toEqual([
      'call this | helper',
      'call A.create() | helper',
      'call A | create',
      'read A',
    ]);
    expect(await referencesOf(text, 'A.wrapped.closure')).toEqual(['call this | helper']);
    expect(await referencesOf(text, 'A.x')).toEqual([]);
  });

  it('narrows what tests and patterns say of a name', async () => {
    expect(
      await referencesOf(
        `
from m import Circle, Square, Error
def f(shape, other):
    if isinstance(shape, Circle) and shape.ok():
        shape.roll()
    shape.any()
    assert isinstance(other, Square)
    other.stand()
    try: pass
    except (Error, ValueError) as e: e.args()
    except Error as e2: e2.show()
    match shape:
        case Square(side=n) as s: s.stand(n)
        case Circle.UNIT: pass
`,
        'f',
      ),
    ).toEqual([
      'type Circle',
      'call ? | ok',
      'call @Circle | roll',
      'call ? | any',
      'type Square ×2',
      'call @Square | stand ×2',
      'type Error ×2',
      'call ? | args',
      'call @Error | show',
      'read Circle | UNIT',
    ]);
  });

  it('refers to types, bases, reads and writes', async () => {
    const text = `
from m import T, U, base, Meta
import mod
count = 0
class C(base.B, U[T], metaclass=Meta):
    field: mod.Kind = None
    def f(self, x: "list[T]", y: Callable[[U], T], z: Literal["T"] = 1, w: Annotated[T, check(U)] = 2) -> U | None:
        global count
        count += 1
        count = 2
        self.a.b = x
        self.n += 1
        mod.flag = True
        return self.a
`;
    expect(await referencesOf(text, 'C')).toEqual([
      'inherit base | B',
      'type T',
      'inherit U',
      'read base',
      'read Meta',
    ]);
    expect(await referencesOf(text, 'C.field')).toEqual(['type mod | Kind']);
    expect(await referencesOf(text, 'C.f')).toEqual([
      'type U ×2',
      'type T ×3',
      'read U',
      'readwrite count',
      'write count',
      'write this.a | b',
      'read this | a ×2',
      'readwrite this | n',
      'write mod | flag',
      'read mod',
    ]);
  });

  it('never takes a local, a parameter or a builtin for a free name', async () => {
    expect(
      await referencesOf(`
def f(run, *args, key=None, **kw):
    local = [run for run in args if run]
    a, (b, *c) = local
    for d, e in c: print(d, e)
    with open(a) as g, b as (h, i): g.close()
    if (n := len(c)) > 1: n
    (lambda j, k=1: j + k)(l := 1)
    try: pass
    except Exception as m: raise m
    del a
    return {o: p for o, p in kw.items()}, f"{local!r:>{n}} {key}", l
`),
    ).toEqual([]);
  });

  it('keeps the names a star import may bring, but not the builtins', async () => {
    expect(await referencesOf('from m import *\ndef f(): return make(len(CONST), "x".upper())\n', 'f')).toEqual([
      'call make',
      'read CONST',
    ]);
  });
});
