import { describe, expect, it } from 'vitest';
import { describeReferences, describeSymbols, factsOf } from '../../support/facts.js';
import { changedSymbols, relaidOut, textOfSymbol } from '../../support/language-laws.js';

const PATH = 'src/Shop.java';

async function symbols(text: string): Promise<string> {
  return describeSymbols(await factsOf(PATH, text)).join('\n');
}

async function references(text: string): Promise<string> {
  return describeReferences(await factsOf(PATH, text)).join('\n');
}

/** References of the statements in a method, without its types. */
async function inMethod(body: string, members = ''): Promise<string> {
  const facts = await factsOf(PATH, `class A { ${members}\nvoid run(Item item, List<Item> items) {\n${body}\n} }`);
  return describeReferences(facts)
    .filter((line) => line.startsWith('A.run ') && !line.startsWith('A.run type'))
    .map((line) => line.slice('A.run '.length))
    .join('\n');
}

async function complexity(body: string): Promise<number | null | undefined> {
  const facts = await factsOf(PATH, `class A { int f(boolean a, boolean b, Object o) {\n${body}\n} }`);
  return facts.symbols.find((symbol) => symbol.name === 'f')?.complexity;
}

const SHOP = `package com.acme.shop;

import java.util.List;
import com.acme.base.*;
import static com.acme.base.Checks.check;

/** Größe 📐 of a shop. */
@Service("x")
public abstract class Shop<T extends Item> extends base.Store<T> implements Open, Closeable {
  public static final int MAX = 3, MIN = 2;
  private final List<Item> items = new ArrayList<>();
  Item[] shelf;

  protected Shop(Item first) { super(first); this.items.add(first); }
  Shop() { this(null); }

  // Finds it.
  @Override
  public Item find(String name) { return items.get(0); }
  <U> U as(U other) { return other; }
  abstract void close() throws IOException;

  interface Visitor { int K = 1; void visit(Shop<?> shop); default void end() {} }
  enum Size implements Visitor { SMALL(1), LARGE(2) { void grow() {} }; Size(int n) {} private int n; }
  record Price(int cents, Item of) { Price { check(cents); } }
  @interface Marked { String value() default ""; }
}
`;

describe('Java symbols', () => {
  it('extracts types, members, constants, record components and constructors', async () => {
    expect(await symbols(SHOP)).toMatchInlineSnapshot(`
      "class Shop public
      variable Shop.MAX public
      variable Shop.MIN public
      variable Shop.items private → @Item*
      variable Shop.shelf internal → @Item*
      method Shop.Shop protected c=1
      method Shop.Shop~2 internal c=1
      method Shop.find public c=1 → @Item
      method Shop.as internal c=1
      method Shop.close internal
      interface Shop.Visitor internal
      variable Shop.Visitor.K public
      method Shop.Visitor.visit public
      method Shop.Visitor.end public c=1
      enum Shop.Size internal
      variable Shop.Size.SMALL public → @Size
      variable Shop.Size.LARGE public → @Size
      method Shop.Size.Size internal c=1
      variable Shop.Size.n private
      class Shop.Price internal
      variable Shop.Price.cents public
      variable Shop.Price.of public → @Item
      method Shop.Price.Price internal c=1
      interface Shop.Marked internal
      method Shop.Marked.value public → @String"
    `);
  });

  it('counts ranges in bytes and takes the comment above as documentation', async () => {
    const facts = await factsOf(PATH, SHOP);
    const find = facts.symbols.find((symbol) => symbol.name === 'find');
    expect(facts.symbols.find((symbol) => symbol.name === 'Shop')?.documentation).toBe('Größe 📐 of a shop.');
    expect(find?.documentation).toBe('Finds it.');
    expect(find?.signature).toBe('@Override public Item find(String name)');
    expect(await textOfSymbol(PATH, SHOP, 'Shop.shelf')).toBe('Item[] shelf;');
    expect(await textOfSymbol(PATH, SHOP, 'Shop.Size.SMALL')).toBe('SMALL(1)');
  });

  it('gives classes inside functions to the function and members of anonymous classes to nobody', async () => {
    const text =
      'class A { void m() { class Local { void l() {} } new Task() { int n; public void run() { go(); } }; } }';
    expect(await symbols(text)).toMatchInlineSnapshot(`
      "class A internal
      method A.m internal c=1
      class A.m.Local private
      method A.m.Local.l internal c=1"
    `);
  });

  it('keeps what stands around a syntax error', async () => {
    const facts = await factsOf(PATH, 'class A {\n  int f = 1\n  void broken( { }\n  void after() { go(); }\n}\n');
    expect(facts.errorCount).toBeGreaterThan(0);
    expect(facts.firstErrorLine).toBe(2);
    expect(describeSymbols(facts)).toContain('method A.after internal c=1');
    expect(describeReferences(facts)).toContain('A.after call go');
  });

  it('does not fail on any prefix of a source', async () => {
    for (let length = 0; length < SHOP.length; length += 7) await factsOf(PATH, SHOP.slice(0, length));
  });
});

