import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { AllowedRoots } from '../../../../src/mcp/allowed-roots.js';
import { Calls } from '../../../../src/mcp/calls.js';
import { createServer } from '../../../../src/mcp/server.js';
import { StoreAccess } from '../../../../src/mcp/store-access.js';
import type { Dice } from '../dice.js';
import { hostileText } from './hostile-texts.js';
import { mutated } from './mutate.js';
import { SMALL_PROJECT_NAMES, smallStore } from './small-project.js';

interface Message {
  readonly id?: unknown;
  readonly result?: {
    readonly tools?: readonly { name: string; inputSchema: { properties?: object } }[];
    readonly isError?: boolean;
    readonly _meta?: Readonly<Record<string, { readonly code?: string }>>;
  };
  readonly error?: { readonly code: number; readonly message: string };
}

const METHODS = [
  'initialize',
  'ping',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'notifications/cancelled',
  'notifications/initialized',
  'rpc.discover',
];
const ANSWER_MS = 20_000;
const INTERNAL = -32603;

/** Speaks to a server over a pair of streams, as a client does over those of a process. */
class Conversation {
  readonly #input = new PassThrough();
  readonly #answers = new Map<unknown, Message>();
  readonly #waiting = new Map<unknown, (message: Message) => void>();
  #ids = 0;

  static async with(
    folder: string,
    talk: (conversation: Conversation) => Promise<void>,
    server = createServer,
  ): Promise<void> {
    const store = await smallStore(folder);
    const access = new StoreAccess(() => Promise.resolve(store));
    const own = server(
      { version: '1.0.0', isReadOnly: false },
      { access, calls: new Calls(), roots: new AllowedRoots([folder], folder) },
    );
    const conversation = new Conversation();
    const output = new PassThrough();
    createInterface(output).on('line', (line) => conversation.#hear(line));
    await own.connect(new StdioServerTransport(conversation.#input, output));
    try {
      await talk(conversation);
    } finally {
      await own.close();
      await access.close();
    }
  }

  send(line: string): void {
    this.#input.write(`${line}\n`);
  }

  /** Throws when no answer comes in time, or one that says the server is at fault. */
  async ask(method: string, params: unknown): Promise<Message> {
    const id = `own-${this.#ids++}`;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer to ${method} ${JSON.stringify(params)}`)), ANSWER_MS);
    });
    try {
      const message = await Promise.race([answer, late]);
      requireNoFault(message, method, params);
      return message;
    } finally {
      clearTimeout(timer);
    }
  }

  #hear(line: string): void {
    const message = JSON.parse(line) as Message;
    if (message.id === undefined || message.id === null) return;
    if (this.#answers.has(message.id)) throw new Error(`two answers to ${JSON.stringify(message.id)}`);
    if (typeof message.id === 'string' && message.id.startsWith('own-')) this.#answers.set(message.id, message);
    this.#waiting.get(message.id)?.(message);
  }
}

function requireNoFault({ result, error }: Message, method: string, params: unknown): void {
  const code = result?._meta?.['lestockage/error']?.code;
  const isFault = code === 'FAILED' || (result === undefined && error === undefined);
  // The SDK refuses parameters that do not fit the protocol with this code, and lists what does not.
  const isInternal = error?.code === INTERNAL && !/^(?:[A-Z_]+:|\[\s*\{)/.test(error.message);
  if (isFault || isInternal) {
    throw new Error(`${method} ${JSON.stringify(params)} is answered with ${JSON.stringify(error ?? result)}`);
  }
}

/** Messages of every kind, whole and broken; after them the server still answers. */
export async function fuzzMcpMessages(dice: Dice, folder: string): Promise<void> {
  await Conversation.with(folder, async (conversation) => {
    const clientInfo = { name: 'fuzz', version: '1' };
    await conversation.ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    conversation.send(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }));
    const tools = (await conversation.ask('tools/list', {})).result?.tools ?? [];
    if (tools.length === 0) throw new Error('The server has no tools.');
    for (let left = 8; left > 0; left--) {
      const { name, inputSchema } = dice.pick(tools);
      // To index is to read folders; the texts may name some that are nobody's business here.
      const call = { name, arguments: someArguments(dice, Object.keys(inputSchema.properties ?? {})) };
      if (dice.chance(0.6)) {
        if (name !== 'index') await conversation.ask('tools/call', call);
      } else if (dice.chance(0.3)) {
        await conversation.ask('resources/read', { uri: `lestockage://${hostileText(dice)}` });
      } else if (dice.chance(0.5)) {
        await conversation.ask(dice.pick(METHODS.filter((method) => !method.startsWith('notifications'))), {
          [dice.pick(['name', 'uri', 'ref', 'level', '__proto__'])]: someValue(dice),
        });
      } else {
        const line = JSON.stringify({ jsonrpc: '2.0', id: 'x', method: dice.pick(METHODS), params: call });
        conversation.send(mutated(line, '{"__proto__": [[[[', dice).replaceAll('"index"', '"status"'));
      }
    }
    await conversation.ask('ping', {});
  });
}

function someArguments(dice: Dice, names: readonly string[]): Record<string, unknown> {
  const wanted = names.filter(() => dice.chance(0.5));
  if (dice.chance(0.2)) wanted.push(hostileText(dice));
  return Object.fromEntries(wanted.map((name) => [name, someValue(dice)]));
}

function someValue(dice: Dice): unknown {
  switch (dice.below(8)) {
    case 0:
      return dice.pick([0, -1, 3, 1e9, 2 ** 53, 0.5]);
    case 1:
      return dice.chance(0.5);
    case 2:
      return dice.pick([null, [], {}, [hostileText(dice)], { a: hostileText(dice) }]);
    case 3:
      return hostileText(dice);
    default:
      return dice.pick(SMALL_PROJECT_NAMES);
  }
}
