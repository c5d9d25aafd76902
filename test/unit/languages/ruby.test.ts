import { describe, expect, it } from 'vitest';
import { describeReferences, describeSymbols, factsOf } from '../../support/facts.js';

async function symbolsOf(text: string): Promise<string[]> {
  return describeSymbols(await factsOf('lib/a.rb', text));
}

async function referencesOf(text: string, source?: string): Promise<string[]> {
  const lines = describeReferences(await factsOf('lib/a.rb', text));
  return source === undefined
    ? lines
    : lines.filter((line) => line.startsWith(`${source} `)).map((line) => line.slice(source.length + 1));
}

async function complexityOf(body: string): Promise<number | null | undefined> {
  const facts = await factsOf('a.rb', `def f(a, b)\n${body}\nend\n`);
  return facts.symbols.find((symbol) => symbol.name === 'f')?.complexity;
}

async function hashesOf(text: string): Promise<Record<string, string>> {
  const facts = await factsOf('a.rb', text);
  return Object.fromEntries(
    facts.symbols.map((symbol) => [`${symbol.qualifiedName}~${symbol.ordinal}`, symbol.contentHash as string]),
  );
}

describe('Ruby definitions', () => {
  it('[U1] finds the symbols of a file with their types and visibility', async () => {
    expect(
      await symbolsOf(`
module Shop
  VERSION = "1"
  module Priced
    def price = amount * 2
  end
  module Helpers
    module_function
    def round(x) = x
  end
  class Cart < Base
    LIMIT ||= 10
    attr_reader :items
    attr_accessor :owner
    @@count = 0
    Line = Struct.new(:sku, :count) do
      def total = sku
    end
    class << self
      def build(owner) = new(owner)
      private
      def hidden; end
    end
    def initialize(owner)
      @owner = owner
      @items = [Item.new]
      @store = nil
    end
    def self.find(id)
      return nil unless id
      new(id)
    end
    def store
      @store ||= Store.new
    end
    def ==(other) = other
    def total=(value); end
    alias size count
    private def secret; end
    protected
    def guarded; end
    def opened; end
    public :opened
    private
    def last_one; end
  end
  class Admin::User; end
end
def top; end
def Shop.helper; end
`),
    ).toEqual([
      'module Shop public',
      'variable Shop.VERSION public → @String',
      'module Shop.Priced public',
      'method Shop.Priced.price public c=1',
      'module Shop.Helpers public',
      'method Shop.Helpers.round public c=1',
      'class Shop.Cart public',
      'variable Shop.Cart.LIMIT public → @Integer',
      'method Shop.Cart.items public → this.@items',
      'method Shop.Cart.owner public → this.@owner',
      'method Shop.Cart.owner= public',
      'variable Shop.Cart.@@count private → @Integer',
      'class Shop.Cart.Line public',
      'method Shop.Cart.Line.sku public → this.@sku',
      'method Shop.Cart.Line.sku= public',
      'method Shop.Cart.Line.count public → this.@count',
      'method Shop.Cart.Line.count= public',
      'method Shop.Cart.Line.total public c=1 → sku()',
      'method Shop.Cart.build public c=1 → this',
      'method Shop.Cart.hidden private c=1',
      'method Shop.Cart.initialize public c=1',
      'variable Shop.Cart.@owner private',
      'variable Shop.Cart.@items private → @Item*',
      'variable Shop.Cart.@store private → @Store',
      'method Shop.Cart.find public c=2 → this',
      'method Shop.Cart.store public c=2 → @Store',
      'method Shop.Cart.== public c=1',
      'method Shop.Cart.total= public c=1',
      'method Shop.Cart.size public → this.count()',
      'method Shop.Cart.secret private c=1',
      'method Shop.Cart.guarded protected c=1',
      'method Shop.Cart.opened public c=1',
      'method Shop.Cart.last_one private c=1',
      'class Shop.Admin.User public',
      'function top public c=1',
      'method Shop.helper public c=1',
    ]);
  });

  it('gives ranges in bytes, signatures and the comment above as documentation', async () => {
    const facts = await factsOf(
      'a.rb',
      'X = "é"\n\n# Adds.\n# Twice.\ndef f(a, # first\n      b: 1)\n  a\nend\n\n# far\n\ndef g; end\n',
    );
    expect(facts.symbols.find((symbol) => symbol.name === 'f')).toMatchObject({
      signature: 'def f(a, b: 1)',
      documentation: 'Adds.\nTwice.',
      startByte: Buffer.byteLength('X = "é"\n\n# Adds.\n# Twice.\n'),
      startLine: 5,
      endLine: 8,
    });
    expect(facts.symbols.find((symbol) => symbol.name === 'g')).toMatchObject({
      signature: 'def g',
      documentation: null,
    });
  });

  it.each([
    ['a', 1],
    ['if a then 1 elsif b then 2 else 3 end', 3],
    ['a unless b', 2],
    ['unless a then b end', 2],
    ['a while b', 2],
    ['until a do end', 2],
    ['for i in a do end', 2],
    ['case a when 1, 2 then 1 when 3 then 2 else 3 end', 3],
    ['case a\nin [x] if x then 1\nin {y:} then 2\nend', 4],
    ['begin\n a\nrescue A\n b\nrescue\n 1\nelse\n 2\nensure\n 3\nend', 3],
    ['a rescue b', 2],
    ['a && b || (a and b)', 4],
    ['a ? 1 : 2', 2],
    ['@a ||= b', 2],
    ['a&.b', 2],
    ['a.each { |x| x if b }', 2],
    ['->(x) { x if b }', 1],
    ['lambda { |x| x if b }', 1],
  ])('[U1] measures the complexity of %j', async (body, expected) => {
    expect(await complexityOf(body)).toBe(expected);
  });
});

