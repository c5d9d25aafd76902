import { describe, expect, it } from 'vitest';
import { edgesOf } from '../support/edges.js';

/** The law: each language's own rules say which files see each other, and what a name means there. */
describe('binding of Python', () => {
  it('follows absolute and relative imports, packages, submodules and re-exports', async () => {
    const edges = await edgesOf(
      {
        'src/pkg/__init__.py': 'from .core import Engine\nfrom . import util as tools\n',
        'src/pkg/core.py':
          'class Engine:\n    def start(self):\n        return self.stop()\n    def stop(self):\n        pass\n',
        'src/pkg/util.py': 'def helper():\n    pass\n',
        'tests/test_it.py':
          'import pkg.util\nfrom pkg import Engine, tools\n\ndef test():\n    Engine().start()\n    tools.helper()\n    pkg.util.helper()\n',
      },
      ['call'],
    );
    expect(edges).toEqual([
      'src/pkg/core.py#Engine.start(method) call src/pkg/core.py#Engine.stop(method) [self]',
      'tests/test_it.py#test(function) call src/pkg/core.py#Engine(class) [import]',
      'tests/test_it.py#test(function) call src/pkg/core.py#Engine.start(method) [receiver]',
      'tests/test_it.py#test(function) call src/pkg/util.py#helper(function) [import]',
    ]);
  });

  it('finds inherited members through bases of other files', async () => {
    const edges = await edgesOf(
      {
        'a.py': 'class Base:\n    def run(self):\n        pass\n',
        'b.py': 'import a\n\nclass Child(a.Base):\n    def go(self):\n        self.run()\n        super().run()\n',
      },
      ['call', 'inheritance'],
    );
    expect(edges).toEqual([
      'b.py#Child(class) inheritance a.py#Base(class) [import]',
      'b.py#Child.go(method) call a.py#Base.run(method) [inheritance]',
    ]);
  });
});

describe('binding of Go', () => {
  it('sees its own package, follows imports to folders and methods to their type', async () => {
    const edges = await edgesOf(
      {
        'store/store.go':
          'package store\n\ntype Store struct{ name string }\n\nfunc New() *Store { return &Store{} }\n',
        'store/get.go': 'package store\n\nfunc (s *Store) Get() string { return normalize(s.name) }\n',
        'store/util.go': 'package store\n\nfunc normalize(s string) string { return s }\n',
        'main.go':
          'package main\n\nimport "example.org/app/store"\n\nfunc main() {\n\ts := store.New()\n\ts.Get()\n\tnormalize()\n}\n',
      },
      ['call', 'containment'],
    );
    expect(edges).toContain('main.go#main(function) call store/store.go#New(function) [import]');
    expect(edges).toContain('main.go#main(function) call store/get.go#Store.Get(method) [receiver]');
    expect(edges).toContain('store/get.go#Store.Get(method) call store/util.go#normalize(function) [namespace]');
    expect(edges).toContain('store/store.go#Store(struct) containment store/get.go#Store.Get(method) [-]');
    expect(edges.filter((edge) => edge.includes('main(function) call store/util.go'))).toEqual([]);
  });
});

describe('binding of Rust', () => {
  it('walks module paths, use declarations, impl blocks and trait defaults', async () => {
    const edges = await edgesOf(
      {
        'src/lib.rs':
          'mod shapes;\npub mod util;\nuse crate::shapes::{Area, Square};\npub fn total(s: Square) -> u32 { s.area() + util::twice(1) + s.describe() }\n',
        'src/shapes.rs':
          'use super::util::twice;\npub trait Area { fn area(&self) -> u32; fn describe(&self) -> u32 { self.area() } }\npub struct Square { side: u32 }\nimpl Square { pub fn new() -> Self { Square { side: twice(2) } } }\nimpl Area for Square { fn area(&self) -> u32 { crate::util::twice(self.side) } }\n',
        'src/util.rs': 'pub fn twice(n: u32) -> u32 { n * 2 }\n',
      },
      ['call', 'inheritance'],
    );
    expect(edges).toContain('src/lib.rs#total(function) call src/shapes.rs#Square.area(method) [receiver]');
    expect(edges).toContain('src/lib.rs#total(function) call src/util.rs#twice(function) [import]');
    expect(edges).toContain('src/lib.rs#total(function) call src/shapes.rs#Area.describe(method) [receiver]');
    expect(edges).toContain('src/shapes.rs#Square(struct) inheritance src/shapes.rs#Area(trait) [scope]');
    expect(edges).toContain('src/shapes.rs#Square.area(method) call src/util.rs#twice(function) [import]');
    expect(edges).toContain('src/shapes.rs#Square.new(method) call src/util.rs#twice(function) [import]');
  });
});

