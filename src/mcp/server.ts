import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { handleTools, type ServerParts } from './tool-handlers.js';
import { addResources } from './resources.js';
import { toolsOf } from './tools/all-tools.js';

const INSTRUCTIONS = [
  'lestockage knows the code of the indexed repositories as a graph: symbols, who calls whom, what depends on what,',
  'also across repositories. Prefer it to reading files when you look for a definition, its callers, or what a change',
  'may break. A symbol is named by its name or, exactly, by its key `file#Qualified.name(type)`, with `project//` before',
  'it where needed. Every list says its total, whether it is truncated, and the cursor to read on with; raise maxTokens',
  'for more at once. Edges carry a confidence from 0 to 1. Answers are as of the last index run: call `index` after files',
  'changed.',
].join(' ');

export interface ServerIdentity {
  readonly version: string;
  /** Leaves out the tools that change the store. */
  readonly isReadOnly: boolean;
}

/** The server with all its tools and resources, not yet connected. */
export function createServer(identity: ServerIdentity, parts: Omit<ServerParts, 'onChange'>): McpServer {
  const info = { name: 'lestockage', title: 'lestockage', version: identity.version };
  const server = new McpServer(info, { instructions: INSTRUCTIONS });
  const onChange = (): void => {
    if (server.isConnected()) server.sendResourceListChanged();
  };
  handleTools(server.server, toolsOf(identity.isReadOnly), { ...parts, onChange });
  addResources(server, parts);
  return server;
}
