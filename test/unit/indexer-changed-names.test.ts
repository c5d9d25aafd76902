import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dumpFromScratch, dumpOf, indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import { LANGUAGE_CHANGES } from '../support/language-changes.js';
import { writeTree } from '../support/temporary-folder.js';

/**
 * The law: whichever question about a name gets another answer, what asked it is bound again, although
 * its own file did not change.
 */

type Files = Readonly<Record<string, string>>;

/** What is there all the time, and what comes and goes. */
const NAMES: Readonly<Record<string, readonly [always: Files, sometimes: Files]>> = {
  'a module that is imported': [
    { 'a.ts': "import { b } from './b.js';\nexport function a() { return b(); }\n" },
    { 'b.ts': 'export function b() {}\n' },
  ],
  'a module that is tried before another': [
    {
      'a.ts': "import { b } from './b';\nexport function a() { return b(); }\n",
      'b/index.ts': 'export function b() {}\n',
    },
    { 'b.ts': 'export function b() {}\n' },
  ],
  'a name that is exported': [
    {
      'a.ts': "import { b } from './b.js';\nexport function a() { return b(); }\n",
      'b.ts': "export * from './c.js';\n",
      'c.ts': 'export const other = 1;\n',
    },
    { 'c.ts': 'export function b() {}\n' },
  ],
  'the only member of a name': [
    { 'a.ts': 'export function a(given: any) { return given.frobnicate(); }\n', 'b.ts': 'export const b = 1;\n' },
    { 'c.ts': 'export class C { frobnicate() {} }\n' },
  ],
  'a second member of a name': [
    {
      'a.ts': 'export function a(given: any) { return given.frobnicate(); }\n',
      'c.ts': 'export class C { frobnicate() {} }\n',
    },
    { 'd.ts': 'export class D { frobnicate() {} }\n' },
  ],
  'a file of the same package': [
    { 'p/a.go': 'package p\n\nfunc a() int { return b() }\n' },
    { 'p/b.go': 'package p\n\nfunc b() int { return 1 }\n' },
  ],
  'a file of an imported package': [
    {
      'go.mod': 'module m\n',
      'a.go': 'package main\n\nimport "m/p"\n\nfunc main() { p.B() }\n',
      'p/a.go': 'package p\n\nfunc A() int { return 1 }\n',
    },
    { 'p/b.go': 'package p\n\nfunc B() int { return 1 }\n' },
  ],
  'a header that is included by its name alone': [
    { 'src/a.c': '#include "b.h"\nint a(void) { return b(); }\n' },
    { 'include/b.h': 'int b(void);\n', 'src/b.c': '#include "b.h"\nint b(void) { return 1; }\n' },
  ],
  'a member that is written outside its type': [
    {
      'a.h': 'class A { public: int get(); int other(); };\n',
      'b.cpp': '#include "a.h"\nint b(A a) { return a.get(); }\n',
    },
    { 'a.cpp': '#include "a.h"\nint A::get() { return 1; }\nint A::other() { return get(); }\n' },
  ],
  'a trait that a type is given elsewhere': [
    {
      'src/lib.rs': 'mod a;\nmod b;\nmod c;\n',
      'src/a.rs': 'pub struct A;\npub trait T { fn go(&self) -> u8 { 1 } }\n',
      'src/c.rs': 'use crate::a::{A, T};\npub fn c(a: A) -> u8 { a.go() }\n',
    },
    { 'src/b.rs': 'use crate::a::{A, T};\nimpl T for A {}\n' },
  ],
  'a base of a type': [
    {
      'a.py': 'from b import B\n\nclass A(B):\n    def a(self):\n        return self.go()\n',
      'b.py': 'class B:\n    pass\n',
    },
    { 'b.py': 'class C:\n    def go(self):\n        return 1\n\nclass B(C):\n    pass\n' },
  ],
  'what a function returns': [
    {
      'a.ts': "import { make } from './b.js';\nexport function a() { return make().go(); }\n",
      'b.ts': "import { One } from './c.js';\nexport function make() { return new One(); }\n",
      'c.ts': 'export class One { go() {} }\nexport class Two { go() {} }\n',
    },
    { 'b.ts': "import { Two } from './c.js';\nexport function make() { return new Two(); }\n" },
  ],
  'a name that hides another': [
    {
      'a.ts': "import { b } from './b.js';\nexport function a() { return b(); }\n",
      'b.ts': "import { c } from './c.js';\nexport function b() { return c(); }\n",
      'c.ts': 'export function c() {}\n',
    },
    { 'b.ts': "import { c } from './c.js';\nexport function b() { const c = () => 1; return c(); }\n" },
  ],
  'a namespace of a file': [
    { 'A.php': '<?php\nnamespace App;\nuse Lib\\B;\nfunction a() { return (new B())->go(); }\n' },
    { 'B.php': '<?php\nnamespace Lib;\nclass B { function go() {} }\n' },
  ],
};

function change(root: string, before: Files, after: Files): string[] {
  for (const path of Object.keys(before)) if (!Object.hasOwn(after, path)) rmSync(join(root, path));
  writeTree(root, after);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((path) => before[path] !== after[path]);
}

async function convergesOver(states: readonly Files[], isTold: boolean): Promise<void> {
  const [first = {}] = states;
  const root = sourceFolder(first);
  const store = await testStore();
  await indexFolder(store, root);
  let before = first;
  for (const after of states.slice(1)) {
    const changed = change(root, before, after);
    await indexFolder(store, root, isTold ? { changed } : {});
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
    before = after;
  }
}

describe('what comes, goes and comes back', () => {
  it.each(Object.keys(NAMES))('[I5] %s is noticed by what names it', async (name) => {
    const [always, sometimes] = NAMES[name] ?? [{}, {}];
    const both = { ...always, ...sometimes };
    await convergesOver([always, both, always, both], false);
    await convergesOver([both, always, both], true);
  });

  it.each(Object.keys(LANGUAGE_CHANGES))('[I5] in %s is noticed by what names it', async (language) => {
    const { before = {}, after = {} } = LANGUAGE_CHANGES[language] ?? {};
    await convergesOver([before, after, before, after], false);
    await convergesOver([after, before, after], true);
  });
});

describe('a content that is known already', () => {
  const content = 'static int f() { return 1; }\n';

  it('[I5] [I6] is parsed anew for a file with another ending, as that may say something else', async () => {
    // In a header, others may use it.
    await convergesOver([{ 'a.cpp': content }, { 'a.cpp': content, 'b.hpp': content }], false);
    await convergesOver([{ 'a.cpp': content }, { 'a.cpp': 'int g();\n' }, { 'b.hpp': content }], false);
    await convergesOver([{ 'b.hpp': content }, { 'a.cpp': 'int g();\n' }, { 'a.cpp': content }], true);
  });

  it('[I5] [I6] is not parsed again for a file of the same ending, which has its own name', async () => {
    const states = [{ 'a.cpp': content }, { 'a.cpp': content, 'lib/b.cpp': content }, {}, { 'c.cpp': content }];
    await convergesOver(states, false);
    const root = sourceFolder({ 'a.cpp': content });
    const store = await testStore();
    await indexFolder(store, root);
    writeTree(root, { 'lib/b.cpp': content });
    expect((await indexFolder(store, root)).recomputed).toMatchObject({ parse: 0, analysis: 0 });
  });
});
