import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLestockageError } from '../../model/index.js';
import { SourceParser } from '../extract/grammars.js';
import { languageOf } from '../languages/index.js';
import { readSource } from '../walk/index.js';
import { DocumentText } from './document-text.js';
import type { ScipMetadata } from './index-file.js';
import type { Range } from './range.js';
import type { PositionEncoding, ScipDocument } from './scip-document.js';

const PARSE_TIMEOUT_MS = 10_000;
/** Of the indexers that do not say what their columns count, these count bytes; the others come from compilers that count UTF-16. */
const COUNT_BYTES: ReadonlySet<string> = new Set(['scip-go', 'rust-analyzer', 'scip-clang', 'scip-ruby']);

/** A definition as this library's own extractor sees it. */
export interface ExtractedSymbol {
  readonly name: string;
  readonly range: Range;
}

/** The texts of the documents of an index, as far as they are at hand: in the index, or in the project's folder. */
export class SourceTexts {
  private readonly parser = new SourceParser();

  private constructor(
    private readonly root: string | undefined,
    private readonly defaultEncoding: PositionEncoding,
  ) {}

  /** `root` is the project's folder; unless told it is what the index names, when that is a folder here. */
  static async find(metadata: ScipMetadata, root: string | undefined): Promise<SourceTexts> {
    const folder = root ?? (await folderOf(metadata.projectRoot));
    return new SourceTexts(folder, defaultEncodingOf(metadata.tool));
  }

  /** Undefined when there is no text. It may be of another time than the index. */
  textOf(document: ScipDocument): DocumentText | undefined {
    const encoding = document.encoding ?? this.defaultEncoding;
    if (document.text !== '') return new DocumentText(document.text, encoding);
    if (this.root === undefined) return undefined;
    const absolutePath = path.join(this.root, document.path);
    const read = readSource({ path: document.path, absolutePath, sizeBytes: 0 });
    return read.kind === 'source' ? new DocumentText(read.text, encoding, read.bomBytes) : undefined;
  }

  /** The definitions in a document by the built-in extractor; empty for languages that it does not read. */
  async extract(document: ScipDocument, text: DocumentText): Promise<ExtractedSymbol[]> {
    const language = languageOf(document.path);
    if (language === undefined) return [];
    const source = {
      path: document.path,
      text: text.text,
      textBytes: text.textBytes,
      leadingBytes: text.leadingBytes,
    };
    try {
      const { symbols } = await this.parser.parse(language, source, PARSE_TIMEOUT_MS);
      return symbols.slice(1).map(({ name, startByte, endByte }) => ({
        name,
        range: {
          start: text.positionOf(text.indexOfByte(startByte)),
          end: text.positionOf(text.indexOfByte(endByte)),
        },
      }));
    } catch (error) {
      // A text that cannot be parsed says nothing; the index does without.
      if (isLestockageError(error) && error.code === 'PARSE_FAILED') return [];
      throw error;
    }
  }
}

/** What the columns of an indexer count that does not say so. */
export function defaultEncodingOf(tool: string): PositionEncoding {
  return COUNT_BYTES.has(tool) ? 'utf8' : 'utf16';
}

async function folderOf(projectRoot: string): Promise<string | undefined> {
  if (!projectRoot.startsWith('file://')) return undefined;
  try {
    const folder = fileURLToPath(projectRoot);
    return (await stat(folder)).isDirectory() ? folder : undefined;
  } catch {
    // Indexes are read far from where they were made.
    return undefined;
  }
}
