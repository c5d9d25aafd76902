import { describe, expect, it } from 'vitest';
import { describeReferences, describeSymbols, factsOf } from '../../support/facts.js';
import { changedSymbols, relaidOut, textOfSymbol } from '../../support/language-laws.js';

const PATH = 'src/shop.hpp';

async function symbols(text: string, path = PATH): Promise<string> {
  return describeSymbols(await factsOf(path, text)).join('\n');
}

async function references(text: string, path = PATH): Promise<string> {
  return describeReferences(await factsOf(path, text)).join('\n');
}

/** References of the statements in a function, without its types. */
async function inFunction(body: string): Promise<string> {
  const text = `void run(const Item &item, std::shared_ptr<Item> held, const std::vector<Item *> &items) {\n${body}\n}`;
  const facts = await factsOf('src/shop.cpp', text);
  return describeReferences(facts)
    .filter((line) => line.startsWith('run ') && !line.startsWith('run type'))
    .map((line) => line.slice('run '.length))
    .join('\n');
}

async function complexity(body: string): Promise<number | null | undefined> {
  const facts = await factsOf('src/shop.cpp', `int f(int &&a, int b) {\n${body}\n}`);
  return facts.symbols.find((symbol) => symbol.name === 'f')?.complexity;
}

const SHOP = `#pragma once
#include <vector>
#include "base/store.hpp"
using namespace std;
using std::string;
namespace files = std::filesystem;

namespace acme { namespace shops {
using Items = std::vector<Item>;

/// Größe 📐 of a shop.
template <typename T, int N = 3, class... Args>
class Shop final : public Store<T>, private virtual base::Closable {
public:
  static const int kMax = 3;
  std::vector<Item> items;
  std::unique_ptr<Item> best{nullptr};
  Item *first = nullptr, last;
  Shop(int size, Item &seed) : Store(size), items(seed.all()), best{make()} { open(); }
  explicit Shop() = default;
  virtual ~Shop();
  virtual int sell(const Item &item) const override = 0;
  auto top() const -> Item * { return first; }
  auto size() { return items; }
  template <class U> U as(U other) { return other; }
  Shop &operator+=(const Shop &other) { return *this; }
  operator bool() const { return true; }
  static Shop make(int);
  friend class Owner;
  friend void swap(Shop &a, Shop &b);
  enum class Size : int { Small, Large = 2 };
  struct Shelf { int width; void clear(); };
protected:
  int stock;
private:
  int hidden() { return stock; }
};
template <> class Shop<int> {};
enum Plain { FIRST };
static void helper(Item item) {}
namespace { int unseen() { return 1; } }
}}
`;

const DEFINITIONS = `#include "shop.hpp"
namespace acme {
int shops::Shop<int>::sell(const Item &item) const { return this->stock + item.price(); }
}
acme::Shop::~Shop() { close(); }
template <typename T> Shop<T>::Shop(int size) : items(size) {}
void Shop::Shelf::clear() { width = 0; }
int Shop::kMax = 3;
TEST(ShopTest, Sells) { run(); }
NODE_METHOD(Shop::js_sell) { run(); }
class EXPORT Widget : public Base { public: void draw(); private: int size; };
extern "C" { int plain(void) { return 0; } }
`;