describe('Java complexity', () => {
  it.each([
    ['return 1;', 1],
    ['if (a) {} else if (b) {} else {}', 3],
    ['for (;;) {} for (int x : xs) {} while (a) {} do {} while (b);', 5],
    ['return a && b || a ? 1 : 2;', 4],
    ['switch (x) { case 1: case 2: break; default: }', 3],
    ['return switch (x) { case 1, 2 -> 1; case 3 -> 2; default -> 3; };', 3],
    ['switch (o) { case Item i when i.ok() -> {} default -> {} }', 3],
    ['try { } catch (A e) { } catch (B | C e) { } finally { }', 3],
    ['run(() -> a && b); new X() { void m() { if (a) {} } };', 1],
    ['synchronized (o) { throw new X(); }', 1],
  ])('[U1] counts the decisions of %s', async (body, expected) => {
    expect(await complexity(body)).toBe(expected);
  });

  it('gives methods without a body none', async () => {
    const facts = await factsOf(PATH, 'interface A { void f(); }');
    expect(facts.symbols.find((symbol) => symbol.name === 'f')?.complexity).toBeNull();
  });
});

describe('Java references', () => {
  it('extracts the package, imports, heritage, types and constructor calls', async () => {
    expect(await references(SHOP)).toMatchInlineSnapshot(`
      "(module) namespace com.acme.shop
      (module) import java.util | List as List
      (module) import com.acme.base | * as *
      (module) import com.acme.base.Checks | check as check
      Shop inherit base | Store
      Shop inherit Open
      Shop inherit Closeable
      Shop type Service
      Shop type Item
      Shop.items type List
      Shop.items type Item
      Shop.items call ArrayList
      Shop.shelf type Item
      Shop.Shop type Item
      Shop.Shop call base | Store
      Shop.Shop call this.items | add
      Shop.Shop read this | items
      Shop.Shop call Shop
      Shop.find type Item
      Shop.find call items | get
      Shop.find read items
      Shop.close type IOException
      Shop.Visitor.visit type Shop
      Shop.Size inherit Visitor
      Shop.Size call Size ×2
      Shop.Price type Item
      Shop.Price.Price call check"
    `);
  });

  it('knows what locals, parameters and fields are', async () => {
    const body = `
      Item one = make(); one.sell(); var two = new Item(); two.sell(); var three = one.part(); three.use();
      this.store.open(); stock.open(); super.run(item, items); Util.check(item); com.acme.Util.deep();
      ((Special) item).only(); item.next.sell(); make().sell(); "x".trim(); Outer.this.close();`;
    expect(await inMethod(body, 'Store store, stock;')).toMatchInlineSnapshot(`
      "call make ×2
      call @Item | sell ×2
      call Item
      call @Item | part
      call @Item.part() | use
      call this.store | open
      read this | store
      call stock | open
      read stock
      call super | run
      call Util | check
      read Util
      call com.acme.Util | deep
      read com.acme | Util
      read com | acme
      read com
      call @Special | only
      call @Item.next | sell
      read @Item | next
      call make() | sell
      call @String | trim
      call @Outer | close
      read Outer"
    `);
  });

  it('knows the elements of containers, arrays, streams and optionals', async () => {
    const body = `
      for (Item each : items) each.a(); for (var each : byName.values()) each.b(); items.get(0).c(); shelf[1].d();
      items.forEach(each -> each.e()); items.stream().filter(each -> each.f()).findFirst().orElse(null).g();
      for (Map.Entry<String, Item> entry : byName.entrySet()) entry.getValue().h(); find().orElseThrow().i();`;
    expect(await inMethod(body, 'Map<String, Item> byName; Item[] shelf;')).toMatchInlineSnapshot(`
      "call @Item | a
      call byName | values
      read byName ×2
      call @Item*[] | b
      call @Item*[] | c
      call @Item* | get
      call shelf[] | d
      read shelf
      call @Item* | forEach
      call @Item*[] | e
      call @Item*[] | g
      call @Item* | orElse
      call @Item* | findFirst
      call @Item* | filter
      call @Item* | stream
      call @Item*[] | f
      call byName | entrySet
      call @Item*[] | h
      call @Item* | getValue
      call find()[] | i
      call find() | orElseThrow
      call find"
    `);
  });

  it('ends pattern variables with their statement unless the statement leaves early', async () => {
    const body = `
      if (o instanceof Cat c) c.purr(); else if (o instanceof Dog c) c.bark();
      if (!(o instanceof Bird b)) return; b.sing();
      switch (o) { case Fish f when f.wet() -> f.swim(); case Pair(Cat x, var y) -> { x.purr(); y.any(); } default -> {} }`;
    expect(await inMethod(body)).toMatchInlineSnapshot(`
      "read o ×4
      call @Cat | purr ×2
      call @Dog | bark
      call @Bird | sing
      call @Fish | wet
      call @Fish | swim
      call ? | any"
    `);
  });

  it('tells reads, writes and both apart and never takes a local for a free name', async () => {
    const body = `
      int n = 0; n += 1; total = n; total++; this.sum += n; item.price = MAX; label: for (;;) { break label; }
      run(x -> x + n, (int y) -> y, Item::name, this::run, Item::new); try (Reader r = open()) { r.read(); } catch (Err e) { e.log(); }
      switch (item.size()) { case SMALL: } switch (size) { case LARGE: }`;
    expect(await inMethod(body, 'int total, sum;')).toMatchInlineSnapshot(`
      "write total
      readwrite total
      readwrite this | sum
      write @Item | price
      read MAX
      call run
      read Item | name
      read Item ×2
      read this | run
      call open
      call @Reader | read
      call @Err | log
      call @Item | size
      read SMALL
      read size
      read LARGE"
    `);
  });

  it('takes neither the members nor the this of an anonymous class for those around it', async () => {
    const body = 'new Task() { int n; void help() {} public void run() { help(); n = 1; this.start(); outer(); } };';
    expect(await inMethod(body)).toMatchInlineSnapshot(`
      "call Task
      call @Task | start
      call outer"
    `);
  });
});

describe('Java content hashes', () => {
  it('do not change with comments and layout', async () => {
    expect(await changedSymbols(PATH, SHOP, relaidOut(SHOP))).toEqual([]);
  });

  it.each([
    ['MAX = 3', 'MAX = 4', ['variable Shop.MAX~1']],
    ['items.get(0)', 'items.get(1)', ['method Shop.find~1']],
    ['@Override', '@Inherited', ['method Shop.find~1']],
    ['<U> U as', '<V> U as', ['method Shop.as~1']],
    ['implements Open', 'implements Shut', ['class Shop~1']],
    ['LARGE(2)', 'LARGE(3)', ['variable Shop.Size.LARGE~1']],
    ['"x"', '"x "', ['class Shop~1']],
  ])('change when %s becomes %s', async (before, after, changed) => {
    expect(await changedSymbols(PATH, SHOP, SHOP.replace(before, after))).toEqual(changed);
  });
});
