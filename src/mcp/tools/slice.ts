import { z } from 'zod';
import { sliceJson } from '../../answers/index.js';
import { UsageError, type Envelope, type ProgramSlice } from '../../index.js';
import { given } from '../given.js';
import { page, projectId } from '../inputs.js';
import { listAnswer } from '../list-answer.js';
import { listFields, symbolShape } from '../shapes.js';
import { lineText } from '../source-reader.js';
import { quoted, symbolText } from '../text-forms.js';
import { ASKS, defineTool } from '../tool.js';

interface SliceLine {
  readonly line: number;
  readonly text: string;
}

export const sliceTool = defineTool({
  name: 'slice',
  title: 'Program slice',
  description:
    'The lines of one function that a line depends on (control and data flow), or with `direction: forward` the lines ' +
    'that depend on it, with their code. Use it to see why a value is what it is without reading the whole function.',
  input: z.strictObject({
    file: z.string().min(1).max(4096).describe("Path from the project's root, or absolute."),
    line: z.int().min(1).describe('1-based line inside of a function.'),
    direction: z.enum(['backward', 'forward']).default('backward'),
    project: projectId.optional().describe('Needed where several projects have a file of that path.'),
    ...page,
    limit: page.limit.default(500).describe('At most this many lines.'),
  }),
  output: z.object({
    ...listFields,
    function: symbolShape,
    lines: z.array(z.int()),
    texts: z.array(z.string()).describe('The code of each of these lines.'),
  }),
  annotations: ASKS,
  run: async ({ file, line, direction, project, ...wanted }, { store }) => {
    const slice = await store.slice({ file, line, direction, ...given({ project }) });
    const { project: owner, key } = slice.function;
    const { generation } = await store.symbols.find(key, { project: owner, limit: 1 });
    const { structured, text } = await listAnswer<SliceLine>(
      {
        title: `${direction} slice of line ${line} in ${quoted(file)}`,
        fetch: async (asked) => pageOfLines(slice, generation, asked),
        text: (item) => lineText(item.line, item.text),
        json: (item) => ({ ...item }),
        notes: () => [symbolText(slice.function)],
        none: `No line ${direction === 'backward' ? 'decides about it' : 'depends on it'}.`,
      },
      wanted,
    );
    const { items, ...list } = structured;
    const shown = new Set((items as SliceLine[]).map((item) => item.line));
    const { function: around } = sliceJson(slice) as { function: unknown };
    return { text, structured: { ...list, function: around, ...linesShown(slice, shown) } };
  },
});

function linesShown({ lines, texts }: ProgramSlice, shown: ReadonlySet<number>): object {
  const kept = lines.map((line, at) => ({ line, text: texts[at] ?? '' })).filter(({ line }) => shown.has(line));
  return { lines: kept.map(({ line }) => line), texts: kept.map(({ text }) => text) };
}

/** The cursor of a slice is the last line that was shown. */
function pageOfLines(
  { lines, texts }: ProgramSlice,
  generation: number,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): Envelope<SliceLine> {
  const after = cursor === undefined ? 0 : lineOf(cursor);
  const rest = lines.map((line, at) => ({ line, text: texts[at] ?? '' })).filter(({ line }) => line > after);
  const items = rest.slice(0, limit);
  const next = rest.length > items.length ? String(items.at(-1)?.line ?? after) : null;
  return { generation, total: lines.length, truncated: next !== null, cursor: next, items };
}

function lineOf(cursor: string): number {
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw new UsageError('INVALID_ARGUMENT', 'The cursor does not belong to this kind of answer.', {
    details: { argument: 'cursor', value: cursor.slice(0, 200) },
  });
}
