import { SaxesParser } from 'saxes';
import type { Notes } from './notes.js';

export interface XmlElement {
  /** Without a namespace's prefix. */
  readonly name: string;
  /** Counted from 1: where its start tag ends. */
  readonly line: number;
  readonly children: readonly XmlElement[];
  /** The text directly inside, trimmed. */
  readonly text: string;
}

interface OpenElement {
  readonly name: string;
  readonly line: number;
  readonly children: OpenElement[];
  text: string;
}

/** Elements further inside are read as text of nobody: a manifest is not nested so far. */
const MAX_DEPTH = 64;

/**
 * Reads XML with a parser that knows the five entities of XML and no others: what a document type declares is not read,
 * so no entity grows and no file is fetched. What stands around errors is kept, and the first error is noted.
 */
export function readXml(text: string, notes: Notes): XmlElement | undefined {
  const parser = new SaxesParser();
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;
  let depth = 0;
  let hasFailed = false;
  parser.on('error', (error) => {
    if (hasFailed) return;
    hasFailed = true;
    notes.add(parser.line, `The XML is malformed (${error.message.replace(/^[\d:]+\s*/, '')}).`);
  });
  parser.on('opentag', ({ name }) => {
    depth++;
    if (depth > MAX_DEPTH) return;
    const element = { name: name.slice(name.indexOf(':') + 1), line: parser.line, children: [], text: '' };
    open[open.length - 1]?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => {
    if (depth <= MAX_DEPTH) open.pop();
    depth--;
  });
  const addText = (part: string) => {
    const element = open[open.length - 1];
    if (element !== undefined && depth <= MAX_DEPTH) element.text += part;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.write(text).close();
  return root === undefined ? undefined : trimmed(root);
}

function trimmed(element: OpenElement): XmlElement {
  return { ...element, text: element.text.trim(), children: element.children.map(trimmed) };
}

export function childOf(element: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  return names.reduce((at, name) => at?.children.find((child) => child.name === name), element);
}

export function childrenOf(element: XmlElement | undefined, ...names: readonly string[]): readonly XmlElement[] {
  const last = names[names.length - 1];
  const holder = childOf(element, ...names.slice(0, -1));
  return holder?.children.filter((child) => child.name === last) ?? [];
}

/** The text of a child element; null when it has none. */
export function textOf(element: XmlElement | undefined, ...names: readonly string[]): string | null {
  return childOf(element, ...names)?.text || null;
}
