import { describe, expect, it } from 'vitest';
import { describeReferences, describeSymbols, factsOf } from '../../support/facts.js';
import { changedSymbols, relaidOut, textOfSymbol } from '../../support/language-laws.js';

const PATH = 'src/list.c';

async function symbols(text: string, path = PATH): Promise<string> {
  return describeSymbols(await factsOf(path, text)).join('\n');
}

async function references(text: string): Promise<string> {
  return describeReferences(await factsOf(PATH, text)).join('\n');
}

/** References of the statements in a function, without its types. */
async function inFunction(body: string): Promise<string> {
  const facts = await factsOf(PATH, `void run(struct node *n, node_t *all[], int (*compare)(int, int)) {\n${body}\n}`);
  return describeReferences(facts)
    .filter((line) => line.startsWith('run ') && !line.startsWith('run type'))
    .map((line) => line.slice('run '.length))
    .join('\n');
}

async function complexity(body: string): Promise<number | null | undefined> {
  const facts = await factsOf(PATH, `int f(int a, int b) {\n${body}\n}`);
  return facts.symbols.find((symbol) => symbol.name === 'f')?.complexity;
}

const LIST = `#ifndef LIST_C
#define LIST_C
#include <stdio.h>
#include "list/node.h"
#define LIMIT 10
#define EACH(n, list) for (n = list; n; n = n->next)

struct node { int x; struct node *next; char name[10]; int (*call)(int, struct node *); union { int a; float b; } u; };
typedef struct { int y; struct node *items[4]; } list_t, *list_p;
typedef struct node node;
typedef struct node node_t;
typedef int (*compare_fn)(node_t *n, void *);
enum color { RED = 1, GREEN };
typedef enum { A1, B1 } letter;

int count = 3, *where, table[3] = { 1, LIMIT };
static const char *names[] = { "a", "b" };
extern int elsewhere;
int declared(int a, node_t *n);
const struct ops ops = { .run = run_it, .x = 1 };

/* Größe 📐 of it. */
static inline node_t *find(node_t *n, const char name[], ...) {
  return n;
}
int main(argc, argv) int argc; char **argv; { return go(argc); }
void (*getter(int x))(int) { return 0; }
API_EXPORT int opened(const char *path) { return 1; }
#if LIMIT > 1 && defined(RED)
int either(void) { return 1; }
#else
int either(void) { return 2; }
#endif
#endif
`;

describe('C symbols', () => {
  it('extracts functions, structs, unions, enums, typedefs, variables and macros', async () => {
    expect(await symbols(LIST)).toMatchInlineSnapshot(`
      "variable LIMIT public
      function EACH public
      struct node public
      variable node.x public
      variable node.next public → @node
      variable node.name public
      variable node.call public
      variable node.u public
      struct list_t public
      variable list_t.y public
      variable list_t.items public → @node*
      type list_p public → @list_t
      type node_t public → @node
      type compare_fn public
      enum color public
      variable RED public → @color
      variable GREEN public → @color
      enum letter public
      variable A1 public → @letter
      variable B1 public → @letter
      variable count public
      variable where public
      variable table public
      variable names private
      variable ops public → @ops
      function find private c=1 → @node_t
      function main public c=1
      function getter public c=1
      function opened public c=1
      function either public c=1
      function either~2 public c=1"
    `);
  });

  it('shows the static functions of a header to the files that include it', async () => {
    expect(await symbols('static int f(void) { return 1; }\nint g(void);', 'src/list.h')).toBe(
      'function f internal c=1',
    );
  });

  it('counts ranges in bytes and takes the comment above as documentation', async () => {
    const facts = await factsOf(PATH, LIST);
    const find = facts.symbols.find((symbol) => symbol.name === 'find');
    expect(find?.documentation).toBe('Größe 📐 of it.');
    expect(find?.signature).toBe('static inline node_t *find(node_t *n, const char name[], ...)');
    expect(await textOfSymbol(PATH, LIST, 'main')).toBe(
      'int main(argc, argv) int argc; char **argv; { return go(argc); }',
    );
  });

  it('keeps what stands around a syntax error', async () => {
    const facts = await factsOf(
      PATH,
      'int before(void) { return 1; }\nstatic void bad(int { }\nint after(void) { return go(); }\n',
    );
    expect(facts.errorCount).toBeGreaterThan(0);
    expect(facts.firstErrorLine).toBe(2);
    expect(describeSymbols(facts)).toEqual(
      expect.arrayContaining(['function before public c=1', 'function after public c=1']),
    );
    expect(describeReferences(facts)).toContain('after call go');
  });

  it('does not fail on any prefix of a source', async () => {
    for (let length = 0; length < LIST.length; length += 7) await factsOf(PATH, LIST.slice(0, length));
  });
});

