import { createRequire } from 'node:module';
import path from 'node:path';
import { Language, Parser, type Node, type Tree } from 'web-tree-sitter';
import type { FileFacts } from '../../model/index.js';
import { Deadline } from './deadline.js';
import type { SourceFile } from './source-text.js';
import type { LanguageDefinition } from './language.js';
import { compileLanguage, extractFacts, type CompiledLanguage } from './walk-tree.js';

const grammarFolder = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@repomix/tree-sitter-wasms/package.json')),
  'out',
);

/** Turns source text into facts. One instance per thread; grammars are loaded when first needed. */
export class SourceParser {
  private readonly loaded = new Map<LanguageDefinition, Promise<{ parser: Parser; language: CompiledLanguage }>>();

  /**
   * Parses one file and extracts its facts; parts the grammar does not understand are extracted around.
   *
   * @param timeoutMs the file is given up after this long, with a ParseError
   */
  async parse(definition: LanguageDefinition, source: SourceFile, timeoutMs: number): Promise<FileFacts> {
    const { parser, language } = await this.load(definition);
    const deadline = new Deadline(source.path, timeoutMs);
    const tree = parseTree(parser, source.text, deadline);
    try {
      return extractFacts(language, tree, source, deadline);
    } finally {
      tree.delete();
    }
  }

  /**
   * Parses one text and gives the root of its syntax tree to `read`; the tree ends with that call.
   * Throws a ParseError when the parser takes longer than `timeoutMs`.
   */
  async readTree<T>(
    definition: LanguageDefinition,
    source: Pick<SourceFile, 'path' | 'text'>,
    timeoutMs: number,
    read: (root: Node) => T,
  ): Promise<T> {
    const { parser } = await this.load(definition);
    const tree = parseTree(parser, source.text, new Deadline(source.path, timeoutMs));
    try {
      return read(tree.rootNode);
    } finally {
      tree.delete();
    }
  }

  /** Loads the grammar of a language; throws when it cannot be read. Later parses of that language cannot fail for this. */
  async prepare(definition: LanguageDefinition): Promise<void> {
    await this.load(definition);
  }

  private load(definition: LanguageDefinition): Promise<{ parser: Parser; language: CompiledLanguage }> {
    let loading = this.loaded.get(definition);
    if (loading === undefined) {
      loading = loadGrammar(definition);
      this.loaded.set(definition, loading);
    }
    return loading;
  }
}

function parseTree(parser: Parser, text: string, deadline: Deadline): Tree {
  const tree = parser.parse(text, null, { progressCallback: () => deadline.isOver() });
  if (tree !== null) return tree;
  parser.reset();
  throw deadline.error();
}

async function loadGrammar(definition: LanguageDefinition): Promise<{ parser: Parser; language: CompiledLanguage }> {
  await Parser.init();
  const grammar = await Language.load(path.join(grammarFolder, `tree-sitter-${definition.grammar}.wasm`));
  const parser = new Parser();
  parser.setLanguage(grammar);
  return { parser, language: compileLanguage(definition, grammar) };
}
