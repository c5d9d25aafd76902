import { ECMASCRIPT_FLOW } from './ecmascript.js';
import type { FlowSyntax } from './flow-syntax.js';
import { GO_FLOW } from './go.js';
import { JAVA_FLOW } from './java.js';
import { PYTHON_FLOW } from './python.js';
import { RUST_FLOW } from './rust.js';

/** By the name of the language in the store. */
const SYNTAXES: ReadonlyMap<string, FlowSyntax> = new Map([
  ['typescript', ECMASCRIPT_FLOW],
  ['tsx', ECMASCRIPT_FLOW],
  ['javascript', ECMASCRIPT_FLOW],
  ['python', PYTHON_FLOW],
  ['go', GO_FLOW],
  ['java', JAVA_FLOW],
  ['rust', RUST_FLOW],
]);

/** How a language's control flow is written; undefined when that is not known. */
export function flowSyntaxOf(language: string): FlowSyntax | undefined {
  return SYNTAXES.get(language);
}