describe('C++ symbols', () => {
  it('extracts classes with members declared and defined, templates, enums, aliases and functions', async () => {
    expect(await symbols(SHOP)).toMatchInlineSnapshot(`
      "type Items public → @Item*
      class Shop public
      variable Shop.kMax public
      variable Shop.items public → @Item*
      variable Shop.best public → @Item
      variable Shop.first public → @Item
      variable Shop.last public → @Item
      method Shop.Shop public c=1
      method Shop.Shop~2 public
      method Shop.~Shop public
      method Shop.sell public
      method Shop.top public c=1 → @Item
      method Shop.size public c=1 → items
      method Shop.as public c=1
      method Shop.operator+= public c=1 → @Shop
      method Shop.operator bool public c=1
      method Shop.make public → @Shop
      enum Shop.Size public
      variable Shop.Size.Small public → @Size
      variable Shop.Size.Large public → @Size
      struct Shop.Shelf public
      variable Shop.Shelf.width public
      method Shop.Shelf.clear public
      variable Shop.stock protected
      method Shop.hidden private c=1
      class Shop~2 public
      enum Plain public
      variable FIRST public → @Plain
      function helper internal c=1
      function unseen private c=1"
    `);
  });

  it('gives members that are defined outside of their class to the class', async () => {
    expect(await symbols(DEFINITIONS, 'src/shop.cpp')).toMatchInlineSnapshot(`
      "method Shop.sell public c=1
      method Shop.~Shop public c=1
      method Shop.Shop public c=1
      method Shop.Shelf.clear public c=1
      variable Shop.kMax public
      function TEST_ShopTest_Sells public c=1
      method Shop.js_sell public c=1
      class Widget public
      method Widget.draw public
      variable Widget.size private
      function plain public c=1"
    `);
  });

  it('reads headers of C', async () => {
    const text =
      'struct s { int a; };\ntypedef struct { int b; } t;\nint f(struct s *x);\nstatic inline int g(struct s *x) { return x->a; }\n';
    expect(await symbols(text, 'include/s.h')).toMatchInlineSnapshot(`
      "struct s public
      variable s.a public
      struct t public
      variable t.b public
      function g internal c=1"
    `);
  });

  it('counts ranges in bytes and takes the comment above the template as documentation', async () => {
    const facts = await factsOf(PATH, SHOP);
    const shop = facts.symbols.find((symbol) => symbol.name === 'Shop');
    expect(shop?.documentation).toBe('Größe 📐 of a shop.');
    expect(shop?.signature).toMatch(
      /^template <typename T, int N = 3, class... Args> class Shop final : public Store<T>/,
    );
    expect(await textOfSymbol(PATH, SHOP, 'Shop.kMax')).toBe('static const int kMax = 3;');
    expect(await textOfSymbol(PATH, SHOP, 'Shop.as')).toBe('template <class U> U as(U other) { return other; }');
  });

  it('keeps what stands around a syntax error', async () => {
    const facts = await factsOf(PATH, 'int before() { return 1; }\nint x = ;\nint after() { return go(); }\n');
    expect(facts.errorCount).toBeGreaterThan(0);
    expect(facts.firstErrorLine).toBe(2);
    expect(describeSymbols(facts)).toContain('function before public c=1');
    expect(describeReferences(facts)).toContain('after call go');
  });

  it('does not fail on any prefix of a source', async () => {
    for (let length = 0; length < SHOP.length; length += 7) await factsOf(PATH, SHOP.slice(0, length));
    for (let length = 0; length < DEFINITIONS.length; length += 7) await factsOf(PATH, DEFINITIONS.slice(0, length));
  });
});

describe('C++ complexity', () => {
  it.each([
    ['return 1;', 1],
    ['if (a) {} else if (b) {} else {}', 3],
    ['for (;;) {} for (auto &x : xs) {} while (a) {} do {} while (b);', 5],
    ['return a && b || a ? 1 : 2;', 4],
    ['return a and b or a;', 3],
    ['switch (a) { case 1: case Color::Red: break; default: break; }', 3],
    ['try { } catch (const A &e) { } catch (...) { }', 3],
    ['auto &&x = g(); auto l = [&](int &&y) { return y && a; }; h(static_cast<T &&>(x));', 1],
  ])('[U1] counts the decisions of %s', async (body, expected) => {
    expect(await complexity(body)).toBe(expected);
  });
});

