/**
 * Value expressions: the small notation in which the extractors write down what a member was taken
 * from, so that the binder can work out its type without the source.
 *
 * ```
 * expression = base step*
 * base       = name            a name visible at the place
 *            | '@' typeName    a value of that type; the segments of typeName are joined by '::',
 *                              and each '*' behind it is one level of container around such values
 *            | 'this'          the instance (or class) the code belongs to
 *            | 'super'         the same, seen as its base
 *            | '?'             something the extractor knows nothing about
 * step       = '.' name        member
 *            | '()'            result of calling it
 *            | '[]'            an element of it
 * ```
 *
 * `const x = makeFoo(); x.parts[0].run()` becomes a call of `run` with the receiver
 * `makeFoo().parts[]`. Types that hold many values (lists, sets, maps, iterators) are written as `@T*`;
 * those that hold one (promises, options, pointers) as `@T`.
 */
export type Expression = string;

export const UNKNOWN: Expression = '?';

export type ExpressionStep =
  { readonly kind: 'member'; readonly name: string } | { readonly kind: 'call' } | { readonly kind: 'element' };

export interface ParsedExpression {
  readonly base: string;
  readonly steps: readonly ExpressionStep[];
}

/**
 * A type as extractors build it has one `[]` for each level of container. Said of a declaration, these
 * are part of the type; without this they would read as steps to an element.
 */
export function declaredType(type: Expression): Expression {
  const container = /^(@[\w$:]+)((?:\[\])+)$/.exec(type);
  return container === null ? type : (container[1] ?? '') + '*'.repeat((container[2] ?? '').length / 2);
}

/** Is the expression a container of values of a known type? */
export function isContainerType(expression: Expression): boolean {
  return /^@[^.()]*(\*|\[\])$/.test(expression);
}

const CALL: ExpressionStep = { kind: 'call' };
const ELEMENT: ExpressionStep = { kind: 'element' };

/** Splits an expression into its base and steps. Never throws: the notation has no invalid texts. */
export function parseExpression(expression: Expression): ParsedExpression {
  const baseEnd = nextStepStart(expression, 0);
  const steps: ExpressionStep[] = [];
  let at = baseEnd;
  while (at < expression.length) {
    if (expression.startsWith('()', at)) {
      steps.push(CALL);
      at += 2;
    } else if (expression.startsWith('[]', at)) {
      steps.push(ELEMENT);
      at += 2;
    } else {
      const end = nextStepStart(expression, at + 1);
      steps.push({ kind: 'member', name: expression.slice(at + 1, end) });
      at = end;
    }
  }
  return { base: expression.slice(0, baseEnd), steps };
}

function nextStepStart(expression: string, from: number): number {
  for (let at = from; at < expression.length; at++) {
    const char = expression.charCodeAt(at);
    if (char === 46 /* . */ || ((char === 40 /* ( */ || char === 91) /* [ */ && at > 0)) return at;
  }
  return expression.length;
}
