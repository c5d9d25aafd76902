import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { UriTemplate } from '@modelcontextprotocol/sdk/shared/uriTemplate.js';
import { ReadResourceRequestSchema, type ReadResourceResult, type Resource } from '@modelcontextprotocol/sdk/types.js';
import { isoTime, statusJson, symbolJson } from '../answers/index.js';
import { NotFoundError, type Store } from '../index.js';
import type { Calls } from './calls.js';
import { failureOf, ProtocolError } from './failure.js';
import { excerptText, SourceReader } from './source-reader.js';
import type { StoreAccess } from './store-access.js';
import { symbolText } from './text-forms.js';
import { ToolFailure } from './tool-failure.js';

const JSON_TYPE = 'application/json';
const PROJECTS = 'lestockage://projects';
const PROJECT = 'lestockage://project/{id}';
const SYMBOL = 'lestockage://symbol/{project}/{+key}';
/** As many as a completion may give. */
const MAX_COMPLETIONS = 100;

interface Parts {
  readonly access: StoreAccess;
  readonly calls: Calls;
}

/** Offers the projects and symbols of the store for clients that show or attach them. */
export function addResources(server: McpServer, parts: Parts): void {
  server.registerResource(
    'projects',
    PROJECTS,
    { title: 'Indexed projects', description: 'All projects of the store, with their sizes.', mimeType: JSON_TYPE },
    ({ href }, { signal }) => read(parts, href, signal),
  );
  server.registerResource(
    'project',
    new ResourceTemplate(PROJECT, {
      list: ({ signal }) => ask(parts, signal, async (store) => ({ resources: await listProjects(store) })),
      complete: { id: (begun) => completeProject(parts, begun) },
    }),
    { title: 'Project', description: 'A project: its folder, its size, its symbols by type.', mimeType: JSON_TYPE },
    ({ href }, _variables, { signal }) => read(parts, href, signal),
  );
  server.registerResource(
    'symbol',
    new ResourceTemplate(SYMBOL, {
      list: undefined,
      complete: { project: (begun) => completeProject(parts, begun) },
    }),
    { title: 'Symbol', description: 'A symbol by its project and key, with its source lines.', mimeType: JSON_TYPE },
    ({ href }, _variables, { signal }) => read(parts, href, signal),
  );
  // The SDK takes a text that is no URI for a fault of the server.
  server.server.setRequestHandler(ReadResourceRequestSchema, ({ params }, { signal }) =>
    read(parts, params.uri, signal),
  );
}

function read(parts: Parts, text: string, signal: AbortSignal): Promise<ReadResourceResult> {
  return ask(parts, signal, async (store) => {
    if (!URL.canParse(text)) throw notFound(`'${text}' is no URI.`);
    const uri = new URL(text);
    if (uri.href === PROJECTS) return json(uri, statusJson(await store.status()));
    const project = new UriTemplate(PROJECT).match(uri.href);
    if (project !== null) return readProject(store, uri, decoded(project['id']));
    const symbol = new UriTemplate(SYMBOL).match(uri.href);
    if (symbol !== null) return readSymbol(store, uri, decoded(symbol['project']), decoded(symbol['key']));
    throw notFound(`There is no resource '${text}'.`);
  });
}

function notFound(message: string): ToolFailure {
  return new ToolFailure('INVALID_ARGUMENT', message, 'Give a URI that resources/list or a template describes.');
}

/** Runs a request; its errors become errors of the protocol. */
async function ask<T>(
  { access, calls }: Parts,
  cancelled: AbortSignal,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  return calls.run(cancelled, false, async () => {
    let store: Store | undefined;
    try {
      store = await access.get();
      return await work(store);
    } catch (error) {
      throw new ProtocolError(await failureOf(error, store));
    }
  });
}

async function listProjects(store: Store): Promise<Resource[]> {
  return (await store.projects.list()).map(({ id, root, indexedAt }) => ({
    uri: `lestockage://project/${encodeURIComponent(id)}`,
    name: id,
    description: `${root ?? 'without a folder'}, indexed ${isoTime(indexedAt) ?? 'never'}`,
    mimeType: JSON_TYPE,
  }));
}

async function readProject(store: Store, uri: URL, id: string): Promise<ReadResourceResult> {
  await store.projects.require(id);
  const status = await store.status();
  const project = status.projects.find((each) => each.project === id);
  const indexedAt = isoTime(project?.indexedAt ?? null);
  const nodesByType = await store.analytics.countNodesByType(id);
  const edgesByType = await store.analytics.countEdgesByType(id);
  return json(uri, { generation: status.generation, ...project, indexedAt, nodesByType, edgesByType });
}

async function readSymbol(store: Store, uri: URL, projectId: string, key: string): Promise<ReadResourceResult> {
  await store.projects.require(projectId);
  const { items, generation } = await store.symbols.find(key, { project: projectId, limit: 1 });
  const [symbol] = items;
  if (symbol === undefined) {
    const message = `Project '${projectId}' has no symbol ${JSON.stringify(key)}.`;
    throw new NotFoundError('SYMBOL_NOT_FOUND', message, { details: { name: key, project: projectId } });
  }
  const source = await new SourceReader(store).excerpt(symbol);
  const text = `${symbolText(symbol)}\n${excerptText(source)}`;
  const { contents } = json(uri, { generation, ...symbolJson(symbol), source });
  return { contents: [...contents, { uri: uri.href, mimeType: 'text/plain', text }] };
}

async function completeProject({ access, calls }: Parts, begun: string): Promise<string[]> {
  return ask({ access, calls }, new AbortController().signal, async (store) => {
    const ids = (await store.projects.list()).map(({ id }) => id);
    const wanted = begun.toLowerCase();
    return ids.filter((id) => id.toLowerCase().startsWith(wanted)).slice(0, MAX_COMPLETIONS);
  });
}

function json(uri: URL, document: object): { contents: { uri: string; mimeType: string; text: string }[] } {
  return { contents: [{ uri: uri.href, mimeType: JSON_TYPE, text: JSON.stringify(document) }] };
}

/** A variable of a URI. One that is no valid encoding stands for itself. */
function decoded(value: string | string[] | undefined): string {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
