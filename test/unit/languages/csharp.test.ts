import { describe, expect, it } from 'vitest';
import { describeReferences, describeSymbols, factsOf } from '../../support/facts.js';
import { changedSymbols, relaidOut, textOfSymbol } from '../../support/language-laws.js';

const PATH = 'src/Shop.cs';

async function symbols(text: string): Promise<string> {
  return describeSymbols(await factsOf(PATH, text)).join('\n');
}

async function references(text: string): Promise<string> {
  return describeReferences(await factsOf(PATH, text)).join('\n');
}

/** References of the statements in a method, without its types. */
async function inMethod(body: string, members = ''): Promise<string> {
  const facts = await factsOf(PATH, `class A { ${members}\nvoid Run(Item item, List<Item> items) {\n${body}\n} }`);
  return describeReferences(facts)
    .filter((line) => line.startsWith('A.Run ') && !line.startsWith('A.Run type'))
    .map((line) => line.slice('A.Run '.length))
    .join('\n');
}

async function complexity(body: string): Promise<number | null | undefined> {
  const facts = await factsOf(PATH, `class A { int F(bool a, bool b, object o) {\n${body}\n} }`);
  return facts.symbols.find((symbol) => symbol.name === 'F')?.complexity;
}

const SHOP = `using System.Collections.Generic;
using static Acme.Checks;
using Money = Acme.Values.Price;

namespace Acme.Shops
{
    /// Größe 📐 of a shop.
    [Service("x")]
    public abstract partial class Shop<T> : Store<T>, IOpen, Base.IClose where T : Item, new()
    {
        public const int Max = 3, Min = 2;
        private readonly List<Item> items = new();
        public Item Current { get; private set; } = new Item();
        public int Count => items.Count;
        public string Name { get { return name; } set { name = value ?? ""; } }
        public Item this[int at] => items[at];
        public event EventHandler Changed;
        internal delegate Item Maker(string name);

        static Shop() { Start(); }
        protected Shop(Item first) : base(first) { items.Add(first); }
        Shop() : this(null) { }
        ~Shop() { }
        public static Shop<T> operator +(Shop<T> a, Item b) => a;

        // Finds it.
        public virtual async Task<Item> Find(string name) { return await Load(name); }
        U As<U>(U other) => other;
        int IOpen.Open() { return 1; }
        protected internal abstract void Close();

        interface IVisitor { int Seen { get; } void Visit(Shop<T> shop); }
        enum Size : byte { Small = 1, Large }
        struct Point { public int X, Y; }
        record Price(int Cents, Item Of) : Money(Cents);
    }
}
`;

describe('C# symbols', () => {
  it('extracts types with fields, properties, events, operators and constructors', async () => {
    expect(await symbols(SHOP)).toMatchInlineSnapshot(`
      "class Shop public
      variable Shop.Max public → @int
      variable Shop.Min public → @int
      variable Shop.items private → @Item*
      variable Shop.Current public → @Item
      variable Shop.Count public c=1 → @int
      variable Shop.Name public c=2 → @string
      method Shop.this public c=1 → @Item
      variable Shop.Changed public → @EventHandler
      type Shop.Maker internal → @Item
      method Shop.Shop private c=1
      method Shop.Shop~2 protected c=1
      method Shop.Shop~3 private c=1
      method Shop.~Shop private c=1
      method Shop.operator + public c=1 → @Shop
      method Shop.Find public c=1 → @Item
      method Shop.As private c=1
      method Shop.Open public c=1 → @int
      method Shop.Close protected
      interface Shop.IVisitor private
      variable Shop.IVisitor.Seen public → @int
      method Shop.IVisitor.Visit public
      enum Shop.Size private
      variable Shop.Size.Small public → @Size
      variable Shop.Size.Large public → @Size
      struct Shop.Point private
      variable Shop.Point.X public → @int
      variable Shop.Point.Y public → @int
      class Shop.Price private
      variable Shop.Price.Cents public → @int
      variable Shop.Price.Of public → @Item"
    `);
  });

  it('counts ranges in bytes and takes the comment above as documentation', async () => {
    const facts = await factsOf(PATH, SHOP);
    const find = facts.symbols.find((symbol) => symbol.name === 'Find');
    expect(facts.symbols.find((symbol) => symbol.name === 'Shop')?.documentation).toBe('Größe 📐 of a shop.');
    expect(find?.documentation).toBe('Finds it.');
    expect(find?.signature).toBe('public virtual async Task<Item> Find(string name)');
    expect(await textOfSymbol(PATH, SHOP, 'Shop.Changed')).toBe('public event EventHandler Changed;');
    expect(await textOfSymbol(PATH, SHOP, 'Shop.Size.Small')).toBe('Small = 1');
  });

  it('gives local functions to the function around them and parameters after a class name to nobody', async () => {
    const text =
      'class A(Item first) { int F() { return Twice(1); int Twice(int n) => n > 1 ? n : 2; } Item G() => first; }';
    expect(await symbols(text)).toMatchInlineSnapshot(`
      "class A internal
      method A.F private c=1 → @int
      function A.F.Twice private c=2 → @int
      method A.G private c=1 → @Item"
    `);
    expect(await references(text)).toMatchInlineSnapshot(`
      "A type Item
      A.F call Twice
      A.G type Item"
    `);
  });

  it('keeps what stands around a syntax error', async () => {
    const facts = await factsOf(
      PATH,
      'class A {\n  int F() { return 1 }\n  void Broken( { }\n  void After() { Go(); }\n}\n',
    );
    expect(facts.errorCount).toBeGreaterThan(0);
    expect(facts.firstErrorLine).toBe(2);
    expect(describeSymbols(facts)).toContain('method A.After private c=1');
    expect(describeReferences(facts)).toContain('A.After call Go');
  });

  it('does not fail on any prefix of a source', async () => {
    for (let length = 0; length < SHOP.length; length += 7) await factsOf(PATH, SHOP.slice(0, length));
  });
});

