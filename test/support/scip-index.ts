import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { IndexSchema, PositionEncoding, type Document, type DocumentSchema } from '@c4312/scip/scip_pb.js';
import { temporaryFolder } from './temporary-folder.js';

export type DocumentShape = Exclude<MessageInitShape<typeof DocumentSchema>, Document>;
type OccurrenceShape = NonNullable<DocumentShape['occurrences']>[number];

export interface DocumentOptions {
  readonly symbols?: DocumentShape['symbols'];
  /** Put the text into the index. */
  readonly withText?: boolean;
  /** Leave out how far definitions go. */
  readonly withoutBodies?: boolean;
  readonly encoding?: PositionEncoding;
}

export const PACKAGE = 's npm p 1.0.0';

/** The text of a symbol of the package in one of its files, or of the file itself. */
export function named(file: string, descriptors = ''): string {
  return `${PACKAGE} \`${file}\`/${descriptors}`;
}

const MARK = /«(=?)(\S+) ([^»]*)»|‹(\S+) |›/g;

/**
 * A document of a text with marks: `«=f() name»` defines the symbol `f().` of the file, `«b.ts:f() name»`
 * refers to one of another file, `«b.ts: text»` to that file, `‹f() …›` is the body of a definition. The
 * document defines itself at its beginning.
 */
export function markedDocument(path: string, marked: string, options: DocumentOptions = {}): DocumentShape {
  const { encoding = PositionEncoding.UnspecifiedPositionEncoding } = options;
  let text = '';
  let from = 0;
  const occurrences: OccurrenceShape[] = [{ symbol: named(path), symbolRoles: 1, range: [0, 0, 0] }];
  const open: { readonly symbol: string; readonly start: number[] }[] = [];
  const bodies = new Map<string, number[]>();
  for (const mark of marked.matchAll(MARK)) {
    text += marked.slice(from, mark.index);
    from = mark.index + mark[0].length;
    const [, isDefinition, reference, name, body] = mark;
    if (body !== undefined) open.push({ symbol: symbolNamed(path, body), start: endOf(text, encoding) });
    else if (reference === undefined) {
      const closed = open.pop();
      if (closed !== undefined) bodies.set(closed.symbol, [...closed.start, ...endOf(text, encoding)]);
    } else {
      const start = endOf(text, encoding);
      text += name ?? '';
      const range = [...start, ...endOf(text, encoding)];
      occurrences.push({ symbol: symbolNamed(path, reference), symbolRoles: isDefinition === '=' ? 1 : 0, range });
    }
  }
  text += marked.slice(from);
  for (const occurrence of options.withoutBodies === true ? [] : occurrences) {
    const body = bodies.get(occurrence.symbol ?? '');
    if (occurrence.symbolRoles === 1 && body !== undefined) occurrence.enclosingRange = body;
  }
  return {
    relativePath: path,
    language: 'typescript',
    occurrences,
    positionEncoding: encoding,
    symbols: options.symbols ?? [],
    text: options.withText === true ? text : '',
  };
}

/** The text of a marked document without its marks. */
export function unmarked(marked: string): string {
  return marked.replace(MARK, (_, __, ___, name: string | undefined) => name ?? '');
}

function symbolNamed(path: string, reference: string): string {
  const [file, descriptors] = reference.includes(':') ? reference.split(':') : [path, reference];
  return named(file ?? '', (descriptors ?? '').replace(/\(\)$/, '().'));
}

function endOf(text: string, encoding: PositionEncoding): number[] {
  const lines = text.split('\n');
  const last = lines.at(-1) ?? '';
  const { UTF8CodeUnitOffsetFromLineStart: UTF8, UTF32CodeUnitOffsetFromLineStart: UTF32 } = PositionEncoding;
  const column = encoding === UTF8 ? Buffer.byteLength(last) : encoding === UTF32 ? [...last].length : last.length;
  return [lines.length - 1, column];
}

/** The bytes of an index. */
export function scipBytes(
  documents: readonly DocumentShape[],
  options: { readonly tool?: string; readonly version?: number; readonly root?: string } = {},
): Uint8Array {
  const { tool = 'test', version = 0, root = 'file:///nowhere/p' } = options;
  const metadata = { version, toolInfo: { name: tool, version: '1' }, projectRoot: root, textDocumentEncoding: 1 };
  return toBinary(IndexSchema, create(IndexSchema, { metadata, documents: [...documents] }));
}

/** A file with these bytes, in a folder of its own. */
export function fileWith(bytes: Uint8Array | string, name = 'index.scip'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}
