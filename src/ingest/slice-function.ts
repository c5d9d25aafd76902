import path from 'node:path';
import { analyzeFlow, decodeFlow, encodeFlow, slice, type FunctionFlow, type StoredFlow } from '../flow/index.js';
import type { CodeSymbol, FileStore, NodeStore, Project, ProjectStore, SymbolQuery } from '../graph/index.js';
import type { IncrementalCache } from '../incremental/index.js';
import {
  AmbiguousError,
  isLestockageError,
  NodeHash,
  NotFoundError,
  ParseError,
  UsageError,
  type ErrorCode,
  type Node,
} from '../model/index.js';
import { SourceParser } from './extract/grammars.js';
import { flowSyntaxOf } from './flow/languages.js';
import { lowerFunction } from './flow/lower-function.js';
import { FlowUnavailable } from './flow/lowering.js';
import { languageByName } from './languages/index.js';
import { readSource, type SourceFile } from './walk/index.js';

/** Longer than any real source takes; a guard against inputs made to be slow. */
const PARSE_TIMEOUT_MS = 10_000;
/** Ways in which what was computed cannot be kept, and is computed the next time. */
const MAY_FAIL: ReadonlySet<ErrorCode> = new Set(['READ_ONLY', 'CONNECTION_FAILED', 'NOT_AUTHORIZED']);

/** What to slice. */
export interface SliceOptions {
  /** The project of the file; needed where several projects have a file of that path. */
  readonly project?: string;
  /** From the project's root, or absolute. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** `backward`: what the line depends on (the default); `forward`: what depends on it. */
  readonly direction?: 'backward' | 'forward';
}

/** A part of one function. */
export interface ProgramSlice {
  /** The innermost function around the line. */
  readonly function: CodeSymbol;
  /** 1-based lines of the file, in rising order; the line itself is one of them when it has code. */
  readonly lines: readonly number[];
  /** The text of each of these lines. */
  readonly texts: readonly string[];
}

/** What slicing reads, and where it keeps what it computed. */
export interface SliceStores {
  readonly projects: ProjectStore;
  readonly files: FileStore;
  readonly nodes: NodeStore;
  readonly symbols: SymbolQuery;
  readonly cache: IncrementalCache;
}

let parser: SourceParser | undefined;

/**
 * The lines of a function that a line depends on, or that depend on it. The function's dependence graph
 * is computed when it is first asked for, and kept in `analysis_cache` by the hash of its content.
 *
 * Throws UsageError `INVALID_ARGUMENT` and `FILE_CHANGED`; NotFoundError `PROJECT_NOT_FOUND`,
 * `FILE_NOT_FOUND`, `FUNCTION_NOT_FOUND`, `FLOW_NOT_AVAILABLE`; AmbiguousError `AMBIGUOUS_PROJECT`.
 */
export async function sliceFunction(stores: SliceStores, options: SliceOptions): Promise<ProgramSlice> {
  const { line, direction = 'backward' } = options;
  requireOptions(line, direction);
  const { project, file } = await findFile(stores, options);
  const node = await functionAround(stores, project.id, file, line);
  const source = await readIndexed(stores, project, file);
  const text = textOf(node, source);
  const { flow } = await flowOf(stores.cache, node, source, text);
  const lines = slice(flow, [line - node.startLine], direction).map((each) => each + node.startLine);
  const all = source.text.split(/\r\n|\n|\r/);
  const { items } = await stores.symbols.find(node.key, { project: project.id, limit: 1 });
  const [symbol] = items;
  if (symbol === undefined) throw changed(file);
  return { function: symbol, lines, texts: lines.map((each) => all[each - 1] ?? '') };
}

function requireOptions(line: number, direction: string): void {
  if (!Number.isSafeInteger(line) || line < 1) {
    throw new UsageError('INVALID_ARGUMENT', `A line is a whole number from 1 on, not ${String(line)}.`, {
      details: { argument: 'line', value: line },
    });
  }
  if (direction !== 'backward' && direction !== 'forward') {
    throw new UsageError('INVALID_ARGUMENT', 'A direction is backward or forward.', {
      details: { argument: 'direction', value: direction },
    });
  }
}

async function findFile(stores: SliceStores, options: SliceOptions): Promise<{ project: Project; file: string }> {
  const { projects, files } = stores;
  const among = options.project === undefined ? await projects.list() : [await projects.require(options.project)];
  const found: { project: Project; file: string }[] = [];
  for (const project of among) {
    const file = pathIn(project, options.file);
    if (file !== undefined && (await files.get(project.id, file)) !== undefined) found.push({ project, file });
  }
  const [first] = found;
  if (first === undefined) {
    throw new NotFoundError('FILE_NOT_FOUND', `No project has an indexed file ${JSON.stringify(options.file)}.`, {
      details: { file: options.file, project: options.project ?? null },
    });
  }
  if (found.length === 1) return first;
  const candidates = found.map(({ project }) => project.id);
  throw new AmbiguousError('AMBIGUOUS_PROJECT', `Several projects have ${options.file}: ${candidates.join(', ')}.`, {
    details: { file: options.file, candidates },
  });
}

