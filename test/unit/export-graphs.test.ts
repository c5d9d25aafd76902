import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { SaxesParser } from 'saxes';
import { beforeAll, describe, expect, it } from 'vitest';
import { EDGE_TYPES } from '../../src/model/index.js';
import { failureOf, indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import { nodeInput } from '../support/records.js';
import type { ExportFormat, ExportOptions } from '../../src/export/index.js';
import type { Store } from '../../src/store/index.js';

// Names that end a text, begin markup, or have no place in it at all, where nothing is done about them.
const HOSTILE = [
  'plain',
  'quote " and \\" and \\',
  'ends with a backslash\\',
  'a\\nb, \\N, \\G',
  '<b>&amp;</b> ]]> --> &#0;',
  'two\nlines\r\nand\ttabs',
  'control \u0000 \u0001 \u001f \u007f \u0085 \uffff \ufffe',
  'control \\u0001',
  '日本 🦊 \u202e rtl',
  'digraph { } ; -> [label=x]',
  '//* comment # nothing',
] as const;

async function textOf(store: Store, options: ExportOptions): Promise<string> {
  let text = '';
  for await (const line of store.exportLines(options)) {
    expect(line).not.toMatch(/[\n\r]/);
    text += `${line}\n`;
  }
  return text;
}

async function hostileStore(): Promise<Store> {
  const store = await testStore();
  const ids = await store.nodes.batchInsert(
    HOSTILE.map((name, at) => nodeInput(name, { filePath: `${name}.ts`, signature: name, complexity: at })),
  );
  await store.edges.batchInsert(
    EDGE_TYPES.map((edgeType, at) => ({
      callerId: ids[at]!,
      calleeId: ids[at + 1]!,
      edgeType,
      // What is not of the type of its key is left out of formats with types.
      metadata: { confidence: 0.5, strategy: HOSTILE[4], callCount: at === 0 ? 0.5 : at },
    })),
  );
  return store;
}

interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** Parses XML with every rule of well-formedness; namespaces are checked too. */
function parseXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const plain = Object.fromEntries(Object.entries(attributes).map(([key, { value }]) => [key, value]));
    const element: XmlElement = { name, attributes: plain, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (piece) => (open.at(-1)!.text += piece));
  parser.on('closetag', () => void open.pop());
  parser.write(text).close();
  return root.children[0]!;
}

/** What the drawing shows. */
function textsOf({ name, text, children }: XmlElement): string[] {
  return name === 'text' ? [text] : children.flatMap((child) => textsOf(child));
}

