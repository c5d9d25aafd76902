import hljs from 'highlight.js/lib/core';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import typescript from 'highlight.js/lib/languages/typescript';

/** A piece of a line in one colour: a text and a class of the highlighter, which may be empty. */
export interface Piece {
  readonly text: string;
  readonly look: string;
}

const LANGUAGES = { c, cpp, csharp, go, java, javascript, php, python, ruby, rust, typescript };
/** Names of the store that the highlighter calls otherwise. */
const ALIASES: Readonly<Record<string, string>> = { tsx: 'typescript', jsx: 'javascript' };
/** Longer texts are shown without colours: nobody waits for them. */
const LONGEST_TEXT = 400_000;

for (const [name, definition] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, definition);

/** The lines in pieces. The text of the pieces is the text of the lines, whatever the highlighter makes of it. */
export function highlight(lines: readonly string[], language: string | null): readonly (readonly Piece[])[] {
  const name = ALIASES[language ?? ''] ?? language ?? '';
  const text = lines.join('\n');
  const plain = lines.map((line) => [{ text: line, look: '' }]);
  if (!(name in LANGUAGES) || text.length > LONGEST_TEXT) return plain;
  const coloured = linesOf(hljs.highlight(text, { language: name, ignoreIllegals: true }).value);
  const isSame = coloured.length === lines.length;
  return isSame ? coloured : plain;
}

/** Only texts and class names are taken from the markup, so nothing in a source file can become an element of the page. */
function linesOf(markup: string): Piece[][] {
  const { body } = new DOMParser().parseFromString(`<body><pre>\n${markup}</pre></body>`, 'text/html');
  const lines: Piece[][] = [[]];
  const walk = (node: Node, look: string): void => {
    for (const child of node.childNodes) {
      if (child instanceof Element) walk(child, child.className === '' ? look : child.className);
      else addText(child.nodeValue ?? '', look);
    }
  };
  const addText = (text: string, look: string): void => {
    for (const [number, part] of text.split('\n').entries()) {
      if (number > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push({ text: part, look });
    }
  };
  walk(body, '');
  return lines;
}
