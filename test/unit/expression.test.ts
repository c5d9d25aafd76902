import { describe, expect, it } from 'vitest';
import {
  alternatives,
  alternativesOf,
  declaredType,
  functionType,
  functionTypeOf,
  parseExpression,
} from '../../src/model/index.js';

describe('value expressions', () => {
  it('take calls, arguments, elements and members as steps', () => {
    expect(parseExpression('operate(0)(1).parts[]()')).toEqual({
      base: 'operate',
      steps: [
        { kind: 'argument', position: 0 },
        { kind: 'argument', position: 1 },
        { kind: 'member', name: 'parts' },
        { kind: 'element' },
        { kind: 'call' },
      ],
    });
  });

  it('keep a function type and alternatives whole, with the steps behind them', () => {
    const type = functionType({ parameters: ['@A', '<@B.c;?>'], result: '{@C|@D*}' });
    expect(type).toBe('<@A,<@B.c;?>;{@C|@D*}>');
    expect(parseExpression(`${type}(1)().x`)).toEqual({
      base: type,
      steps: [{ kind: 'argument', position: 1 }, { kind: 'call' }, { kind: 'member', name: 'x' }],
    });
    expect(functionTypeOf(type)).toEqual({ parameters: ['@A', '<@B.c;?>'], result: '{@C|@D*}' });
    expect(functionTypeOf('<;@A>')).toEqual({ parameters: [], result: '@A' });
    expect(alternativesOf('{@C|<@A;@B>}*')).toEqual({ types: ['@C', '<@A;@B>'], levels: 1 });
    expect(alternatives(['@A', '@A'])).toBe('@A');
    expect(alternatives(['@A', '@B'])).toBe('{@A|@B}');
  });

  it('read the levels of a declared container as part of the type', () => {
    expect(declaredType('@A[][]')).toBe('@A**');
    expect(declaredType('{@A|@B}[]')).toBe('{@A|@B}*');
    expect(declaredType('<@A;?>[]')).toBe('<@A;?>*');
    expect(declaredType('{@A|@B}.x[]')).toBe('{@A|@B}.x[]');
  });
});
