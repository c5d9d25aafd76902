import { describe, expect, it } from 'vitest';
import { describeReferences, describeSymbols, factsOf } from '../../support/facts.js';

async function symbolsOf(text: string): Promise<string[]> {
  return describeSymbols(await factsOf('src/A.php', `<?php\n${text}`));
}

async function referencesOf(text: string, source?: string): Promise<string[]> {
  const lines = describeReferences(await factsOf('src/A.php', `<?php\n${text}`));
  return source === undefined
    ? lines
    : lines.filter((line) => line.startsWith(`${source} `)).map((line) => line.slice(source.length + 1));
}

async function complexityOf(body: string): Promise<number | null | undefined> {
  const facts = await factsOf('a.php', `<?php function f($a, $b) {\n${body}\n}\n`);
  return facts.symbols.find((symbol) => symbol.name === 'f')?.complexity;
}

async function hashesOf(text: string): Promise<Record<string, string>> {
  const facts = await factsOf('a.php', text);
  return Object.fromEntries(
    facts.symbols.map((symbol) => [`${symbol.qualifiedName}~${symbol.ordinal}`, symbol.contentHash as string]),
  );
}

describe('PHP definitions', () => {
  it('[U1] finds the symbols of a file with their types and visibility', async () => {
    expect(
      await symbolsOf(`
namespace App;
const TOP = 1;
define('OLD', 2);
abstract class User extends Base {
    const A = 1, B = self::A;
    private const C = 'x';
    public ?Post $post = null;
    protected static array $cache = [], $more;
    /** @var Post[] */
    private array $posts;
    /** @var array<int, \\Lib\\Tag>|null */
    private $tags;
    public function __construct(private readonly Log $log, int $n = 1) {
        $this->log = $log;
        $this->late = new Late();
    }
    abstract protected function abs(): static;
    public static function make(): self { return new static; }
    /** @return Post[] */
    function all(): array { return $this->posts; }
    function infer() { return $this->post ?? new Post(); }
}
interface Named { const X = 1; public function name(): string; }
trait Loud { public $volume; function shout() { return $this->volume; } }
enum Suit: string { case Hearts = 'H'; public function label(): string { return 'x'; } }
function top(User $u) { function nested() {} return make_it(); }
$script = new User();
`),
    ).toEqual([
      'variable TOP public → @int',
      'variable OLD public',
      'class User public',
      'variable User.A public → @int',
      'variable User.B public → this.A',
      'variable User.C private → @string',
      'variable User.$post public → @Post',
      'variable User.$cache protected → @array',
      'variable User.$more protected → @array',
      'variable User.$posts private → @Post*',
      'variable User.$tags private → @Lib::Tag*',
      'method User.__construct public c=1',
      'variable User.$log private → @Log',
      'variable User.$late public → @Late',
      'method User.abs protected → this',
      'method User.make public c=1 → this',
      'method User.all public c=1 → @Post*',
      'method User.infer public c=2 → this.$post',
      'interface Named public',
      'variable Named.X public → @int',
      'method Named.name public → @string',
      'trait Loud public',
      'variable Loud.$volume public',
      'method Loud.shout public c=1 → this.$volume',
      'enum Suit public',
      'variable Suit.Hearts public → this',
      'method Suit.label public c=1 → @string',
      'function top public c=1 → make_it()',
      'function top.nested public c=1',
    ]);
  });

  it('gives ranges in bytes, signatures and the comment above as documentation', async () => {
    const before = '<?php // é\n\n/**\n * Adds.\n *\n * @return int\n */\n';
    const facts = await factsOf(
      'a.php',
      `${before}#[Pure]\nfunction f(int $a, /* first */ $b = 1): int {\n  return 1;\n}\n`,
    );
    expect(facts.symbols.find((symbol) => symbol.name === 'f')).toMatchObject({
      signature: '#[Pure] function f(int $a, $b = 1): int',
      documentation: 'Adds.\n\n@return int',
      startByte: Buffer.byteLength(before),
      startLine: 8,
      endLine: 11,
    });
  });

  it.each([
    ['return 1;', 1],
    ['if ($a) {} elseif ($b) {} else {}', 3],
    ['if ($a) {} else if ($b) {}', 3],
    ['foreach ($a as $b) {}', 2],
    ['for (;;) {} while ($a) {} do {} while ($b);', 4],
    ['switch ($a) { case 1: case 2: break; default: }', 3],
    ['return match($a) { 1, 2 => 1, 3 => 2, default => 3 };', 3],
    ['try {} catch (A | B $e) {} catch (C) {} finally {}', 3],
    ['return $a ? 1 : ($b ?: 2);', 3],
    ['return $a && $b || ($a and $b or $a) ?? $b;', 6],
    ['$a ??= $b?->c;', 3],
    ['return fn($x) => $x ? 1 : 2;', 1],
    ['return function () { if ($a) {} };', 1],
  ])('[U1] measures the complexity of %j', async (body, expected) => {
    expect(await complexityOf(body)).toBe(expected);
  });
});

