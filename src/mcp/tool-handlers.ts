import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  type CallToolResult,
  type ListToolsResult,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Store } from '../index.js';
import type { AllowedRoots } from './allowed-roots.js';
import type { Calls } from './calls.js';
import { failureOf, failureResult, NOTHING_INDEXED } from './failure.js';
import { given } from './given.js';
import type { StoreAccess } from './store-access.js';
import { ToolFailure } from './tool-failure.js';
import type { Progress, Tool } from './tool.js';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** What the handlers of a server share. */
export interface ServerParts {
  readonly access: StoreAccess;
  readonly calls: Calls;
  readonly roots: AllowedRoots;
  /** Told after a tool may have changed which projects there are. */
  readonly onChange: () => void;
}

/**
 * Answers `tools/list` and `tools/call`. Arguments are checked here, so that a call that does not fit gets the same
 * kind of error as every other: a code, what is wrong, and what to do.
 */
export function handleTools(server: Server, tools: readonly Tool[], parts: ServerParts): void {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  let listed: ListToolsResult | undefined;
  server.registerCapabilities({ tools: {} });
  server.setRequestHandler(ListToolsRequestSchema, () => (listed ??= { tools: tools.map(describe) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = byName.get(params.name);
    if (tool !== undefined) return callTool(tool, params.arguments ?? {}, extra, parts);
    const advice = `The tools are ${[...byName.keys()].join(', ')}.`;
    return failureResult(
      await failureOf(new ToolFailure('UNKNOWN_TOOL', `There is no tool '${params.name}'.`, advice)),
    );
  });
}

async function callTool(tool: Tool, input: unknown, extra: Extra, parts: ServerParts): Promise<CallToolResult> {
  const { access, calls, roots, onChange } = parts;
  const isChange = tool.annotations.readOnlyHint !== true;
  return calls.run(extra.signal, isChange, async (signal) => {
    let store: Store | undefined;
    try {
      store = await access.get();
      const answer = await tool.call(input, { store, signal, roots, onProgress: progressTo(extra) });
      const isEmpty = answer.structured['total'] === 0 && (await store.projects.list()).length === 0;
      const text = isEmpty ? `${answer.text}\n${NOTHING_INDEXED}` : answer.text;
      return { content: [{ type: 'text', text }], structuredContent: answer.structured };
    } catch (error) {
      return failureResult(await failureOf(error, store));
    } finally {
      if (isChange) onChange();
    }
  });
}

/** Sends progress to a client that asked for it; one that has gone needs none. */
function progressTo(extra: Extra): ((progress: Progress) => void) | undefined {
  const progressToken = extra._meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return ({ done, total, message }) => {
    if (extra.signal.aborted) return;
    const params = { progressToken, progress: done, total, message };
    void extra.sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}

function describe({ name, title, description, input, output, annotations }: Tool): ListToolsResult['tools'][number] {
  return {
    name,
    title,
    description,
    inputSchema: schemaOf(input, 'input'),
    outputSchema: schemaOf(output, 'output'),
    annotations: { title, ...annotations },
  };
}

/** As JSON Schema of draft 7, which all clients know and take it to be without being told in every tool. */
function schemaOf(shape: z.ZodObject, io: 'input' | 'output'): { type: 'object' } & Record<string, unknown> {
  const { $schema: _version, ...schema } = z.toJSONSchema(shape, { target: 'draft-7', io });
  return { ...given(schema), type: 'object' };
}
