import { describe, expect, it } from 'vitest';
import { edgesOf } from '../support/edges.js';

/** The law: a name binds to what the language's own rules say it means, or to nothing. */
describe('binding of JavaScript and TypeScript', () => {
  it('follows named, default and namespace imports, aliases, barrels and re-exports', async () => {
    const edges = await edgesOf(
      {
        'lib/a.ts': 'export function one() {}\nexport default function two() {}\nfunction hidden() {}',
        'lib/b.ts': "export { one as uno } from './a';\nexport * as all from './a';",
        'lib/index.ts': "export * from './b.js';\nexport { default } from './a';",
        'main.ts': [
          "import two, { uno as first, all } from './lib';",
          "import * as a from './lib/a.js';",
          'export function run() { two(); first(); all.one(); a.one(); a.hidden(); }',
        ].join('\n'),
      },
      ['call'],
    );
    expect(edges).toEqual([
      'main.ts#run(function) call lib/a.ts#one(function) [import]',
      'main.ts#run(function) call lib/a.ts#two(function) [import]',
    ]);
  });

  it('does not bind a name that merely exists elsewhere in the project', async () => {
    const edges = await edgesOf({
      'a.ts': 'export function parse() {}\nexport class Box { open() {} }',
      'b.ts': "import { parse } from 'somewhere';\nexport function run(box: Box) { parse(); box.open(); helper(); }",
      'c.ts': 'export function run(parse: () => void) { parse(); }',
    });
    expect(edges).toEqual([]);
  });

  it('prefers the local over the import and the parameter over both', async () => {
    const edges = await edgesOf(
      {
        'a.ts': 'export function go() {}',
        'b.ts':
          "import { go } from './a';\nexport function x(go: () => void) { go(); }\nexport function y() { function go() {} go(); }\nexport function z() { go(); }",
      },
      ['call'],
    );
    expect(edges).toEqual([
      'b.ts#y(function) call b.ts#y.go(function) [scope]',
      'b.ts#z(function) call a.ts#go(function) [import]',
    ]);
  });

  it('works out the type of a receiver from declarations, instances, returns, fields and loops', async () => {
    const edges = await edgesOf(
      {
        'shapes.ts':
          'export interface Shape { area(): number }\nexport class Circle implements Shape { area() { return 1; } static unit(): Circle { return new Circle(); } }',
        'use.ts': [
          "import { Circle, type Shape } from './shapes';",
          'class Scene { private shapes: Shape[] = []; main = new Circle();',
          '  total() { for (const shape of this.shapes) shape.area(); this.main.area(); this.shapes.map((s) => s.area()); } }',
          'export function draw(shape: Shape | undefined) { shape?.area(); const c = Circle.unit(); c.area(); new Circle().area(); }',
        ].join('\n'),
      },
      ['call'],
    );
    expect(edges).toEqual([
      'shapes.ts#Circle.unit(method) call shapes.ts#Circle(class) [scope]',
      'use.ts#Scene.main(variable) call shapes.ts#Circle(class) [import]',
      'use.ts#Scene.total(method) call shapes.ts#Circle.area(method) [receiver]',
      'use.ts#Scene.total(method) call shapes.ts#Shape.area(method) [receiver]',
      'use.ts#draw(function) call shapes.ts#Circle(class) [import]',
      'use.ts#draw(function) call shapes.ts#Circle.area(method) [receiver]',
      'use.ts#draw(function) call shapes.ts#Circle.unit(method) [self]',
      'use.ts#draw(function) call shapes.ts#Shape.area(method) [receiver]',
    ]);
  });

  it('finds inherited members, super and constructors', async () => {
    const edges = await edgesOf(
      {
        'base.ts':
          'export abstract class Base { constructor(readonly id: string) {}\n run() { this.step(); } protected abstract step(): void; }',
        'derived.ts':
          "import { Base } from './base';\nexport class Derived extends Base { constructor() { super('x'); } step() { super.run(); this.id; } }\nexport const d = new Derived();\nd.run();",
      },
      ['call', 'inheritance', 'data_dependency'],
    );
    expect(edges).toEqual([
      'base.ts#Base.run(method) call base.ts#Base.step(method) [self]',
      'derived.ts#(module) call base.ts#Base.run(method) [receiver]',
      'derived.ts#(module) data_dependency derived.ts#d(variable) [scope]',
      'derived.ts#Derived(class) inheritance base.ts#Base(class) [import]',
      'derived.ts#Derived.constructor(method) call base.ts#Base.constructor(method) [inheritance]',
      'derived.ts#Derived.step(method) call base.ts#Base.run(method) [inheritance]',
      'derived.ts#Derived.step(method) data_dependency base.ts#Base.id(variable) [inheritance]',
      'derived.ts#d(variable) call derived.ts#Derived(class) [scope]',
      'derived.ts#d(variable) call derived.ts#Derived.constructor(method) [scope]',
    ]);
  });

  it('reads CommonJS modules: exports, objects, prototypes and require', async () => {
    const edges = await edgesOf(
      {
        'lib.js':
          'function Queue() {}\nQueue.prototype.push = function () { return this.flush(); };\nQueue.prototype.flush = function () {};\nmodule.exports = { Queue, make() { return new Queue(); } };\nexports.extra = function () {};',
        'main.js':
          "const { Queue, make: build } = require('./lib');\nconst lib = require('./lib.js');\nfunction run() { const q = new Queue(); q.push(); build(); lib.make(); lib.extra(); }",
      },
      ['call'],
    );
    expect(edges).toEqual([
      'lib.js#Queue.push(method) call lib.js#Queue.flush(method) [self]',
      'lib.js#make(method) call lib.js#Queue(function) [scope]',
      'main.js#run(function) call lib.js#Queue(function) [import]',
      'main.js#run(function) call lib.js#Queue.push(method) [receiver]',
      'main.js#run(function) call lib.js#extra(function) [import]',
      'main.js#run(function) call lib.js#make(method) [import]',
    ]);
  });

  it('makes data dependencies between module and class variables and their readers and writers', async () => {
    const edges = await edgesOf(
      {
        'a.ts':
          'export let count = 0;\nexport function up() { count++; }\nexport function set(n: number) { count = n; }\nclass A { #n = 0; get() { return this.#n + count; } }',
      },
      ['data_dependency'],
    );
    expect(edges).toEqual([
      'a.ts#A.get(method) data_dependency a.ts#A.#n(variable) [self]',
      'a.ts#A.get(method) data_dependency a.ts#count(variable) [scope]',
      'a.ts#set(function) data_dependency a.ts#count(variable) [scope]',
      'a.ts#up(function) data_dependency a.ts#count(variable) [scope]',
    ]);
  });

  it('contains members in their type, also those written outside of it, and definitions in their module', async () => {
    const edges = await edgesOf(
      { 'a.js': 'class A { m() {} }\nA.late = function () {};\nfunction f() { function g() {} }' },
      ['containment'],
    );
    expect(edges).toEqual([
      'a.js#(module) containment a.js#A(class) [-]',
      'a.js#(module) containment a.js#f(function) [-]',
      'a.js#A(class) containment a.js#A.late(method) [-]',
      'a.js#A(class) containment a.js#A.m(method) [-]',
      'a.js#f(function) containment a.js#f.g(function) [-]',
    ]);
  });

  it('binds type uses and JSX elements', async () => {
    const edges = await edgesOf({
      'types.ts': 'export type Id = string;\nexport interface Props { id: Id }',
      'view.tsx':
        'import type { Props } from \'./types\';\nexport const View = (props: Props) => <div>{props.id}</div>;\nexport function Page() { return <View id="1" />; }',
    });
    expect(edges).toEqual([
      'types.ts#Props.id(variable) reference types.ts#Id(type) [scope]',
      'view.tsx#(module) import types.ts#(module) [import]',
      'view.tsx#(module) import types.ts#Props(interface) [import]',
      'view.tsx#Page(function) call view.tsx#View(function) [scope]',
      'view.tsx#View(function) data_dependency types.ts#Props.id(variable) [receiver]',
      'view.tsx#View(function) reference types.ts#Props(interface) [import]',
    ]);
  });

  it('survives imports, types and values that lead to themselves', async () => {
    const edges = await edgesOf(
      {
        'a.ts':
          "export * from './b';\nexport { x } from './b';\nexport class A extends A {}\nexport const v = v.w.w;\nexport function f() { return f().g(); }",
        'b.ts': "export * from './a';\nexport { x } from './a';",
        'c.ts': "import { x, A } from './a';\nexport function run(a: A) { x(); a.missing(); }",
      },
      ['call'],
    );
    expect(edges).toEqual(['a.ts#f(function) call a.ts#f(function) [scope]']);
  });
});
