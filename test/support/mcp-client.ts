import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface McpProcessOptions {
  readonly cwd?: string;
  readonly environment?: Record<string, string>;
  /** Another build than that of the project. */
  readonly main?: string;
}

export interface McpAnswer {
  readonly text: string;
  readonly isError: boolean;
  /** What programs get; empty for an error. */
  readonly structured: Record<string, unknown>;
  /** What programs get of an error; undefined for an answer. */
  readonly error: Record<string, unknown> | undefined;
}

/** The built server as a process of its own, with the SDK's client, which checks structured answers by their schemas. */
export class McpProcess {
  readonly client = new Client({ name: 'tests', version: '1.0.0' });
  readonly transport: StdioClientTransport;
  stderr = '';

  private constructor(commandLine: readonly string[], { cwd, environment, main = MAIN }: McpProcessOptions) {
    const { PATH = '' } = process.env;
    this.transport = new StdioClientTransport({
      command: process.execPath,
      args: [main, 'mcp', ...commandLine],
      env: { PATH, HOME: '/nonexistent', ...environment },
      stderr: 'pipe',
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.transport.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString('utf8')));
  }

  static async start(commandLine: readonly string[], options: McpProcessOptions = {}): Promise<McpProcess> {
    const server = new McpProcess(commandLine, options);
    await server.client.connect(server.transport);
    // Only after the tools were listed does the client know the schemas of their answers.
    await server.client.listTools();
    return server;
  }

  async call(name: string, args: Record<string, unknown> = {}, options: RequestOptions = {}): Promise<McpAnswer> {
    const answer = await this.client.callTool({ name, arguments: args }, CallToolResultSchema, {
      timeout: 120_000,
      ...options,
    });
    const result = CallToolResultSchema.parse(answer);
    const [first] = result.content;
    return {
      text: first?.type === 'text' ? first.text : '',
      isError: result.isError === true,
      structured: result.structuredContent ?? {},
      error: result._meta?.['lestockage/error'] as Record<string, unknown> | undefined,
    };
  }

  /** Items of all pages of a list, with the number of pages. */
  async walk(
    name: string,
    args: Record<string, unknown>,
    field = 'items',
  ): Promise<{ readonly items: unknown[]; readonly pages: number; readonly total: number }> {
    const items: unknown[] = [];
    let cursor: unknown;
    for (let pages = 1; ; pages++) {
      const { structured, text, isError } = await this.call(name, cursor === undefined ? args : { ...args, cursor });
      if (isError) throw new Error(text);
      items.push(...(structured[field] as unknown[]));
      cursor = structured['cursor'];
      if (cursor === null) return { items, pages, total: Number(structured['total']) };
    }
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}