describe('Ruby references', () => {
  it('[U1] reads what a file requires and mixes in', async () => {
    expect(
      await referencesOf(`
require 'json'
require_relative 'b/c'
require_relative '../d'
require dynamic
class A < B::C
  include M, ::N
  extend O::P
  prepend Q
end
`),
    ).toEqual([
      '(module) import json | * as ',
      '(module) import ./b/c | * as ',
      '(module) import ../d | * as ',
      '(module) call dynamic',
      'A inherit B | C',
      'A inherit M',
      'A inherit N',
      'A inherit O | P',
      'A inherit Q',
    ]);
  });

  it('writes calls with what they are called on', async () => {
    expect(
      await referencesOf(
        `
class A
  before_action :check
  def run(arg, opt = Option.new, *rest, key: 1, **others, &blk)
    helper
    helper2 1
    name.trim
    self.title = arg
    @store.save(opt)
    opt.use
    local = B::C.new(1)
    local.go
    local
    arg.each { |item| item.visit }
    @lines.each { |line, i| line.skip }
    @lines.each { |line| line.visit }
    [Part.new].each_with_index { |part, i| part.fit }
    build.tap { |made| made.finish }
    @lines.map(&:total)
    send(:later)
    ::Top.start
    Deep::Path.call_it
    "text".upcase.strip
    super
    super(arg)
    self.class.make
    count += 1
    f = method(:handler)
    call_with(name:, local:)
  end
end
`,
        'A.run',
      ),
    ).toEqual([
      'call Option',
      'call helper',
      'call helper2',
      'call name() | trim',
      'call name ×2',
      'call this | title=',
      'call this.@store | save',
      'read this | @store',
      'call @Option | use',
      'call B | C',
      'call @B::C | go',
      'call ? | visit',
      'call this.@lines | each ×2',
      'read this | @lines ×3',
      'call ? | skip',
      'call this.@lines[] | visit',
      'call Part',
      'call @Part | fit',
      'call build',
      'call build() | finish',
      'call this.@lines | map',
      'call this.@lines[] | total',
      'call this | later',
      'call Top | start',
      'read Top',
      'call Deep.Path | call_it',
      'read Deep | Path',
      'read Deep',
      'call super | run ×2',
      'call this | make',
      'call this | handler',
      'call call_with',
    ]);
  });

  it('knows locals from methods by what was assigned before', async () => {
    expect(
      await referencesOf(
        `
def f(given)
  later = given
  later
  given
  first, (second, *third) = pair
  begin; rescue Oops, Bad => e; e; rescue One => one; one.show; end
  [1].each { |x; y| x + first + second + third.size }
  case given
  in {name: String => n, age:} then n + age
  in [Integer, *others] then others
  in Point(x:) then x
  end
  for i in list do i end
  outer = 1
end
outer
`,
      ),
    ).toEqual([
      '(module) call outer',
      'f call pair',
      'f type Oops',
      'f type Bad',
      'f type One',
      'f call @One | show',
      'f type Point',
      'f call list',
    ]);
  });
});

describe('Ruby structure hashes', () => {
  const source = 'class A\n  def f(a)\n    if a then "x #{a}\\n" else [1, 2] end\n  end\nend\ndef g; 1; end\n';

  it('stay the same when comments or layout change', async () => {
    const edited =
      '# Above.\nclass A # one\n=begin\nblock\n=end\n\n      def f(a)\n  # inside\n  if a then "x #{a}\\n" else [1,\n 2] end\n  end\nend\ndef g; 1; end\n';
    expect(await hashesOf(edited)).toEqual(await hashesOf(source));
  });

  it.each([
    ['a name', '(a)\n', '(b)\n'],
    ['text', '"x #', '"y #'],
    ['an escape', '\\n"', '\\t"'],
    ['an operator', 'if a', 'if !a'],
    ['a value', '[1', '[3'],
  ])('change with %s', async (_what, before, after) => {
    const edited = source.replace(before, after);
    expect(edited).not.toBe(source);
    const [old, now] = [await hashesOf(source), await hashesOf(edited)];
    expect(now['A.f~1']).not.toBe(old['A.f~1']);
    expect(now['g~1']).toBe(old['g~1']);
  });
});

describe('Ruby sources with mistakes', () => {
  it('extracts what stands around them', async () => {
    const facts = await factsOf('a.rb', 'def ok; end\n\ndef broken(\n  x ==\nend\n\ndef after\n  ok\nend\n');
    expect(facts.errorCount).toBeGreaterThan(0);
    expect(describeSymbols(facts)).toContain('function ok public c=1');
    expect(facts.symbols.some((symbol) => symbol.name === 'after')).toBe(true);
  });

  it('does not fail on any prefix of a source', async () => {
    const text =
      'class A < B::C\n  attr_reader :x\n  private def f(a, b: 1, *c) = @x ||= D.new { |e, (g, h)| e&.i }\n  X = Struct.new(:a) do end\n  case a\n  in {b: C => d} then d\n  end\nend\n';
    for (let length = 0; length <= text.length; length++) {
      expect((await factsOf('a.rb', text.slice(0, length))).symbols[0]?.nodeType).toBe('module');
    }
  });
});
