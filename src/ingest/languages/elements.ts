import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';

/** A container of such values, when it is said of what type they are. */
export function containerOf(element: Expression): Expression | null {
  return isTypeValue(element) ? `${element}*` : null;
}

/** What is in the container: the type itself where it is written down, a step towards it where it is not. */
export function elementOf(container: Expression): Expression {
  if (container === UNKNOWN) return UNKNOWN;
  return isContainer(container) ? container.slice(0, -1) : `${container}[]`;
}

/** Is the expression a container of a known element type, with nothing done to it yet? */
export function isContainer(expression: Expression): boolean {
  return isTypeValue(expression) && expression.endsWith('*');
}

function isTypeValue(expression: Expression): boolean {
  return /^@[^.()[\]]+$/.test(expression);
}

/** An expression with the locals at its start replaced by what is known of them so far. */
export function knownAs(expression: Expression, extraction: Extraction): Expression {
  let resolved = extraction.scope.resolve(expression);
  while (/^@[^.()[\]]+\*\[\]/.test(resolved)) resolved = resolved.replace('*[]', '');
  return resolved;
}