describe('C# complexity', () => {
  it.each([
    ['return 1;', 1],
    ['if (a) {} else if (b) {} else {}', 3],
    ['for (;;) {} foreach (var x in xs) {} while (a) {} do {} while (b);', 5],
    ['return a && b || a ? 1 : 2;', 4],
    ['return o?.Size ?? 0;', 3],
    ['switch (x) { case 1: case 2: break; case Item i when i.Ok: break; default: break; }', 5],
    ['return x switch { 1 => 1, 2 or 3 => 2, _ => 3 };', 4],
    ['try { } catch (A e) when (e.Bad) { } catch { } finally { }', 4],
    ['Run(() => a && b); int G() { return a ? 1 : 2; }', 1],
    ['return (from x in xs where x.Ok select x).Count();', 3],
  ])('[U1] counts the decisions of %s', async (body, expected) => {
    expect(await complexity(body)).toBe(expected);
  });

  it('gives methods without a body none', async () => {
    const facts = await factsOf(PATH, 'interface A { void F(); }');
    expect(facts.symbols.find((symbol) => symbol.name === 'F')?.complexity).toBeNull();
  });
});

describe('C# references', () => {
  it('extracts namespaces, usings, heritage, types and constructor calls', async () => {
    expect(await references(SHOP)).toMatchInlineSnapshot(`
      "(module) import System.Collections.Generic | * as *
      (module) import Acme.Checks | * as *
      (module) import Acme.Values | Price as Money
      (module) namespace Acme.Shops
      Shop inherit Store
      Shop inherit IOpen
      Shop inherit Base | IClose
      Shop type ServiceAttribute
      Shop type Item
      Shop.items type List
      Shop.items type Item
      Shop.items call List
      Shop.Current type Item
      Shop.Current call Item
      Shop.Count read items | Count
      Shop.Count read items
      Shop.Name read name
      Shop.Name write name
      Shop.this type Item
      Shop.this read items
      Shop.Maker type Item
      Shop.Shop call Start
      Shop.Shop type Item
      Shop.Shop call Store
      Shop.Shop call items | Add
      Shop.Shop read items
      Shop.Shop call Shop
      Shop.operator + type Shop ×2
      Shop.operator + type Item
      Shop.Find type Task
      Shop.Find type Item
      Shop.Find call Load
      Shop.Open type IOpen
      Shop.IVisitor.Visit type Shop
      Shop.Price inherit Money
      Shop.Price call Money
      Shop.Price type Item
      Shop.Price read Cents"
    `);
  });

  it('names nested namespaces in full', async () => {
    expect(await references('namespace A.B { namespace C { } }\nnamespace D { }')).toMatchInlineSnapshot(`
      "(module) namespace A.B
      (module) namespace A.B.C
      (module) namespace D"
    `);
    expect(await references('namespace A.B;\nclass X { }')).toMatchInlineSnapshot(`"(module) namespace A.B"`);
  });

  it('knows what locals, parameters and fields are', async () => {
    const body = `
      Item one = Make(); one.Sell(); var two = new Item(); two.Sell(); var three = one.Part(); three.Use();
      this.store.Open(); stock.Open(); base.Run(item, items); Util.Check(item); Acme.Util.Deep(); global::Acme.Go();
      ((Special)item).Only(); (item as Special).Too(); item.Next.Sell(); (await Load()).Sell(); "x".Trim();
      item?.Maybe()?.Then(); if (!item?.Ok()) { } Gen<Item>(); item.Gen<Item>(1); default(Item).Zero();`;
    expect(await inMethod(body, 'Store store, stock;')).toMatchInlineSnapshot(`
      "call Make
      call @Item | Sell ×2
      call Item
      call @Item | Part
      call @Item.Part() | Use
      call this.store | Open
      read this | store
      call stock | Open
      read stock
      call super | Run
      call Util | Check
      read Util
      call Acme.Util | Deep
      read Acme | Util
      read Acme ×2
      call Acme | Go
      call @Special | Only
      call @Special | Too
      call @Item.Next | Sell
      read @Item | Next
      call Load() | Sell
      call Load
      call @string | Trim
      call @Item.Maybe() | Then
      call @Item | Maybe
      call @Item | Ok
      call Gen
      call @Item | Gen
      call @Item | Zero"
    `);
  });

  it('knows the elements of containers, arrays and queries', async () => {
    const body = `
      foreach (Item each in items) each.A(); foreach (var each in byName.Values) each.B(); items[0].C(); shelf[1].D();
      items.ForEach(each => each.E()); items.Where(each => each.F()).OrderBy(each => each.G()).First().H();
      var found = from x in items where x.I() select x.J(); byName.TryGetValue("k", out Item got); got.K();`;
    expect(await inMethod(body, 'Dictionary<string, Item> byName; Item[] shelf;')).toMatchInlineSnapshot(`
      "call @Item | A
      read byName | Values
      read byName ×2
      call @Item*[] | B
      call @Item*[] | C
      call shelf[] | D
      read shelf
      call @Item* | ForEach
      call @Item*[] | E
      call @Item*[] | H
      call @Item* | First
      call @Item* | OrderBy
      call @Item* | Where
      call @Item*[] | F
      call @Item*[] | G
      call @Item*[] | I
      call @Item*[] | J
      call byName | TryGetValue
      call @Item | K"
    `);
  });

  it('ends pattern variables with their statement unless the statement leaves early', async () => {
    const body = `
      if (o is Cat c) c.Purr(); else if (o is Dog c) c.Bark();
      if (o is not Bird b) return; b.Sing();
      switch (o) { case Fish f when f.Wet(): f.Swim(); break; case Pair { Left: Cat x }: x.Purr(); break; }
      var r = o switch { Cat k => k.Purr(), { } any => any.Go(), _ => 0 };`;
    expect(await inMethod(body)).toMatchInlineSnapshot(`
      "read o ×5
      call @Cat | Purr ×3
      call @Dog | Bark
      call @Bird | Sing
      call @Fish | Wet
      call @Fish | Swim
      read @Pair | Left
      call ? | Go"
    `);
  });

  it('tells reads, writes and both apart and never takes a local for a free name', async () => {
    const body = `
      int n = 0; n += 1; total = n; total++; this.sum += n; item.Price = Max; goto done; done: return;
      Run(x => x + n, (int y) => y, delegate (int z) { return z; }); try { } catch (Err e) { e.Log(); }
      var (p, (q, _)) = Pair(); (int s, var t) = Pair(); total = p + q + s + t; (total, sum) = (sum, total);
      var made = new Item { Name = "x", Size = n }; var copy = item with { Name = "y" }; var anon = new { A = 1, B = n };
      Call(named: n, other: out var u); nameof(n); typeof(Item).Go(); #pragma warning disable X1`;
    expect(await inMethod(body, 'int total, sum;')).toMatchInlineSnapshot(`
      "write total ×3
      readwrite total
      readwrite this | sum
      write @Item | Price
      read Max
      call Run
      call @Err | Log
      call Pair ×2
      write sum
      read sum
      read total
      call Item
      write @Item | Name ×2
      write @Item | Size
      call Call
      call @Type | Go"
    `);
  });
});

describe('C# content hashes', () => {
  it('do not change with comments and layout', async () => {
    expect(await changedSymbols(PATH, SHOP, relaidOut(SHOP))).toEqual([]);
  });

  it.each([
    ['Max = 3', 'Max = 4', ['variable Shop.Max~1']],
    ['items[at]', 'items[1]', ['method Shop.this~1']],
    ['?? ""', '?? " "', ['variable Shop.Name~1']],
    ['As<U>', 'As<V>', ['method Shop.As~1']],
    ['IOpen, Base', 'IShut, Base', ['class Shop~1']],
    ['Small = 1', 'Small = 2', ['variable Shop.Size.Small~1']],
    ['private set', 'internal set', ['variable Shop.Current~1']],
  ])('change when %s becomes %s', async (before, after, changed) => {
    expect(await changedSymbols(PATH, SHOP, SHOP.replace(before, after))).toEqual(changed);
  });

  it('change with the format of an interpolated value', async () => {
    const text = 'class A { string F(int n) { return $"{n:D2}"; } }';
    expect(await changedSymbols(PATH, text, text.replace('D2', 'D3'))).toEqual(['method A.F~1']);
  });
});
