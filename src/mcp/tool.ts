import type { ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import type { z } from 'zod';
import type { Store } from '../index.js';
import type { AllowedRoots } from './allowed-roots.js';
import { ToolFailure } from './tool-failure.js';

/** How far work is; `done` never falls. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly message: string;
}

/** What one call of a tool works with. */
export interface ToolCall {
  readonly store: Store;
  /** Fires when the client cancels the request, or goes away. */
  readonly signal: AbortSignal;
  readonly roots: AllowedRoots;
  /** Undefined when nobody asked to be told. */
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

export interface ToolAnswer {
  /** For a model: compact, within the budget. */
  readonly text: string;
  /** For programs, of the tool's output shape. */
  readonly structured: Record<string, unknown>;
}

interface ToolDefinition<Input extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: z.ZodObject;
  readonly annotations: ToolAnnotations;
  readonly run: (input: z.infer<Input>, call: ToolCall) => Promise<ToolAnswer>;
}

/** A tool as the server offers it. */
export interface Tool extends Omit<ToolDefinition<z.ZodObject>, 'run'> {
  /** Throws ToolFailure `INVALID_ARGUMENT` for arguments that do not fit `input`, and what the store throws. */
  readonly call: (input: unknown, call: ToolCall) => Promise<ToolAnswer>;
}

/** The annotations of a tool that only asks. */
export const ASKS: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

export function defineTool<Input extends z.ZodObject>({ run, ...tool }: ToolDefinition<Input>): Tool {
  return {
    ...tool,
    call: async (input, call) => {
      const parsed = tool.input.safeParse(input);
      if (parsed.success) return run(parsed.data, call);
      throw invalidArguments(tool.name, parsed.error.issues);
    },
  };
}

function invalidArguments(tool: string, issues: readonly z.core.$ZodIssue[]): ToolFailure {
  const faults = issues.map(({ path, message }) => ({ argument: path.join('.'), message }));
  const texts = faults.map(({ argument, message }) => (argument === '' ? message : `\`${argument}\`: ${message}`));
  return new ToolFailure(
    'INVALID_ARGUMENT',
    `The arguments of ${tool} do not fit. ${texts.join('. ')}.`,
    'Mend these arguments and call again; the input schema of the tool says what each takes.',
    { faults },
  );
}