describe('PHP references', () => {
  it('[U1] reads namespaces, imports, includes and bases', async () => {
    expect(
      await referencesOf(`
namespace App\\Http;
use App\\Models\\User;
use Lib\\{Post, Sub\\Tag as T};
use function Lib\\help;
use const Lib\\LIMIT;
use Plain;
require_once __DIR__ . '/boot.php';
include 'x.php';
class A extends Base implements \\Root\\Face, T\\Inner, \\Countable {
    use Mixed, \\Lib\\Other;
}
`),
    ).toEqual([
      '(module) namespace App\\Http',
      '(module) import App\\Models | User as User',
      '(module) import Lib | Post as Post',
      '(module) import Lib\\Sub | Tag as T',
      '(module) import Lib | help as help',
      '(module) import Lib | LIMIT as LIMIT',
      '(module) import  | Plain as Plain',
      '(module) import ./boot.php | * as ',
      '(module) import x.php | * as ',
      '(module) import Root | Face as \\Root\\Face',
      '(module) import Lib\\Sub\\Tag | Inner as \\Lib\\Sub\\Tag\\Inner',
      '(module) import Lib | Other as \\Lib\\Other',
      'A inherit Base',
      'A inherit \\Root\\Face',
      'A inherit \\Lib\\Sub\\Tag\\Inner',
      'A inherit Mixed',
      'A inherit \\Lib\\Other',
    ]);
  });

  it('writes calls with what they are called on', async () => {
    expect(
      await referencesOf(
        `
namespace App;
class A extends B {
    private Store $store;
    /**
     * @param User[] $users
     * @param Doc $doc
     */
    function run(User $u, ?Post $p, User|null $q, array $users, $doc, Item ...$items) {
        $u->save();
        $p?->publish();
        $q->later();
        $doc->print();
        $items[0]->one();
        foreach ($users as $i => $user) { $user->each(); }
        foreach ($this->store as $row) { $row->read(); }
        $this->store->put(strlen('x'));
        $this->help();
        parent::run();
        self::build()->go();
        static::build();
        User::find(1)->touch();
        \\Lib\\Tool::use();
        namespace\\local();
        $made = new Made();
        $made->finish();
        new self;
        new class extends Anon { function x() { $this->inner(); } };
        if ($unknown instanceof Known && true) { $unknown->hit(); }
        $unknown->miss();
        try {} catch (Oops $e) { $e->show(); } catch (One|Two $f) { $f->hide(); }
        array_map([$this, 'each'], []);
        route([Other::class, 'index']);
        $doc->$dynamic();
        $f = fn(Inner $x) => $x->deep($u);
        $f(1);
        return helper($u);
    }
}
`,
        'A.run',
      ),
    ).toEqual([
      'type User ×3',
      'type Post',
      'type Item',
      'call @User | save',
      'call @Post | publish',
      'call @User | later',
      'call @Doc | print',
      'call @Item*[] | one',
      'call @User*[] | each',
      'read this | $store ×2',
      'call this.$store[] | read',
      'call this.$store | put',
      'call this | help',
      'call super | run',
      'call this.build() | go',
      'call this | build ×2',
      'call User.find() | touch',
      'call User | find',
      'type \\Lib\\Tool',
      'call \\Lib\\Tool | use',
      'call \\App\\local',
      'call Made',
      'call @Made | finish',
      'call A',
      'type Anon',
      'call @Anon | inner',
      'type Known',
      'call @Known | hit',
      'call ? | miss',
      'type Oops',
      'call @Oops | show',
      'type One',
      'type Two',
      'call ? | hide',
      'call this | each',
      'call route',
      'call Other | index',
      'type Other',
      'type Inner',
      'call @Inner | deep',
      'call helper',
    ]);
  });

  it('reads and writes members of known receivers', async () => {
    expect(
      await referencesOf(
        `
class A {
    private $n; static $count; const MAX = 1;
    function f(B $b) {
        $this->n = $b->size;
        $this->n += 1;
        self::$count++;
        $b->size = self::MAX + B::MIN + A::$count;
        [$this->x, $y] = [1, 2];
        $local = 1;
        return B::class;
    }
}
`,
        'A.f',
      ),
    ).toEqual([
      'type B ×3',
      'write this | $n',
      'read @B | $size',
      'readwrite this | $n',
      'readwrite this | $count',
      'write @B | $size',
      'read this | MAX',
      'read B | MIN',
      'type A',
      'read A | $count',
      'write this | $x',
    ]);
  });
});

