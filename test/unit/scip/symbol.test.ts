import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatScipSymbol,
  monikerKey,
  monikerOf,
  parseScipSymbol,
  ParseError,
  type DescriptorSuffix,
  type GlobalScipSymbol,
} from '../../../src/model/index.js';

function globalSymbol(text: string): GlobalScipSymbol {
  const symbol = parseScipSymbol(text);
  if (symbol.kind === 'local') throw new Error(`${text} is local`);
  return symbol;
}

/** Each descriptor as `suffix name`, and its disambiguator when it has one. */
function outline(text: string): string[] {
  return globalSymbol(text).descriptors.map(({ name, suffix, disambiguator }) =>
    [suffix, name, ...(disambiguator === '' ? [] : [disambiguator])].join(' '),
  );
}

describe('SCIP symbols', () => {
  it('are read part by part', () => {
    expect(globalSymbol('scip-typescript npm @types/node 20.1.0 src/`b.ts`/Box#open().')).toMatchObject({
      scheme: 'scip-typescript',
      manager: 'npm',
      packageName: '@types/node',
      version: '20.1.0',
    });
    expect(outline('s m p v src/`b.ts`/Box#`<get>area`(+1).(n)')).toEqual([
      'namespace src',
      'namespace b.ts',
      'type Box',
      'method <get>area +1',
      'parameter n',
    ]);
    expect(outline('s . . . a/b:c!d.[T]')).toEqual(['namespace a', 'meta b', 'macro c', 'term d', 'typeParameter T']);
  });

  it('have empty parts written as dots, and spaces and backticks doubled', () => {
    const symbol = globalSymbol('my  scheme . my  package . `a``b c`#');
    expect(symbol).toMatchObject({ scheme: 'my scheme', manager: '', packageName: 'my package', version: '' });
    expect(symbol.descriptors).toEqual([{ name: 'a`b c', suffix: 'type', disambiguator: '' }]);
    expect(formatScipSymbol(symbol)).toBe('my  scheme . my  package . `a``b c`#');
  });

  it('are local with an id of their document', () => {
    expect(parseScipSymbol('local 42')).toEqual({ kind: 'local', id: '42' });
    expect(formatScipSymbol({ kind: 'local', id: '42' })).toBe('local 42');
  });

  it.each([
    ['', 0],
    ['local ', 6],
    ['local a b', 6],
    ['scheme', 6],
    ['s m p v ', 8],
    ['s m p v name', 12],
    ['s m p v `name', 13],
    ['s m p v name(', 13],
    ['s m p v name()', 14],
    ['s m p v [T', 10],
    ['s m p v a#?', 10],
  ])('are refused with the place: %j', (text, position) => {
    try {
      parseScipSymbol(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ParseError);
      expect(error).toMatchObject({ code: 'PARSE_FAILED', details: { symbol: text, position } });
    }
  });

  it('come back from their text as they were', () => {
    const name = fc.string({ unit: 'binary', minLength: 1 });
    const suffix = fc.constantFrom<DescriptorSuffix>(
      'namespace',
      'type',
      'term',
      'method',
      'typeParameter',
      'parameter',
      'meta',
      'macro',
    );
    const descriptor = fc
      .record({ name, suffix, disambiguator: fc.stringMatching(/^[A-Za-z0-9_+\-$]{0,3}$/) })
      .map((each) => ({ ...each, disambiguator: each.suffix === 'method' ? each.disambiguator : '' }));
    // A dot alone means that there is nothing, and the grammar cannot tell whose the first of three spaces is.
    const field = fc.stringMatching(/^(?:[^ .][^ ]*(?: [^ ]+)*)?$/);
    const symbol = fc.record({
      kind: fc.constant('global' as const),
      scheme: fc.stringMatching(/^[a-km-z][^ ]*(?: [^ ]+)*$/),
      manager: field,
      packageName: field,
      version: field,
      descriptors: fc.array(descriptor, { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(symbol, (each) => {
        expect(parseScipSymbol(formatScipSymbol(each))).toEqual(each);
      }),
    );
  });
});

describe('monikers', () => {
  const keyOf = (text: string): string => monikerKey(monikerOf(globalSymbol(text)));

  it('set the version apart', () => {
    const moniker = monikerOf(globalSymbol('scip-typescript npm Left-Pad 1.3.0 `index.ts`/pad().'));
    expect(moniker).toEqual({
      manager: 'npm',
      packageName: 'Left-Pad',
      descriptors: '`index.ts`/pad().',
      version: '1.3.0',
    });
    expect(keyOf('scip-typescript npm Left-Pad 2.0.0 `index.ts`/pad().')).toBe(monikerKey(moniker));
  });

  it('agree for Python between the definition and those who import it', () => {
    const used = keyOf('scip-python python flask 3.1.0 `flask.app`/Flask#run().');
    expect(keyOf('scip-python python Flask 3.2.0.dev0 `src.flask.app`/Flask#run().')).toBe(used);
    expect(used).toBe('pypi flask `flask.app`/Flask#run().');
    expect(keyOf('scip-python python Zope_Interface 1 `src.zope`/__init__:')).toBe(
      'pypi zope-interface zope/__init__:',
    );
  });

  it('write names alike, with needless backticks or without', () => {
    expect(keyOf('s npm p 1 `plain`/`f`().')).toBe('npm p plain/f().');
    expect(keyOf('s python p 1 src/f().')).toBe('pypi p src/f().');
  });
});