/** The path as the project stores it. */
function pathIn({ root }: Project, file: string): string | undefined {
  if (!path.isAbsolute(file)) return path.posix.normalize(file.replaceAll(path.sep, '/'));
  return root === null ? undefined : path.relative(root, file).replaceAll(path.sep, '/');
}

async function functionAround({ nodes }: SliceStores, project: string, file: string, line: number): Promise<Node> {
  const around = (await nodes.getByFile(project, file)).filter(
    ({ complexity, startLine, endLine }) => complexity !== null && startLine <= line && line <= endLine,
  );
  // What is inside of another function comes after it.
  const innermost = around[around.length - 1];
  if (innermost !== undefined) return innermost;
  throw new NotFoundError('FUNCTION_NOT_FOUND', `Line ${line} of ${file} is not in a function.`, {
    details: { file, line },
  });
}

/** The file as it was indexed. */
async function readIndexed({ files }: SliceStores, project: Project, file: string): Promise<SourceFile> {
  const indexed = await files.get(project.id, file);
  if (project.root === null || indexed === undefined) {
    throw new NotFoundError('FILE_NOT_FOUND', `Project '${project.id}' was not indexed from a folder.`, {
      details: { file, project: project.id },
    });
  }
  const read = readSource({ path: file, absolutePath: path.join(project.root, file), sizeBytes: indexed.sizeBytes });
  if (read.kind === 'skipped' && read.contentHash === null) {
    throw new NotFoundError('FILE_NOT_FOUND', `${file} cannot be read: ${read.message}`, {
      details: { file, project: project.id, reason: read.code },
    });
  }
  if (read.kind === 'skipped' || read.contentHash !== indexed.contentHash) throw changed(file);
  return read;
}

function changed(file: string): UsageError {
  return new UsageError('FILE_CHANGED', `${file} changed since it was indexed; index it again.`, { details: { file } });
}

/** Where a symbol's text is, in UTF-16 units of the file's text. */
function textOf({ startByte, endByte }: Node, { text, bomBytes }: SourceFile): { start: number; end: number } {
  const bytes = Buffer.from(text);
  const start = bytes.toString('utf8', 0, Math.max(0, startByte - bomBytes)).length;
  return { start, end: start + bytes.toString('utf8', Math.max(0, startByte - bomBytes), endByte - bomBytes).length };
}

async function flowOf(
  cache: IncrementalCache,
  node: Node,
  source: SourceFile,
  range: { readonly start: number; readonly end: number },
): Promise<StoredFlow> {
  const textHash = NodeHash.of(`${node.language}\0${source.text.slice(range.start, range.end)}`);
  const bytes = (await cache.get(node.contentHash))?.cfgData ?? null;
  const kept = bytes === null ? undefined : decodeFlow(bytes);
  if (kept?.textHash === textHash) return kept;
  const computed = { textHash, flow: countedFrom(node.startLine, await analyze(node, source, range)) };
  try {
    await cache.put(node.contentHash, { cfgData: encodeFlow(computed) });
  } catch (error) {
    // Where nothing may be written, it is computed every time.
    if (!isLestockageError(error) || !MAY_FAIL.has(error.code)) throw error;
  }
  return computed;
}

/** With lines counted from the first of the function, which may move in its file. */
function countedFrom(firstLine: number, flow: FunctionFlow): FunctionFlow {
  const steps = flow.cfg.steps.map((step) => ({ ...step, lines: step.lines.map((line) => line - firstLine) }));
  return { ...flow, cfg: { ...flow.cfg, steps } };
}

async function analyze(
  node: Node,
  source: SourceFile,
  range: { readonly start: number; readonly end: number },
): Promise<FunctionFlow> {
  const definition = languageByName(node.language);
  const syntax = flowSyntaxOf(node.language);
  if (definition === undefined || syntax === undefined) {
    throw unavailable(node, `The control flow of ${node.language} is not known to this version.`);
  }
  parser ??= new SourceParser();
  const file = { path: node.filePath, text: source.text };
  try {
    return await parser.readTree(definition, file, PARSE_TIMEOUT_MS, (root) =>
      analyzeFlow(lowerFunction(root, source.text, range, syntax)),
    );
  } catch (error) {
    if (error instanceof FlowUnavailable || error instanceof ParseError) throw unavailable(node, error.message);
    // Syntax that nests beyond what the stack holds.
    if (error instanceof RangeError) throw unavailable(node, 'Its code is nested too deeply.');
    throw error;
  }
}

function unavailable(node: Node, reason: string): NotFoundError {
  return new NotFoundError('FLOW_NOT_AVAILABLE', `There is no control flow of ${node.key}: ${reason}`, {
    details: { key: node.key, language: node.language, reason },
  });
}
