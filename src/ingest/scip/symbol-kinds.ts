import { SymbolInformation_Kind as Kind } from '@c4312/scip/scip_pb.js';
import type { NodeType, ScipDescriptor } from '../../model/index.js';
import type { ScipSymbolInformation } from './scip-document.js';

/** The kinds that say which node type a symbol has, whatever else is known of it. */
const NODE_TYPE_OF_KIND: Readonly<Partial<Record<Kind, NodeType>>> = {
  [Kind.Class]: 'class',
  [Kind.SingletonClass]: 'class',
  [Kind.TypeClass]: 'class',
  [Kind.Object]: 'class',
  [Kind.Error]: 'class',
  [Kind.Message]: 'class',
  [Kind.Contract]: 'class',
  [Kind.Interface]: 'interface',
  [Kind.Protocol]: 'interface',
  [Kind.Trait]: 'trait',
  [Kind.Struct]: 'struct',
  [Kind.Union]: 'struct',
  [Kind.Enum]: 'enum',
  [Kind.Type]: 'type',
  [Kind.TypeAlias]: 'type',
  [Kind.TypeFamily]: 'type',
  [Kind.DataFamily]: 'type',
  [Kind.AssociatedType]: 'type',
  [Kind.Delegate]: 'type',
  [Kind.Function]: 'function',
  [Kind.Macro]: 'function',
  [Kind.Method]: 'method',
  [Kind.AbstractMethod]: 'method',
  [Kind.Accessor]: 'method',
  [Kind.Constructor]: 'method',
  [Kind.Getter]: 'method',
  [Kind.Setter]: 'method',
  [Kind.MethodAlias]: 'method',
  [Kind.MethodSpecification]: 'method',
  [Kind.ProtocolMethod]: 'method',
  [Kind.PureVirtualMethod]: 'method',
  [Kind.SingletonMethod]: 'method',
  [Kind.StaticMethod]: 'method',
  [Kind.TraitMethod]: 'method',
  [Kind.TypeClassMethod]: 'method',
  [Kind.Module]: 'module',
  [Kind.Namespace]: 'module',
  [Kind.Package]: 'module',
  [Kind.PackageObject]: 'module',
  [Kind.File]: 'module',
  [Kind.Variable]: 'variable',
  [Kind.Constant]: 'variable',
  [Kind.Field]: 'variable',
  [Kind.Property]: 'variable',
  [Kind.EnumMember]: 'variable',
  [Kind.StaticDataMember]: 'variable',
  [Kind.StaticField]: 'variable',
  [Kind.StaticProperty]: 'variable',
  [Kind.StaticVariable]: 'variable',
  [Kind.Value]: 'variable',
};

/** The kind that a node type is written as. */
export const KIND_OF_NODE_TYPE: Readonly<Record<NodeType, Kind>> = {
  function: Kind.Function,
  class: Kind.Class,
  method: Kind.Method,
  variable: Kind.Variable,
  module: Kind.Module,
  interface: Kind.Interface,
  enum: Kind.Enum,
  struct: Kind.Struct,
  trait: Kind.Trait,
  type: Kind.TypeAlias,
  external: Kind.UnspecifiedKind,
};

/** The word that a type's declaration begins with says which kind of type it is. */
const TYPE_WORD =
  /^(?:(?:export|default|declare|abstract|public|final|sealed|pub(?:\([^)]*\))?)\s+)*(class|interface|enum|struct|trait|type)\b/;
/** How scip-typescript shows a variable that holds a function. */
const HOLDS_FUNCTION = /^(?:var|let|const)\s[^:]*:[^]*=>/;
const PROPERTY_HOLDS_FUNCTION = /^\(property\)[^:]*:[^]*=>/;
/** A code block, as indexers put a signature into the documentation that have no place of its own for it. */
const CODE_BLOCK = /^```[\w+#-]*\n([^]*?)\n?```\s*$/;

/** A word in brackets that scip-typescript and scip-python put before some declarations. */
const WORD_BEFORE = /^\([a-z ]+\) /;

/** What is written about a symbol, told apart into how it is declared and what is said about it. */
export interface SymbolTexts {
  readonly signature: string | null;
  /** The signature as the indexer wrote it. */
  readonly declared: string | null;
  readonly documentation: string | null;
}

export function textsOf(information: ScipSymbolInformation | undefined): SymbolTexts {
  const [first, ...rest] = information?.documentation ?? [];
  const block = CODE_BLOCK.exec(first ?? '')?.[1];
  const isSignature = block !== undefined;
  const prose = (isSignature ? rest : (information?.documentation ?? [])).join('\n\n').trim();
  const declared = information?.signature ?? block ?? null;
  const signature = (declared ?? '').replace(/\s+/g, ' ').replace(WORD_BEFORE, '').trim();
  return {
    signature: signature === '' ? null : signature,
    declared,
    documentation: prose === '' ? null : prose,
  };
}

/**
 * The node type of a symbol, from its kind where the indexer says it, else from its last descriptor and
 * how it is declared.
 *
 * @param hasBody whether the index says how far the definition goes; a variable that holds a function has a body
 */
export function nodeTypeOf(
  information: ScipSymbolInformation | undefined,
  descriptors: readonly ScipDescriptor[],
  declaration: string | null,
  hasBody: boolean,
): NodeType {
  const told = NODE_TYPE_OF_KIND[(information?.kind ?? 0) as Kind];
  if (told !== undefined) return told;
  const declared = declaration ?? '';
  switch (descriptors.at(-1)?.suffix) {
    case 'namespace':
    case 'meta':
      return 'module';
    case 'type': {
      const word = TYPE_WORD.exec(declared)?.[1];
      return word === undefined ? 'class' : (word as NodeType);
    }
    case 'method':
      return descriptors.at(-2)?.suffix === 'type' ? 'method' : 'function';
    case 'macro':
      return 'function';
    default:
      if (hasBody && HOLDS_FUNCTION.test(declared)) return 'function';
      return hasBody && PROPERTY_HOLDS_FUNCTION.test(declared) ? 'method' : 'variable';
  }
}

/** A descriptor's name as people write it: `<constructor>` is `constructor`, `<get>area` is `area`. */
export function plainName(name: string): string {
  const plain = /^<(?:get|set)>([^]+)$/.exec(name)?.[1] ?? (name === '<constructor>' ? 'constructor' : name);
  return plain === '' ? '(anonymous)' : plain;
}