describe('PHP structure hashes', () => {
  const source =
    '<?php\nclass A {\n  function f($a) {\n    if ($a) { return "x $a\\n"; }\n    return <<<X\n  a $a b\nX;\n  }\n}\nfunction g() { return [1, 2]; }\n';

  it('stay the same when comments or layout change', async () => {
    const edited =
      '<?php\n// one\nclass A\n{\n      /** doc */\n      function f($a) { # two\n  if ($a) {\n return "x $a\\n"; /* three */ }\n    return <<<X\n  a $a b\nX;\n  }\n}\nfunction g() { return [1,\n   2]; }\n';
    expect(await hashesOf(edited)).toEqual(await hashesOf(source));
  });

  it.each([
    ['a name', '($a) {\n', '($b) {\n'],
    ['text', '"x $', '"y $'],
    ['an escape', '\\n"', '\\t"'],
    ['text of a heredoc', 'a $a b', 'a $a c'],
    ['an operator', 'if ($a', 'if (!$a'],
  ])('change with %s', async (_what, before, after) => {
    const edited = source.replace(before, after);
    expect(edited).not.toBe(source);
    const [old, now] = [await hashesOf(source), await hashesOf(edited)];
    expect(now['A.f~1']).not.toBe(old['A.f~1']);
    expect(now['g~1']).toBe(old['g~1']);
  });
});

describe('PHP sources with mistakes', () => {
  it('extracts what stands around them', async () => {
    const facts = await factsOf(
      'a.php',
      '<?php\nfunction ok() {}\nclass B { function m( { } }\nfunction after() { ok(); }\n',
    );
    expect(facts.errorCount).toBeGreaterThan(0);
    expect(describeSymbols(facts)).toContain('function ok public c=1');
    expect(describeReferences(facts).some((line) => line.endsWith('call ok'))).toBe(true);
  });

  it('does not fail on any prefix of a source', async () => {
    const text =
      '<?php namespace A; use B\\{C, D as E}; abstract class F extends \\G implements H { use I { a as b; } private ?J $k = null, $l; function m(N|O $p = new Q, ...$r): static { foreach ($r as $s => [$t]) { $this->u[$s]?->v(...); } return match(1) { 1 => self::$w, }; } } enum X: int { case Y = 1; }';
    for (let length = 0; length <= text.length; length++) {
      expect((await factsOf('a.php', text.slice(0, length))).symbols[0]?.nodeType).toBe('module');
    }
  });
});
