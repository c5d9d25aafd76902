import { z } from 'zod';
import { EDGE_TYPES, NODE_TYPES } from '../index.js';

// The shapes of structured answers, as src/answers makes them.

const count = z.int().min(0);
const line = z.int().min(1);

const sourceShape = z.object({
  startLine: line.describe('1-based.'),
  endLine: z.int().min(0).describe('Last line that is given; one less than startLine when none is.'),
  text: z.string(),
  isComplete: z.boolean().describe('False when lines were left out to keep within maxTokens, or cannot be read.'),
  note: z.string().nullable().describe('Why lines are missing, or may not be what was indexed.'),
});

export const symbolFields = {
  key: z.string(),
  project: z.string(),
  name: z.string(),
  qualifiedName: z.string(),
  type: z.enum(NODE_TYPES),
  language: z.string(),
  file: z.string(),
  startLine: z.int(),
  endLine: z.int(),
  signature: z.string().nullable(),
  complexity: z.number().nullable(),
  hash: z.string(),
};

/** What `source: true` adds to an item. */
export const sourceField = { source: sourceShape.optional() };

export const symbolShape = z.object(symbolFields);

export const edgeShape = z.object({
  from: z.string(),
  to: z.string(),
  type: z.enum(EDGE_TYPES),
  confidence: z.number().nullable(),
  strategy: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()).nullable(),
});

/** What every list states beside its items. */
export const listFields = {
  generation: count.describe('Number of the last committed indexing batch.'),
  total: count,
  truncated: z.boolean(),
  cursor: z.string().nullable(),
};

/** The envelope of a list answer. */
export function listShape<Item extends z.ZodType>(item: Item): z.ZodObject<{ items: z.ZodArray<Item> }> {
  return z.object({ ...listFields, items: z.array(item) });
}

/** What a name stood for. */
export const subjectField = {
  subject: z.object({ total: count, keys: z.array(z.string()) }).describe('The symbols that the name stands for.'),
};

export const warningShape = z.object({ file: z.string(), code: z.string(), message: z.string() });
export { count };