/** Unprintable characters as their numbers. */
function withNumbers(text: string): string {
  return text.replace(/[\p{Cc}\ufffe\uffff]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const NMTOKEN = /^[\w.:-]+$/;
const VALUES: Readonly<Record<string, RegExp>> = { int: /^-?\d+$/, double: /^-?\d+(\.\d+)?(e[+-]?\d+)?$/, string: /^/ };

/** The rules of graphml.xsd 1.0, as far as they bear on elements that are written here. */
function requireGraphMl(text: string): { nodes: XmlElement[]; edges: XmlElement[] } {
  const root = parseXml(text);
  expect(root.name).toBe('graphml');
  expect(root.attributes['xmlns']).toBe('http://graphml.graphdrawing.org/xmlns');
  const keys = root.children.slice(0, -1);
  const [graph] = root.children.slice(-1);
  expect(new Set(keys.map(({ name }) => name))).toEqual(new Set(['key']));
  expect(graph).toMatchObject({ name: 'graph', attributes: { edgedefault: 'directed' } });
  const ids = keys.map(({ attributes }) => attributes['id'] ?? '');
  expect(new Set(ids).size).toBe(ids.length);
  const nodes = graph!.children.filter(({ name }) => name === 'node');
  const edges = graph!.children.filter(({ name }) => name === 'edge');
  expect(graph!.children).toEqual([...nodes, ...edges]);
  const known = new Set(nodes.map(({ attributes }) => attributes['id'] ?? ''));
  expect(known.size).toBe(nodes.length);
  for (const id of [...known, ...ids]) expect(id).toMatch(NMTOKEN);
  for (const { attributes } of edges) {
    expect(known).toContain(attributes['source']);
    expect(known).toContain(attributes['target']);
  }
  for (const element of [...nodes, ...edges]) {
    for (const data of element.children) {
      const key = keys.find(({ attributes }) => attributes['id'] === data.attributes['key']);
      expect(key?.attributes['for']).toBe(element.name);
      expect(data.text).toMatch(VALUES[key?.attributes['attr.type'] ?? ''] ?? /$^/);
    }
  }
  return { nodes, edges };
}

function dataOf(element: XmlElement | undefined): Record<string, string> {
  return Object.fromEntries((element?.children ?? []).map(({ attributes, text }) => [attributes['key'] ?? '', text]));
}

describe('the export to DOT', () => {
  let graphviz: Graphviz;
  beforeAll(async () => {
    graphviz = await Graphviz.load();
  });

  /** What Graphviz understood. */
  function render(dot: string): { nodes: Map<string, string>; edges: { tail: string; head: string }[] } {
    const drawn = JSON.parse(graphviz.layout(dot, 'json', 'dot')) as {
      objects?: { _gvid: number; name: string; label: string }[];
      edges?: { tail: number; head: number }[];
    };
    const objects = drawn.objects ?? [];
    const nameOf = (id: number): string => objects.find(({ _gvid }) => _gvid === id)?.name ?? '';
    return {
      nodes: new Map(objects.map(({ name, label }) => [name, label])),
      edges: (drawn.edges ?? []).map(({ tail, head }) => ({ tail: nameOf(tail), head: nameOf(head) })),
    };
  }

  it('[U7] renders with Graphviz, with every node and edge', async () => {
    const store = await testStore();
    await indexFolder(store, sourceFolder());
    const dot = await textOf(store, { format: 'dot' });
    const { pdg } = await store.pdg.load('p');
    const { nodes, edges } = render(dot);
    expect([...nodes.keys()]).toEqual([...pdg.nodeIndices()].map((node) => `p//${pdg.nodeKey(node)}`));
    expect(edges).toHaveLength(pdg.edgeCount);
    expect(edges).toContainEqual({ tail: 'p//a.ts#a(function)', head: 'p//b.ts#b(function)' });
    expect(graphviz.layout(dot, 'svg', 'dot')).toContain('class="node function"');
    expect(dot.split('\n').filter((line) => line.startsWith('  "p//a.ts#Box(class)" ['))).toEqual([
      '  "p//a.ts#Box(class)" [label="Box", tooltip="p//a.ts#Box(class)", class="class", shape=component];',
    ]);
  });

  it('renders whatever the names are, and keeps different names apart', async () => {
    const dot = await textOf(await hostileStore(), { format: 'dot' });
    const { nodes, edges } = render(dot);
    expect(nodes.size).toBe(HOSTILE.length);
    expect(edges).toHaveLength(EDGE_TYPES.length);
    const svg = parseXml(graphviz.layout(dot, 'svg', 'dot').replace(/<!DOCTYPE[^>]*>/, ''));
    const shown = textsOf(svg).map((text) => text.replaceAll('\u00a0', ' '));
    expect(new Set(shown)).toEqual(new Set(HOSTILE.map((name) => withNumbers(name))));
  });
});

describe('the export to GraphML', () => {
  it('[U7] follows the schema of GraphML, with typed attributes', async () => {
    const store = await testStore();
    await indexFolder(store, sourceFolder());
    const { nodes, edges } = requireGraphMl(await textOf(store, { format: 'graphml' }));
    const { pdg } = await store.pdg.load('p');
    expect(nodes.map((node) => dataOf(node)['key'])).toEqual([...pdg.nodeIndices()].map((node) => pdg.nodeKey(node)));
    expect(edges).toHaveLength(pdg.edgeCount);
    const open = nodes.find((node) => dataOf(node)['key'] === 'a.ts#Box.open(method)');
    expect(dataOf(open)).toEqual({
      label: 'open',
      project: 'p',
      key: 'a.ts#Box.open(method)',
      nodeType: 'method',
      language: 'typescript',
      file: 'a.ts',
      startLine: '6',
      endLine: '6',
      visibility: 'public',
      signature: 'open()',
      complexity: '1',
    });
    const call = edges.find(
      (edge) => edge.attributes['source'] === open?.attributes['id'] && dataOf(edge)['edgeType'] === 'call',
    );
    expect(dataOf(call)).toEqual({ edgeType: 'call', confidence: '1', strategy: 'scope', callCount: '1' });
    expect(dataOf(nodes.find(({ attributes }) => attributes['id'] === call?.attributes['target']))['label']).toBe('a');
  });

  it('is well-formed whatever the names are', async () => {
    const { nodes, edges } = requireGraphMl(await textOf(await hostileStore(), { format: 'graphml' }));
    expect(new Set(nodes.map((node) => dataOf(node)['label']))).toEqual(
      new Set(HOSTILE.map((name) => name.replace(/[\u0000\u0001\u001f\uffff\ufffe]/g, (char) => withNumbers(char)))),
    );
    expect(edges.filter((edge) => dataOf(edge)['callCount'] === undefined)).toHaveLength(1);
  });
});

describe.each(['dot', 'graphml'] as const)('an export of one project to %s', (format: ExportFormat) => {
  it('has the nodes of other projects that its edges lead to, and no edges of those', async () => {
    const store = await testStore();
    const [a, b, c] = await store.nodes.batchInsert([
      nodeInput('a'),
      nodeInput('b', { projectId: 'q' }),
      nodeInput('c', { projectId: 'q' }),
    ]);
    await store.edges.batchInsert([
      { callerId: a!, calleeId: b!, edgeType: 'call' },
      { callerId: b!, calleeId: c!, edgeType: 'call' },
    ]);
    const text = await textOf(store, { format, project: 'p' });
    if (format === 'graphml') {
      const { nodes, edges } = requireGraphMl(text);
      expect(nodes.map((node) => dataOf(node)['project'])).toEqual(['p', 'q']);
      expect(edges).toHaveLength(1);
    } else {
      expect(text.split('\n').slice(2, -2)).toEqual([
        expect.stringMatching(/^ {2}"p\/\/a\.ts#a\(function\)" \[/),
        expect.stringMatching(/^ {2}"q\/\/a\.ts#b\(function\)" \[/),
        '  "p//a.ts#a(function)" -> "q//a.ts#b(function)" [class="call"];',
      ]);
    }
  });

  it('is the same for equal stores, and a graph of nothing when there is nothing', async () => {
    const root = sourceFolder();
    const [first, second] = [await testStore(), await testStore()];
    await indexFolder(first, sourceFolder({ 'z.ts': 'export const z = 1;\n' }, 'other'));
    await first.projects.delete('other');
    for (const store of [first, second]) await indexFolder(store, root);
    expect(await textOf(first, { format })).toBe(await textOf(second, { format }));
    const nothing = await textOf(await testStore(), { format });
    if (format === 'graphml') expect(requireGraphMl(nothing)).toEqual({ nodes: [], edges: [] });
    else expect(nothing).toBe('digraph lestockage {\n  node [shape=box];\n}\n');
  });
});

it('refuses a format that there is not', async () => {
  const store = await testStore();
  const lines = async (): Promise<unknown> => textOf(store, { format: 'xml' as ExportFormat });
  expect(await failureOf(lines())).toBe('INVALID_ARGUMENT');
});