describe('binding of Java and C#', () => {
  it('sees the package, imports by name and by star, and members of bases without this', async () => {
    const edges = await edgesOf(
      {
        'src/com/acme/Base.java': 'package com.acme;\npublic class Base { protected void log() {} }\n',
        'src/com/acme/tools/Tool.java':
          'package com.acme.tools;\npublic class Tool { public static int run() { return 1; } }\n',
        'test/com/acme/App.java':
          'package com.acme;\nimport com.acme.tools.*;\nclass App extends Base { void go() { log(); Tool.run(); com.acme.tools.Tool.run(); new Helper().help(); } }\nclass Helper { void help() {} }\n',
        'other/Base.java': 'package other;\npublic class Base { void log() {} }\n',
      },
      ['call', 'inheritance'],
    );
    expect(edges).toEqual([
      'test/com/acme/App.java#App(class) inheritance src/com/acme/Base.java#Base(class) [namespace]',
      'test/com/acme/App.java#App.go(method) call src/com/acme/Base.java#Base.log(method) [inheritance]',
      'test/com/acme/App.java#App.go(method) call src/com/acme/tools/Tool.java#Tool.run(method) [self]',
      'test/com/acme/App.java#App.go(method) call test/com/acme/App.java#Helper(class) [scope]',
      'test/com/acme/App.java#App.go(method) call test/com/acme/App.java#Helper.help(method) [receiver]',
    ]);
  });

  it('sees enclosing namespaces and using directives', async () => {
    const edges = await edgesOf(
      {
        'A.cs': 'namespace Acme { public class Clock { public int Now() { return 1; } } }\n',
        'B.cs':
          'using Acme.Tools;\nnamespace Acme.Web { class Page { Clock clock = new Clock(); int Show() { return clock.Now() + Math2.Twice(2); } } }\n',
        'C.cs':
          'namespace Acme.Tools { public static class Math2 { public static int Twice(int n) { return n * 2; } } }\n',
      },
      ['call'],
    );
    expect(edges).toContain('B.cs#Page.Show(method) call A.cs#Clock.Now(method) [receiver]');
    expect(edges.some((edge) => edge.startsWith('B.cs#Page.Show(method) call C.cs#Math2.Twice(method)'))).toBe(true);
  });
});

describe('binding of C and C++', () => {
  it('binds through includes and, for what is not static, through the linker', async () => {
    const edges = await edgesOf(
      {
        'list.h': 'struct list { int n; };\nstatic inline int list_size(struct list *l) { return l->n; }\n',
        'list.c':
          '#include "list.h"\nstatic int grow(void) { return 1; }\nint list_push(struct list *l) { return grow() + list_size(l); }\n',
        'main.c': '#include "list.h"\nint main(void) { struct list l; list_push(&l); grow(); return list_size(&l); }\n',
      },
      ['call'],
    );
    expect(edges).toEqual([
      'list.c#list_push(function) call list.c#grow(function) [scope]',
      'list.c#list_push(function) call list.h#list_size(function) [include]',
      'main.c#main(function) call list.c#list_push(function) [linkage]',
      'main.c#main(function) call list.h#list_size(function) [include]',
    ]);
  });

  it('finds namespaces, out-of-line members and the type of a receiver', async () => {
    const edges = await edgesOf(
      {
        'box.hpp':
          'namespace ui {\nclass Box { public: void open(); int size() { return 1; } };\nint area(int n);\n}\n',
        'box.cpp':
          '#include "box.hpp"\nnamespace ui {\nvoid Box::open() { size(); }\nint area(int n) { return n; }\n}\n',
        'main.cpp': '#include "box.hpp"\nint main() { ui::Box box; box.open(); return ui::area(2); }\n',
      },
      ['call'],
    );
    expect(edges).toContain('box.cpp#Box.open(method) call box.hpp#Box.size(method) [self]');
    expect(edges.some((edge) => edge.startsWith('main.cpp#main(function) call box.cpp#Box.open(method)'))).toBe(true);
    expect(edges.some((edge) => edge.startsWith('main.cpp#main(function) call box.cpp#area(function)'))).toBe(true);
  });
});

describe('binding of Ruby', () => {
  it('finds constants, modules that are mixed in, and methods of the own class', async () => {
    const edges = await edgesOf(
      {
        'lib/walker.rb': 'module Walker\n  def walk\n    step\n  end\nend\n',
        'lib/dog.rb':
          "require_relative 'walker'\n\nclass Dog\n  include Walker\n  def run\n    walk\n    helper\n  end\n  def helper\n  end\nend\n",
        'main.rb': "require_relative 'lib/dog'\n\ndef main\n  Dog.new.run\nend\n",
      },
      ['call', 'inheritance'],
    );
    expect(edges).toContain('lib/dog.rb#Dog.run(method) call lib/dog.rb#Dog.helper(method) [self]');
    expect(edges).toContain('lib/dog.rb#Dog.run(method) call lib/walker.rb#Walker.walk(method) [inheritance]');
    expect(edges.some((edge) => edge.startsWith('main.rb#main(function) call lib/dog.rb#Dog.run(method)'))).toBe(true);
  });
});
