import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';

/** A parser with the grammar that the indexer uses for `language`, such as `typescript`. Delete it after use. */
export async function loadParser(language: string): Promise<Parser> {
  const grammars = dirname(createRequire(import.meta.url).resolve('@repomix/tree-sitter-wasms/package.json'));
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(join(grammars, 'out', `tree-sitter-${language}.wasm`)));
  return parser;
}