describe('C complexity', () => {
  it.each([
    ['return 1;', 1],
    ['if (a) {} else if (b) {} else {}', 3],
    ['for (;;) {} while (a) {} do {} while (b);', 4],
    ['return a && b || a ? 1 : 2;', 4],
    ['switch (a) { case 1: case 2: break; default: break; }', 3],
    ['if (a) goto end; end: return 1;', 2],
    ['#if A && B || C\n g();\n#endif\n', 1],
  ])('[U1] counts the decisions of %s', async (body, expected) => {
    expect(await complexity(body)).toBe(expected);
  });
});

describe('C references', () => {
  it('extracts includes, types, initialisers and calls', async () => {
    expect(await references(LIST)).toMatchInlineSnapshot(`
      "(module) import <stdio.h> | * as *
      (module) import list/node.h | * as *
      (module) type node
      (module) type node_t
      node.next type node
      node.call type node
      list_t.items type node
      node_t type node
      compare_fn type node_t
      table read LIMIT
      ops type ops
      ops read run_it
      find type node_t ×2
      main call go
      opened type API_EXPORT"
    `);
  });

  it('knows what locals, parameters, casts and elements are', async () => {
    const body = `
      struct node local = {0}; node_t *cur = n, **more; int i, j = 2; static int hits; extern int other;
      n->next->x = 1; cur->call(1, n); (*cur).x += 4; cur->u.a++; local.x = sum(2); all[0]->y = 3; cur[i].x = j;
      (*compare)(1, 2); compare(3, 4); ((struct other *)n)->z = 1; n = &(struct node){ .x = 1 }; find(n)->x--;
      for (int k = 0; k < LIMIT; k++) { cur = cur->next; } int (*fp)(int) = helper; fp(1); where = &table[i];
      hits++; *where = 3; count += sizeof(node_t); goto end; end: printf("%d", names[0], NULL);`;
    expect(await inFunction(body)).toMatchInlineSnapshot(`
      "write @node.next | x
      read @node | next
      call @node_t | call
      readwrite @node_t | x
      readwrite @node_t.u | a
      read @node_t | u
      write @node | x
      call sum
      write @node_t*[] | y
      write @node_t | x
      readwrite find() | x
      call find
      read LIMIT
      read @node_t | next
      read helper
      write where
      read table
      read where
      readwrite count
      read node_t
      call printf
      read names"
    `);
  });
});

describe('C content hashes', () => {
  it('do not change with comments and layout', async () => {
    expect(await changedSymbols(PATH, LIST, relaidOut(LIST))).toEqual([]);
  });

  it.each([
    ['count = 3', 'count = 4', ['variable count~1']],
    ['return n;', 'return 0;', ['function find~1']],
    ['static inline', 'static', ['function find~1']],
    ['name[10]', 'name[11]', ['variable node.name~1']],
    ['(n = list;', '(n = (list);', ['function EACH~1']],
    ['{ "a", "b" }', '{ "a", "b " }', ['variable names~1']],
    ['.run = run_it', '.run = run_on', ['variable ops~1']],
  ])('change when %s becomes %s', async (before, after, changed) => {
    expect(await changedSymbols(PATH, LIST, LIST.replace(before, after))).toEqual(changed);
  });
});
