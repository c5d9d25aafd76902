import type { Sources } from './partial-programs.js';

/** Small programs of languages that see other files without importing their names, before and after an edit. */
export const LANGUAGE_CHANGES: Readonly<Record<string, { readonly before: Sources; readonly after: Sources }>> = {
  Go: {
    before: {
      'go.mod.go': 'package main\n',
      'shape/circle.go': 'package shape\n\ntype Circle struct{ R int }\n\nfunc New() *Circle { return &Circle{} }\n',
      'shape/area.go':
        'package shape\n\nfunc (c *Circle) Area() int { return helper(c.R) }\n\nfunc helper(r int) int { return r }\n',
      'cmd/main.go':
        'package main\n\nimport "example.org/x/shape"\n\nfunc main() {\n\tc := shape.New()\n\tc.Area()\n\tc.Grow()\n}\n',
    },
    after: {
      'go.mod.go': 'package main\n',
      'shape/circle.go': 'package shape\n\ntype Circle struct{ R int }\n\nfunc New() *Circle { return &Circle{} }\n',
      'shape/area.go': 'package shape\n\nfunc (c *Circle) Area() int { return c.R }\n',
      'shape/grow.go':
        'package shape\n\nfunc (c *Circle) Grow() { c.R = helper(c.R) }\n\nfunc helper(r int) int { return r }\n',
      'cmd/main.go':
        'package main\n\nimport "example.org/x/shape"\n\nfunc main() {\n\tc := shape.New()\n\tc.Area()\n\tc.Grow()\n}\n',
    },
  },
  Rust: {
    before: {
      'src/lib.rs':
        'mod shape;\nmod draw;\nuse crate::shape::Circle;\npub fn run() { let c = Circle::new(); c.area(); c.draw(); }\n',
      'src/shape.rs':
        'pub struct Circle { r: i32 }\nimpl Circle {\n  pub fn new() -> Circle { Circle { r: 1 } }\n  pub fn area(&self) -> i32 { self.r }\n}\n',
      'src/draw.rs':
        'use crate::shape::Circle;\npub trait Draw { fn draw(&self); }\nimpl Draw for Circle {\n  fn draw(&self) { self.area(); }\n}\nimpl Draw for super::shape::Circle { }\n',
      'src/deep/mod.rs': 'pub mod inner;\npub fn up() { super::run(); }\n',
      'src/deep/inner.rs': 'use super::super::draw::Draw;\npub fn down() { crate::run(); super::up(); }\n',
    },
    after: {
      'src/lib.rs':
        'mod shape;\nmod draw;\nuse crate::shape::Circle;\npub fn run() { let c = Circle::new(); c.area(); c.draw(); }\n',
      'src/shape.rs': 'pub struct Circle { r: i32 }\nimpl Circle {\n  pub fn new() -> Circle { Circle { r: 1 } }\n}\n',
      'src/draw.rs':
        'use crate::shape::Circle;\npub trait Draw { fn draw(&self); fn area(&self) -> i32 { 1 } }\nimpl Draw for Circle {\n  fn draw(&self) { self.area(); }\n}\n',
      'src/deep/mod.rs': 'pub mod inner;\npub fn up() { super::run(); }\n',
      'src/deep/inner.rs': 'use super::super::draw::Draw;\npub fn down() { crate::run(); super::up(); }\n',
    },
  },
  Java: {
    before: {
      'a/Base.java': 'package a;\npublic class Base { protected void hello() { Helper.help(); } }\n',
      'a/Helper.java': 'package a;\nclass Helper { static void help() {} }\n',
      'b/Child.java':
        'package b;\nimport a.Base;\npublic class Child extends Base { void run() { hello(); new Other().go(); } }\n',
      'b/Other.java': 'package b;\nclass Other { Other() {} void go() { a.Base x = null; x.hello(); } }\n',
      'c/Far.java': 'package c;\nimport b.*;\nclass Far { Child child; void use() { child.run(); child.hello(); } }\n',
    },
    after: {
      'a/Base.java': 'package a;\npublic class Base { protected void hello() { Helper.help(); } }\n',
      'b/Helper.java': 'package b;\nclass Helper { static void help() {} }\n',
      'b/Child.java':
        'package b;\nimport a.Base;\npublic class Child extends Base { void run() { hello(); Helper.help(); } }\n',
      'b/Other.java': 'package b;\nclass Other { Other() {} void go() { a.Base x = null; x.hello(); } }\n',
      'c/Far.java': 'package c;\nimport b.*;\nclass Far { Child child; void use() { child.run(); child.hello(); } }\n',
    },
  },
  'C++': {
    before: {
      'include/shape.h':
        '#include "base.h"\nnamespace geo {\nclass Shape : public Base {\n public:\n  int area();\n  void draw();\n};\nint total(int n);\n}\n',
      'include/base.h': 'class Base { public: void log(); };\nint shared;\n',
      'src/shape.cpp':
        '#include "shape.h"\nnamespace geo {\nint Shape::area() { log(); return total(shared); }\nint total(int n) { return n; }\n}\nvoid geo::Shape::draw() { area(); }\n',
      'src/base.cpp': '#include "base.h"\nvoid Base::log() { linked(); }\n',
      'src/other.cpp': 'void linked() {}\nstatic void hidden() {}\n',
      'src/main.cpp': '#include <shape.h>\nint main() { geo::Shape s; s.draw(); s.log(); return geo::total(2); }\n',
    },
    after: {
      'include/shape.h':
        '#include "base.h"\nnamespace geo {\nclass Shape : public Base {\n public:\n  int area();\n  void draw();\n};\nint total(int n);\n}\n',
      'include/base.h': 'class Base { public: void log(); int area(); };\n',
      'src/shape.cpp': '#include "shape.h"\nnamespace geo {\nint Shape::area() { log(); return total(shared); }\n}\n',
      'src/more.cpp':
        '#include "../include/shape.h"\nint geo::total(int n) { return n; }\nvoid geo::Shape::draw() { area(); }\n',
      'src/base.cpp': '#include "base.h"\nvoid Base::log() { linked(); }\n',
      'src/other.cpp': 'void linked() {}\nstatic void hidden() {}\n',
      'src/main.cpp': '#include <shape.h>\nint main() { geo::Shape s; s.draw(); s.log(); return geo::total(2); }\n',
    },
  },
  Ruby: {
    before: {
      'lib/base.rb':
        'module Greets\n  def greet\n    helper\n  end\nend\n\nclass Base\n  include Greets\n  def run\n    greet\n  end\nend\n',
      'lib/child.rb': "require 'base'\n\nclass Child < Base\n  def initialize\n    run\n  end\nend\n",
      'lib/reopened.rb':
        "require_relative './base'\n\nclass Base\n  def more\n    Child.new.run\n  end\nend\n\ndef helper\nend\n",
    },
    after: {
      'lib/base.rb':
        'module Greets\n  def greet\n    helper\n  end\nend\n\nclass Base\n  include Greets\n  def run\n    greet\n  end\nend\n',
      'lib/child.rb':
        "require 'base'\n\nclass Child < Base\n  def initialize\n    run\n    more\n  end\nend\n\ndef helper\nend\n",
      'lib/reopened.rb': "require_relative './base'\n\nclass Base\n  def more\n    Child.new.run\n  end\nend\n",
    },
  },
  JavaScript: {
    before: {
      'a.js': 'function Shape() {}\nShape.prototype.area = function () { return helper(); };\n',
      'b.js':
        'function helper() {}\nShape.prototype.draw = function () { this.area(); };\nvar shape = new Shape();\nshape.draw();\n',
      'lib/index.js': "const x = require('./x');\nmodule.exports = x;\n",
      'lib/x.js': 'module.exports = { go() {}, stop() { this.go(); } };\n',
      'use.js':
        "const lib = require('./lib');\nlib.go();\nfunction f(unknown) { unknown.stopAll(); }\nclass K { stopAll() {} }\n",
    },
    after: {
      'a.js': 'function Shape() {}\nShape.prototype.area = function () { return helper(); };\n',
      'c.js': 'function helper() {}\n',
      'lib/index.js': "const x = require('./x');\nmodule.exports = x;\n",
      'lib/x.js': 'module.exports = { go() {}, stop() { this.go(); } };\nclass L { stopAll() {} }\n',
      'use.js':
        "const lib = require('./lib');\nlib.go();\nfunction f(unknown) { unknown.stopAll(); }\nclass K { stopAll() {} }\n",
    },
  },
};
