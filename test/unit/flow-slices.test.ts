import { describe, expect, it } from 'vitest';
import { cyclomatic, slice, type SliceDirection } from '../../src/flow/index.js';
import { flowsOf } from '../support/flows.js';

/** A slice of the first function of a text, as it would be marked in the margin: the lines of the slice. */
async function sliceOf(path: string, text: string, line: number, direction: SliceDirection): Promise<number[]> {
  const [first] = await flowsOf(path, text);
  if (first === undefined) throw new Error('No function.');
  return slice(first.flow, [line], direction);
}

interface Case {
  readonly title: string;
  readonly path: string;
  /** Lines of a function; the first one is line 1. */
  readonly text: readonly string[];
  readonly backward?: readonly (readonly [line: number, lines: readonly number[]])[];
  readonly forward?: readonly (readonly [line: number, lines: readonly number[]])[];
}

const CASES: readonly Case[] = [
  {
    title: 'a value without what it does not depend on',
    path: 'a.ts',
    text: [
      'function f(n: number) {',
      '  let sum = 0;',
      '  let product = 1;',
      '  for (let i = 1; i <= n; i++) {',
      '    sum += i;',
      '    product *= i;',
      '  }',
      '  console.log(sum);',
      '  console.log(product);',
      '}',
    ],
    backward: [
      [8, [1, 2, 4, 5, 8]],
      [9, [1, 3, 4, 6, 9]],
    ],
    forward: [
      [2, [2, 5, 8]],
      [1, [1, 4, 5, 6, 8, 9]],
    ],
  },
  {
    title: 'the jump that keeps code from running',
    path: 'a.ts',
    text: ['function f(a, b) {', '  if (a) {', '    return 1;', '  }', '  const c = b;', '  return c;', '}'],
    backward: [[6, [1, 2, 3, 5, 6]]],
    forward: [[2, [2, 3, 5, 6]]],
  },
  {
    title: 'the inner of two variables with one name',
    path: 'a.ts',
    text: ['function f() {', '  let x = 1;', '  {', '    let x = 2;', '    use(x);', '  }', '  return x;', '}'],
    backward: [
      [5, [4, 5]],
      [7, [2, 7]],
    ],
  },
  {
    title: 'operators that do not always evaluate their right side',
    path: 'a.js',
    text: [
      'function f(a, b) {',
      '  const c = a &&',
      '    b.first(a) ||',
      '    b.second();',
      '  const d = a ? 1',
      '    : b;',
      '  return c ?? d;',
      '}',
    ],
    backward: [
      [3, [1, 2, 3]],
      [6, [1, 5, 6]],
      [7, [1, 2, 3, 4, 5, 6, 7]],
    ],
  },
  {
    title: 'what a caught error may have left behind',
    path: 'a.ts',
    text: [
      'function f(read) {',
      '  let state = "new";',
      '  try {',
      '    state = "reading";',
      '    read();',
      '    state = "done";',
      '  } catch (error) {',
      '    report(state, error);',
      '  } finally {',
      '    close();',
      '  }',
      '  return state;',
      '}',
    ],
    backward: [[8, [2, 3, 4, 6, 7, 8]]],
    forward: [[4, [4, 8, 12]]],
  },
  {
    title: 'a jump through a finally block',
    path: 'a.ts',
    text: [
      'function f(a) {',
      '  try {',
      '    if (a)',
      '      return 1;',
      '  } finally {',
      '    close();',
      '  }',
      '  return after();',
      '}',
    ],
    backward: [
      [6, [6]],
      [8, [1, 3, 4, 8]],
    ],
  },
  {
    title: 'cases that fall through, and those that do not',
    path: 'a.js',
    text: [
      'function f(kind) {',
      '  let x = 0;',
      '  switch (kind) {',
      '    case 1:',
      '      x = 1;',
      '    case 2:',
      '      x += 2;',
      '      break;',
      '    default:',
      '      x = 9;',
      '  }',
      '  return x;',
      '}',
    ],
    backward: [[7, [1, 2, 3, 4, 5, 6, 7]]],
    forward: [[5, [5, 7, 12]]],
  },
  {
    title: 'loops that are left and continued by name',
    path: 'a.js',
    text: [
      'function f(rows) {',
      '  let found = null;',
      '  rows: for (const row of rows) {',
      '    for (const cell of row) {',
      '      if (cell < 0)',
      '        continue rows;',
      '      if (cell > 9) {',
      '        found = cell;',
      '        break rows;',
      '      }',
      '    }',
      '  }',
      '  return found;',
      '}',
    ],
    backward: [[13, [1, 2, 3, 4, 5, 6, 7, 8, 9, 13]]],
  },
  {
    title: 'what calls and assignments change in an object',
    path: 'a.ts',
    text: [
      'function f(list) {',
      '  const items = [];',
      '  items.push(list);',
      '  const size = list.length;',
      '  const box = { size };',
      '  box.size = 3;',
      '  use(items);',
      '  return box;',
      '}',
    ],
    backward: [
      [7, [1, 2, 3, 7]],
      [8, [1, 4, 5, 6, 8]],
    ],
  },
  {
    title: 'fields of the object a method runs on',
    path: 'a.ts',
    text: [
      'class A {',
      '  run(n) {',
      '    this.first = n;',
      '    this.second = 2;',
      '    this.reset();',
      '    return this.first;',
      '  }',
      '}',
    ],
    backward: [[6, [2, 3, 4, 5, 6]]],
    forward: [[4, [4, 5, 6]]],
  },
  {
    title: 'functions inside, by what they see and change',
    path: 'a.ts',
    text: [
      'function f(list) {',
      '  let count = 0;',
      '  let other = 0;',
      '  list.forEach((each) => {',
      '    count += each;',
      '  });',
      '  return count + other;',
      '}',
    ],
    backward: [[7, [1, 2, 3, 4, 5, 6, 7]]],
    forward: [[3, [3, 7]]],
  },
  {
    title: 'Python with loops that have an else',
    path: 'a.py',
    text: [
      'def f(rows, limit=10):',
      '    total = 0',
      '    seen = []',
      '    for row in rows:',
      '        if row > limit:',
      '            break',
      '        total += row',
      '        seen.append(row)',
      '    else:',
      '        total = -1',
      '    print(seen)',
      '    return total',
    ],
    backward: [
      [11, [1, 3, 4, 5, 6, 8, 11]],
      [12, [1, 2, 4, 5, 6, 7, 10, 12]],
    ],
    forward: [[2, [2, 7, 12]]],
  },
  {
    title: 'Python with handlers, comprehensions and matches',
    path: 'a.py',
    text: [
      'def f(self, path):',
      '    try:',
      '        text = open(path)',
      '    except OSError as error:',
      '        text = str(error)',
      '    names = [each for each in text if each]',
      '    match names:',
      '        case [first, *rest]:',
      '            self.first = first',
      '        case _:',
      '            self.first = None',
      '    return self.first',
    ],
    backward: [
      [6, [1, 2, 3, 4, 5, 6]],
      [12, [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12]],
    ],
    forward: [[5, [5, 6, 7, 8, 9, 10, 11, 12]]],
  },
  {
    title: 'Go with cases that fall through, pointers and ranges',
    path: 'a.go',
    text: [
      'package a; func f(rows []int, kind int) (int, error) {',
      '\ttotal := 0',
      '\tvar seen []int',
      '\tfor i, row := range rows {',
      '\t\tif row < 0 && kind > 1 {',
      '\t\t\tcontinue',
      '\t\t}',
      '\t\ttotal += row',
      '\t\tadd(&seen, i)',
      '\t}',
      '\tswitch kind {',
      '\tcase 1:',
      '\t\ttotal = 1',
      '\t\tfallthrough',
      '\tcase 2:',
      '\t\ttotal++',
      '\t}',
      '\tprint(seen)',
      '\treturn total, nil',
      '}',
    ],
    backward: [
      [18, [1, 3, 4, 5, 6, 9, 18]],
      [19, [1, 2, 4, 5, 6, 8, 11, 12, 13, 15, 16, 19]],
    ],
    forward: [[13, [13, 16, 19]]],
  },
  {
    title: 'Java with a switch that has a value, and errors that are handled',
    path: 'A.java',
    text: [
      'class A { int f(int kind, Reader in) {',
      '  int other = 3;',
      '  int size = switch (kind) {',
      '    case 1 -> 4;',
      '    case 2 -> { log(other); yield 5; }',
      '    default -> throw new Error();',
      '  };',
      '  int read = 0;',
      '  try (Reader r = in) {',
      '    read = r.read();',
      '  } catch (IOException e) {',
      '    count++;',
      '  }',
      '  int rest = size > 1 ? read : other;',
      '  return count;',
      '} }',
    ],
    backward: [[14, [1, 2, 3, 4, 5, 6, 8, 9, 10, 14]]],
    forward: [[8, [8, 14]]],
  },
  {
    title: 'Rust, where branches and loops are values',
    path: 'a.rs',
    text: [
      'fn f(&mut self, items: &[i32], limit: Option<i32>) -> i32 {',
      '    let Some(limit) = limit else {',
      '        return 0;',
      '    };',
      '    let mut sum = 0;',
      '    let mut log = Vec::new();',
      '    for item in items {',
      '        if *item > limit && sum > 0 {',
      '            break;',
      '        }',
      '        sum += item;',
      '        log.push(item);',
      '    }',
      '    let kind = match sum {',
      '        0 => 1,',
      '        n if n > limit => n,',
      '        _ => 2,',
      '    };',
      '    println!("{log:?}");',
      '    kind',
      '}',
    ],
    backward: [
      [19, [1, 2, 3, 5, 6, 7, 8, 9, 11, 12, 19]],
      [20, [1, 2, 3, 5, 7, 8, 9, 11, 14, 15, 16, 17, 20]],
    ],
    forward: [[12, [12, 19]]],
  },
];

describe.each(CASES)('[P4] a slice shows $title', ({ path, text, backward = [], forward = [] }) => {
  it('of a function whose graph is as complex as its text', async () => {
    for (const { symbol, flow } of await flowsOf(path, text.join('\n'))) {
      expect(cyclomatic(flow.cfg)).toBe(symbol.complexity);
    }
  });
  it.each(backward)('backward from line %i', async (line, lines) => {
    expect(await sliceOf(path, text.join('\n'), line, 'backward')).toEqual(lines);
  });
  if (forward.length === 0) return;
  it.each(forward)('forward from line %i', async (line, lines) => {
    expect(await sliceOf(path, text.join('\n'), line, 'forward')).toEqual(lines);
  });
});