describe('C++ references', () => {
  it('extracts includes, namespaces, heritage, types and initialisers', async () => {
    expect(await references(SHOP)).toMatchInlineSnapshot(`
      "(module) import <vector> | * as *
      (module) import base/store.hpp | * as *
      (module) import std | string as string
      (module) namespace acme
      (module) namespace acme.shops
      Items type std | vector
      Items type Item
      Shop inherit Store
      Shop inherit base | Closable
      Shop type Item
      Shop type Owner
      Shop type Shop ×2
      Shop.items type std | vector
      Shop.items type Item
      Shop.best type std | unique_ptr
      Shop.best type Item
      Shop.Shop type Item
      Shop.Shop call Store
      Shop.Shop write this | items
      Shop.Shop call @Item | all
      Shop.Shop write this | best
      Shop.Shop call make
      Shop.Shop call open
      Shop.sell type Item
      Shop.top type Item
      Shop.top read first
      Shop.size read items
      Shop.operator+= type Shop ×2
      Shop.make type Shop
      Shop.hidden read stock
      helper type Item"
    `);
    expect(await references(DEFINITIONS, 'src/shop.cpp')).toMatchInlineSnapshot(`
      "(module) import shop.hpp | * as *
      (module) namespace acme
      Shop.sell type Item
      Shop.sell read this | stock
      Shop.sell call @Item | price
      Shop.~Shop call close
      Shop.Shop write this | items
      Shop.Shelf.clear write width
      TEST_ShopTest_Sells type ShopTest
      TEST_ShopTest_Sells type Sells
      TEST_ShopTest_Sells call run
      Shop.js_sell type Shop | js_sell
      Shop.js_sell call run
      Widget inherit Base"
    `);
  });

  it('knows what locals, parameters, pointers and paths are', async () => {
    const body = `
      auto a = new Item(1); a->a1(); auto b = std::make_unique<Item>(2); b->b1(); b.get()->b2(); Item c(3); c.c1(); Item d{4}; d.d1();
      auto e = Item(5); e.e1(); auto f = static_cast<Item *>(raw); f->f1(); item.i1(); held->h1(); (*held).h2(); held.get()->h3();
      acme::shops::make(); Shop::make(1).sell(); ::global(); std::move(item).m1(); item.part<int>(3); build<int>(4); this->self();
      Shop<int> s; s.s1(); s.Store<int>::s2(); if (auto g = dynamic_cast<Gift *>(a)) g->g1(); try { } catch (const Err &x) { x.what(); }
      auto h = [&, a](Item *y) { return y->y1() + a->a2(); }; h(a);`;
    expect(await inFunction(body)).toMatchInlineSnapshot(`
      "call Item ×4
      call @Item | a1
      call std | make_unique
      call @Item | b1
      call @Item | b2
      call @Item | c1
      call @Item | d1
      call Item() | e1
      read raw
      call @Item | f1
      call @Item | i1
      call @Item | h1
      call @Item | h3
      call acme.shops | make
      call Shop.make() | sell
      call Shop | make
      call global
      call @Item | m1
      call std | move
      call @Item | part
      call build
      call this | self
      call @Shop | s1
      call @Shop | s2
      call @Gift | g1
      call @Err | what
      call @Item | y1
      call @Item | a2"
    `);
  });

  it('knows the elements of containers and the values of maps', async () => {
    const body = `
      for (auto &each : items) each->a(); for (Item *each : items) each->b(); items[0]->c(); items.front()->d();
      std::map<std::string, Item> byName; for (const auto &[key, each] : byName) each.e(key); byName["x"].f();
      byName.find("x")->second.g(); for (auto &pair : byName) pair.second.h(); Item shelf[3]; shelf[1].i();`;
    expect(await inFunction(body)).toMatchInlineSnapshot(`
      "call @Item*[] | a
      call @Item | b
      call @Item*[] | c
      call @Item*[] | d
      call @Item* | front
      call @Item*[] | e
      call @Item*[] | f
      call @Item*[] | g
      read @Item*[] | second ×2
      call @Item* | find
      call @Item*[] | h
      call @Item*[] | i"
    `);
  });

  it('tells reads, writes and both apart and never takes a local for a free name', async () => {
    const body = `
      int n = 0; n += 1; total = n; total++; this->sum += n; Shop::kMax = 4; item.price = LIMIT; auto [p, q] = pair(); p = q;
      std::sort(items.begin(), items.end(), [k = n](auto x, auto y) { return x < y + k; }); goto end; end: delete raw;
      using acme::thing; switch (n) { case Size::Small: case FIRST: break; } std::cout << p; [[maybe_unused]] int u = nullptr == 0;`;
    expect(await inFunction(body)).toMatchInlineSnapshot(`
      "write total
      readwrite total
      readwrite this | sum
      write Shop | kMax
      write @Item | price
      read LIMIT
      call pair
      call std | sort
      call @Item* | begin
      call @Item* | end
      read raw
      read Size | Small
      read FIRST
      read std | cout"
    `);
  });
});

describe('C++ content hashes', () => {
  it('do not change with comments and layout', async () => {
    expect(await changedSymbols(PATH, SHOP, relaidOut(SHOP))).toEqual([]);
    expect(await changedSymbols(PATH, DEFINITIONS, relaidOut(DEFINITIONS))).toEqual([]);
  });

  it.each([
    ['kMax = 3', 'kMax = 4', ['variable Shop.kMax~1']],
    ['return first', 'return 0', ['method Shop.top~1']],
    ['override = 0', '= 0', ['method Shop.sell~1']],
    ['operator+=', 'operator-=', ['class Shop~1', 'method Shop.operator+=~1', 'method Shop.operator-=~1']],
    ['private virtual base', 'virtual base', ['class Shop~1']],
    ['Large = 2', 'Large = 3', ['enum Shop.Size~1', 'variable Shop.Size.Large~1']],
    ['items(seed.all())', 'items(seed.some())', ['method Shop.Shop~1']],
  ])('change when %s becomes %s', async (before, after, changed) => {
    expect(await changedSymbols(PATH, SHOP, SHOP.replace(before, after))).toEqual(changed);
  });
});
