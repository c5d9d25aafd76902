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
 *            | '{' a '|' b … '}'      a value that is one of these, or all of them at once
 *            | '<' a ',' b … ';' r '>'  a function: what it takes, in order, and what it returns
 * step       = '.' name        member
 *            | '()'            result of calling it
 *            | '(' n ')'       what it takes as its argument number n, counted from 0
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
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'call' }
  | { readonly kind: 'argument'; readonly position: number }
  | { readonly kind: 'element' };

export interface ParsedExpression {
  readonly base: string;
  readonly steps: readonly ExpressionStep[];
}

/** A function type taken apart. */
export interface FunctionType {
  readonly parameters: readonly Expression[];
  readonly result: Expression;
}

/**
 * A type as extractors build it has one `[]` for each level of container. Said of a declaration, these
 * are part of the type; without this they would read as steps to an element.
 */
export function declaredType(type: Expression): Expression {
  const container = /^(@[\w$:]+|[{<].*[}>])((?:\[\])+)$/.exec(type);
  if (container === null) return type;
  const base = container[1] ?? '';
  if (!base.startsWith('@') && baseEnd(type) !== base.length) return type;
  return base + '*'.repeat((container[2] ?? '').length / 2);
}

/** Is the expression a container of values of a known type? */
export function isContainerType(expression: Expression): boolean {
  return /^@[^.()]*(\*|\[\])$/.test(expression);
}

/** A value that is one of several. */
export function alternatives(types: readonly Expression[]): Expression {
  const different = [...new Set(types)];
  return different.length === 1 ? (different[0] ?? UNKNOWN) : `{${different.join('|')}}`;
}

/** The parts of a base that is written as alternatives; undefined for any other base. */
export function alternativesOf(
  base: string,
): { readonly types: readonly Expression[]; readonly levels: number } | undefined {
  if (!base.startsWith('{')) return undefined;
  const levels = levelsOf(base);
  return { types: splitTop(base.slice(1, base.length - levels - 1), '|'), levels };
}

export function functionType({ parameters, result }: FunctionType): Expression {
  return `<${parameters.join(',')};${result}>`;
}

/** The parts of a base that is written as a function; undefined for any other, and for a container of functions. */
export function functionTypeOf(base: string): FunctionType | undefined {
  if (!base.startsWith('<') || !base.endsWith('>')) return undefined;
  const [parameters = '', result = UNKNOWN] = splitTop(base.slice(1, -1), ';');
  return { parameters: parameters === '' ? [] : splitTop(parameters, ','), result };
}

/** How many levels of container stand behind a base. */
export function levelsOf(base: string): number {
  let levels = 0;
  while (base.charCodeAt(base.length - 1 - levels) === 42 /* * */) levels++;
  return levels;
}

const CALL: ExpressionStep = { kind: 'call' };
const ELEMENT: ExpressionStep = { kind: 'element' };

/** Splits an expression into its base and steps. Never throws: the notation has no invalid texts. */
export function parseExpression(expression: Expression): ParsedExpression {
  const end = baseEnd(expression);
  const steps: ExpressionStep[] = [];
  let at = end;
  while (at < expression.length) {
    if (expression.startsWith('()', at)) {
      steps.push(CALL);
      at += 2;
    } else if (expression.startsWith('[]', at)) {
      steps.push(ELEMENT);
      at += 2;
    } else if (expression.startsWith('(', at)) {
      const close = expression.indexOf(')', at);
      steps.push({ kind: 'argument', position: Number(expression.slice(at + 1, close)) });
      at = close < 0 ? expression.length : close + 1;
    } else {
      const next = nextStepStart(expression, at + 1);
      steps.push({ kind: 'member', name: expression.slice(at + 1, next) });
      at = next;
    }
  }
  return { base: expression.slice(0, end), steps };
}

/** Where the steps begin. */
function baseEnd(expression: Expression): number {
  const first = expression.charCodeAt(0);
  if (first !== 60 /* < */ && first !== 123 /* { */) return nextStepStart(expression, 0);
  let end = closingOf(expression);
  while (expression.charCodeAt(end) === 42 /* * */) end++;
  return end;
}

/** Behind the bracket that closes the one an expression begins with; its length when there is none. */
function closingOf(expression: string): number {
  let depth = 0;
  for (let at = 0; at < expression.length; at++) {
    const char = expression.charCodeAt(at);
    if (char === 60 || char === 123) depth++;
    else if ((char === 62 /* > */ || char === 125) /* } */ && --depth === 0) return at + 1;
  }
  return expression.length;
}

/** Splits at a separator that stands in no bracket. */
function splitTop(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '<' || char === '{') depth++;
    else if (char === '>' || char === '}') depth--;
    else if (char === separator && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

function nextStepStart(expression: string, from: number): number {
  for (let at = from; at < expression.length; at++) {
    const char = expression.charCodeAt(at);
    if (char === 46 /* . */ || ((char === 40 /* ( */ || char === 91) /* [ */ && at > 0)) return at;
  }
  return expression.length;
}
