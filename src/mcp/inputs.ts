import { z } from 'zod';
import { EDGE_TYPES } from '../index.js';

// The arguments that several tools take. Descriptions are read by models.

export const symbolName = z
  .string()
  .min(1)
  .max(2000)
  .describe(
    'Name (`open`), qualified name or its end (`Box.open`), file path (its module), or exact key ' +
      '(`src/a.ts#Box.open(method)`, with `project//` before it when several projects have it).',
  );

export const projectId = z.string().min(1).max(1000).describe('Id of a project, as `status` lists them.');

export const edgeTypes = z.array(z.enum(EDGE_TYPES)).min(1);

export const depth = z.int().min(1).max(1000);

export const withSource = z
  .boolean()
  .default(false)
  .describe('Also give the source lines of each symbol, with line numbers. They count towards maxTokens.');

const maxTokens = z
  .int()
  .min(200)
  .max(100_000)
  .default(2000)
  .describe('Budget for the text of the answer, in tokens. Whole items are left out to keep within it.');

const cursor = z
  .string()
  .min(1)
  .max(20_000)
  .optional()
  .describe('The cursor of the answer before, to read on. Keep the other arguments the same.');

/** How much of a list is wanted. */
export const page = {
  limit: z.int().min(1).max(1000).default(50).describe('At most this many items.'),
  cursor,
  maxTokens,
};

/** How much of a list is wanted, once it is read. */
export interface PageInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly maxTokens: number;
}
