import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { RUST_BUILTINS } from './rust-names.js';
import { rustFile } from './rust-file.js';

const DEPTH_LIMIT = 16;

/** Generic types that hold many values of their last type argument. */
const CONTAINERS = new Set([
  'Vec', 'VecDeque', 'LinkedList', 'BinaryHeap', 'HashMap', 'HashSet', 'BTreeMap', 'BTreeSet', 'IndexMap', 'IndexSet',
  'FxHashMap', 'FxHashSet', 'AHashMap', 'DashMap', 'SmallVec', 'ArrayVec', 'Iterator', 'IntoIterator',
  'DoubleEndedIterator', 'ExactSizeIterator', 'ParallelIterator', 'Stream', 'Iter', 'IterMut', 'IntoIter', 'Drain',
  'Sender', 'Receiver', 'UnboundedSender', 'UnboundedReceiver',
]); // prettier-ignore

/** Generic types whose value is used as if it were their first type argument. */
const WRAPPERS = new Set([
  'Box', 'Rc', 'Arc', 'Weak', 'Option', 'Result', 'RefCell', 'Cell', 'UnsafeCell', 'Mutex', 'RwLock', 'MutexGuard',
  'RwLockReadGuard', 'RwLockWriteGuard', 'Ref', 'RefMut', 'Pin', 'Cow', 'OnceCell', 'OnceLock', 'LazyLock', 'LazyCell',
  'Lazy', 'ManuallyDrop', 'MaybeUninit', 'NonNull', 'Poll', 'Future', 'AsRef', 'AsMut', 'Borrow', 'Deref', 'Into',
  'Wrapping', 'Reverse', 'PhantomData',
]); // prettier-ignore

/** The value expression of a value of the given type; null when the type says nothing useful. */
export function typeExpression(node: Node | null, extraction: Extraction, depth = 0): Expression | null {
  if (node === null || depth > DEPTH_LIMIT) return null;
  const inner = (child: Node | null): Expression | null => typeExpression(child, extraction, depth + 1);
  switch (node.type) {
    case 'primitive_type':
      return `@${extraction.textOf(node)}`;
    case 'type_identifier':
      return namedType(extraction.textOf(node), extraction);
    case 'scoped_type_identifier':
      return scopedType(node, extraction);
    case 'generic_type':
      return genericType(node, extraction, depth);
    case 'reference_type':
    case 'pointer_type':
      return inner(node.childForFieldName('type'));
    case 'array_type': {
      const element = inner(node.childForFieldName('element'));
      return element === null ? null : `${element}[]`;
    }
    case 'abstract_type':
    case 'dynamic_type':
      return inner(node.childForFieldName('trait'));
    case 'bounded_type':
    case 'bracketed_type':
      return inner(node.firstNamedChild);
    case 'type_binding':
      return inner(node.childForFieldName('type'));
    default:
      return null;
  }
}

function namedType(name: string, extraction: Extraction): Expression | null {
  if (name === '_') return null;
  if (name === 'Self') {
    const self = rustFile(extraction).selfType();
    return self === undefined ? null : `@${self.replaceAll('.', '::')}`;
  }
  const found = extraction.scope.find(name);
  // A type parameter is used as the trait that bounds it.
  if (found?.binding.kind === 'local') return found.binding.type === UNKNOWN ? null : found.binding.type;
  return `@${name}`;
}

function scopedType(node: Node, extraction: Extraction): Expression | null {
  const text = pathText(node, extraction);
  if (text === undefined || text.startsWith('Self::')) return null;
  const found = extraction.scope.find(text.slice(0, text.indexOf('::')));
  return found?.binding.kind === 'local' ? null : `@${text}`;
}

function genericType(node: Node, extraction: Extraction, depth: number): Expression | null {
  const type = node.childForFieldName('type');
  if (type === null) return null;
  const written = (type.type === 'type_identifier' ? type : type.childForFieldName('name')) ?? type;
  const name = extraction.textOf(written);
  const isContainer = CONTAINERS.has(name);
  if (!isContainer && !WRAPPERS.has(name)) return typeExpression(type, extraction, depth + 1);
  const parameters = (node.childForFieldName('type_arguments')?.namedChildren ?? []).filter(
    (argument) => argument.type !== 'lifetime',
  );
  const argument = (isContainer ? parameters[parameters.length - 1] : parameters[0]) ?? null;
  const element = typeExpression(argument, extraction, depth + 1);
  return element === null || !isContainer ? element : `${element}[]`;
}

/** The text of a path of plain names, without layout and type arguments; undefined for other paths. */
export function pathText(node: Node, extraction: Extraction, depth = 0): string | undefined {
  if (depth > DEPTH_LIMIT) return undefined;
  switch (node.type) {
    case 'identifier':
    case 'type_identifier':
    case 'crate':
    case 'self':
    case 'super':
      return extraction.textOf(node);
    case 'metavariable':
      return extraction.textOf(node) === '$crate' ? 'crate' : undefined;
    case 'generic_type':
      return inPath(node.childForFieldName('type'), extraction, depth);
    case 'bracketed_type':
      return bracketedPath(node.firstNamedChild, extraction, depth);
    case 'reference_type':
      return inPath(node.childForFieldName('type'), extraction, depth);
    case 'scoped_identifier':
    case 'scoped_type_identifier': {
      const name = inPath(node.childForFieldName('name'), extraction, depth);
      const path = node.childForFieldName('path');
      if (path === null) return name;
      const owner = inPath(path, extraction, depth);
      return owner === undefined || name === undefined ? undefined : `${owner}::${name}`;
    }
    default:
      return undefined;
  }
}

function inPath(node: Node | null, extraction: Extraction, depth: number): string | undefined {
  return node === null ? undefined : pathText(node, extraction, depth + 1);
}

/** `<T as Trait>` is the type's, unless the type is a parameter or has no name. */
function bracketedPath(type: Node | null, extraction: Extraction, depth: number): string | undefined {
  if (type?.type !== 'qualified_type') return inPath(type, extraction, depth);
  const own = inPath(type.childForFieldName('type'), extraction, depth);
  const isKnown = own !== undefined && extraction.scope.find(own)?.binding.kind !== 'local';
  return isKnown ? own : inPath(type.childForFieldName('alias'), extraction, depth);
}

export interface TypeParameter {
  readonly name: string;
  /** The first bound that is a trait of the program's own. */
  readonly bound: Expression | null;
}

/** The type parameters of an item with what its `<…>` and `where` say about them. */
export function typeParameters(node: Node, extraction: Extraction): TypeParameter[] {
  const list = node.childForFieldName('type_parameters')?.namedChildren ?? [];
  const parameters = list.filter((child) => child.type === 'type_parameter');
  if (parameters.length === 0) return [];
  const where = node.namedChildren.find((child) => child.type === 'where_clause')?.namedChildren ?? [];
  return parameters.flatMap((parameter) => {
    const name = parameter.childForFieldName('name');
    if (name === null) return [];
    const text = extraction.textOf(name);
    const predicates = where.filter((predicate) => {
      const left = predicate.childForFieldName('left');
      return left !== null && extraction.textOf(left) === text;
    });
    const bounds = [parameter, ...predicates].flatMap((one) => one.childForFieldName('bounds')?.namedChildren ?? []);
    return [{ name: text, bound: firstOwnBound(bounds, extraction) }];
  });
}

function firstOwnBound(bounds: readonly Node[], extraction: Extraction): Expression | null {
  for (const bound of bounds) {
    const type = typeExpression(bound, extraction);
    if (type !== null && !RUST_BUILTINS.has(type.slice(1))) return type;
  }
  return null;
}
