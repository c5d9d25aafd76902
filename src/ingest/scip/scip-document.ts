import { fromBinary } from '@bufbuild/protobuf';
import { DocumentSchema, PositionEncoding as ScipEncoding, type Document } from '@c4312/scip/scip_pb.js';
import { rangeOf, type Range } from './range.js';

/** What a column counts: bytes of UTF-8, units of UTF-16, or code points. */
export type PositionEncoding = 'utf8' | 'utf16' | 'utf32';

/** Bits of an occurrence's roles. */
export const ROLE = { definition: 1, import: 2, write: 4, read: 8, generated: 16, test: 32, forward: 64 } as const;

/** A document of a SCIP index as plain data. */
export interface ScipDocument {
  readonly path: string;
  readonly language: string;
  /** Empty when the index has no text. */
  readonly text: string;
  /** Undefined when the index does not say. */
  readonly encoding: PositionEncoding | undefined;
  readonly occurrences: readonly ScipOccurrence[];
  readonly symbols: readonly ScipSymbolInformation[];
}

export interface ScipOccurrence {
  readonly symbol: string;
  /** Undefined for numbers that are no range. */
  readonly range: Range | undefined;
  readonly roles: number;
  /** Of a definition all of it, with its body; undefined when the indexer does not say. */
  readonly enclosing: Range | undefined;
}

export interface ScipSymbolInformation {
  readonly symbol: string;
  /** A number of `SymbolInformation.Kind`; 0 when the indexer does not say. */
  readonly kind: number;
  readonly displayName: string;
  readonly documentation: readonly string[];
  readonly signature: string | null;
  readonly relationships: readonly ScipRelationship[];
  readonly enclosingSymbol: string;
}

export interface ScipRelationship {
  readonly symbol: string;
  readonly isReference: boolean;
  readonly isImplementation: boolean;
  readonly isTypeDefinition: boolean;
}

const ENCODINGS: Readonly<Partial<Record<ScipEncoding, PositionEncoding>>> = {
  [ScipEncoding.UTF8CodeUnitOffsetFromLineStart]: 'utf8',
  [ScipEncoding.UTF16CodeUnitOffsetFromLineStart]: 'utf16',
  [ScipEncoding.UTF32CodeUnitOffsetFromLineStart]: 'utf32',
};

/** Throws RangeError or an Error of the protobuf library for bytes that are no document. */
export function decodeDocument(bytes: Uint8Array): ScipDocument {
  const document = fromBinary(DocumentSchema, bytes);
  return {
    path: document.relativePath,
    language: document.language,
    text: document.text,
    encoding: ENCODINGS[document.positionEncoding],
    occurrences: document.occurrences.map(({ symbol, range, symbolRoles, enclosingRange }) => ({
      symbol,
      range: rangeOf(range),
      roles: symbolRoles,
      enclosing: enclosingRange.length === 0 ? undefined : rangeOf(enclosingRange),
    })),
    symbols: document.symbols.map(informationOf),
  };
}

function informationOf(information: Document['symbols'][number]): ScipSymbolInformation {
  const { symbol, kind, displayName, documentation, relationships, enclosingSymbol } = information;
  return {
    symbol,
    kind,
    displayName,
    documentation,
    signature: information.signatureDocumentation?.text ?? null,
    relationships: relationships.map(({ symbol: target, isReference, isImplementation, isTypeDefinition }) => ({
      symbol: target,
      isReference,
      isImplementation,
      isTypeDefinition,
    })),
    enclosingSymbol,
  };
}
