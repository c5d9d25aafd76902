import type { Node } from 'web-tree-sitter';
import type { FlowSyntax } from './flow-syntax.js';
import type { Lowering } from './lowering.js';
import type { StepDraft } from './step-draft.js';

/** Parts of values, and operators that stop early, for languages that write them alike. */

/** Adds that the value a place is a part of may be another one now: `a` for `a.b[c]`. */
export function changePart(place: Node | null, lowering: Lowering, step: StepDraft, isFreeToo: boolean): void {
  let inner = place;
  while (inner !== null && inner.type !== 'identifier' && inner.type !== 'self') inner = ownerOf(inner);
  if (inner === null) return;
  const name = lowering.textOf(inner);
  if (isFreeToo || lowering.isDeclared(name)) step.mayDefs.add(lowering.variable(name));
}

const OWNERS = ['operand', 'object', 'value', 'array', 'argument'];
const PARTS = /^(selector|index|slice|field|unary|parenthesized|reference)_expression$|^(field|array)_access$/;

/** What a part is a part of; the result of a call is a part of nothing. */
function ownerOf(place: Node): Node | null {
  if (!PARTS.test(place.type)) return null;
  for (const field of OWNERS) {
    const owner = place.childForFieldName(field);
    if (owner !== null) return owner;
  }
  return place.firstNamedChild;
}

/** The rule of an operator with a `left` and a `right` that may leave its right side alone. */
export function shortCircuit(operators: ReadonlySet<string>): FlowSyntax['expressions'][string] {
  return (node, lowering, step) => {
    const operator = node.childForFieldName('operator');
    if (operator === null || !operators.has(operator.type)) return lowering.walkChildren(node, step);
    const value = lowering.temporary();
    const test = lowering.step(node.childForFieldName('left'), operator);
    test.defs.add(value);
    lowering.branch(test, () => lowering.value(node.childForFieldName('right'), value));
    step.uses.add(value);
  };
}

/** Nodes of some types below a node, without those inside of other functions. */
export function ownDescendants(root: Node, types: string[], functions: ReadonlySet<string>): Node[] {
  return root.descendantsOfType(types).filter((node) => {
    let around = node.parent;
    while (around !== null && around.id !== root.id && !functions.has(around.type)) around = around.parent;
    return around === null || around.id === root.id;
  });
}
