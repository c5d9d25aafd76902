import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Visibility } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { expect, isExpectable } from './ecmascript-expected.js';
import { expressionOf } from './ecmascript-expressions.js';
import { commonJsExport, consumeNames } from './ecmascript-modules.js';
import { assignTo } from './ecmascript-references.js';
import { FUNCTION_VALUES, defineFunction } from './ecmascript-symbols.js';

/** What assignments define: fields, functions on objects, exports, types of locals. */

export const assignment: Rule = (node, extraction) => {
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  if (left === null) return;
  const target = assignedFunction(node, extraction);
  if (target !== undefined && right !== null) return defineAssigned(node, target, right, extraction);
  commonJsExport(left, right, extraction);
  // TypeScript has every field declared.
  if (extraction.language.name === 'javascript') fieldAssignment(left, right, extraction);
  localAssignment(left, right, extraction);
  assignTo(left, 'write', extraction);
  if (isExpectable(right)) expect(right, expressionOf(left, extraction), extraction);
};

/** `let x; x = new Foo()`: the first assignment says what a local is. */
function localAssignment(left: Node, right: Node | null, extraction: Extraction): void {
  if (left.type !== 'identifier') return;
  const name = extraction.textOf(left);
  const found = extraction.scope.find(name);
  if (found?.binding.kind !== 'local' || found.binding.type !== UNKNOWN) return;
  const type = expressionOf(right, extraction);
  if (type !== UNKNOWN && type !== name && found.scope === extraction.scope) found.scope.declareLocal(name, type);
}

/** `this.x = value` in a method makes `x` a field of the class. */
function fieldAssignment(left: Node, right: Node | null, extraction: Extraction): void {
  if (left.type !== 'member_expression' || left.childForFieldName('object')?.type !== 'this') return;
  const owner = extraction.enclosingType();
  const property = left.childForFieldName('property');
  if (owner === undefined || property === null) return;
  const type = expressionOf(right, extraction);
  extraction.defineField(owner, left, {
    name: extraction.textOf(property),
    nodeType: 'variable',
    visibility: property.type === 'private_property_identifier' ? 'private' : 'public',
    valueType: type === UNKNOWN ? null : type,
    declares: false,
  });
}

interface AssignedFunction {
  readonly name: string;
  readonly owner?: string;
  readonly visibility: Visibility;
  readonly isMethod: boolean;
}

/** `exports.f = function…`, `module.exports.f = …` and `Type.prototype.m = …` at the top level. */
export function assignedFunction(node: Node, extraction: Extraction): AssignedFunction | undefined {
  const right = node.childForFieldName('right');
  const left = node.childForFieldName('left');
  if (right === null || left?.type !== 'member_expression' || !FUNCTION_VALUES.has(right.type)) return undefined;
  if (node.parent?.parent?.type !== 'program') return undefined;
  const match = /^(?:module\.)?exports\.([\w$]+)$/.exec(extraction.textOf(left));
  if (match?.[1] !== undefined) return { name: match[1], visibility: 'public', isMethod: false };
  const method = /^([\w$]+\.prototype\.[\w$]+|(?!module\.|exports\.|window\.|globalThis\.)[A-Z][\w$]*\.[\w$]+)$/.exec(
    extraction.textOf(left),
  );
  if (method?.[1] === undefined) return undefined;
  const [owner = '', name = ''] = method[1].replace('.prototype.', '.').split('.');
  return { name, owner, visibility: 'public', isMethod: true };
}

function defineAssigned(node: Node, target: AssignedFunction, right: Node, extraction: Extraction): void {
  if (/exports\./.test(extraction.textOf(node).slice(0, 20))) extraction.isModule = true;
  consumeNames(node.childForFieldName('left'), extraction);
  defineFunction(node, target.name, right, extraction, {
    range: node.parent ?? node,
    visibility: target.visibility,
    isMethod: target.isMethod,
    ...(target.owner === undefined ? {} : { owner: target.owner }),
  });
}
