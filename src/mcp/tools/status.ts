import { z } from 'zod';
import { isoTime, printable, statusJson } from '../../answers/index.js';
import type { Envelope, StoreStatus } from '../../index.js';
import { page } from '../inputs.js';
import { listAnswer } from '../list-answer.js';
import { count, listFields } from '../shapes.js';
import { plural } from '../text-forms.js';
import { ASKS, defineTool } from '../tool.js';

type ProjectStatus = StoreStatus['projects'][number];

export const projectShape = z.object({
  project: z.string(),
  root: z.string().nullable(),
  files: count,
  nodes: count,
  edges: count,
  embeddings: count,
  indexedAt: z.string().nullable(),
});

export const statusTool = defineTool({
  name: 'status',
  title: 'What the store holds',
  description:
    'The indexed projects (repositories) with their folders, sizes and when they were indexed. Ask first when you do ' +
    'not know which projects there are, or whether they are fresh.',
  input: z.strictObject({ ...page, limit: page.limit.describe('At most this many projects.') }),
  output: z.object({
    schemaVersion: count,
    backend: z.string(),
    sizeBytes: z.number(),
    replica: z.record(z.string(), z.unknown()).optional(),
    ...listFields,
    projects: z.array(projectShape),
  }),
  annotations: ASKS,
  run: async (wanted, { store }) => {
    const status = await store.status();
    const { structured, text } = await listAnswer<ProjectStatus>(
      {
        title: `store (${status.backend}, ${(status.sizeBytes / 1e6).toFixed(1)} MB), projects`,
        fetch: async (asked) => pageOfProjects(status, asked),
        text: projectText,
        json: ({ project }) => ({ project }),
        none: 'No project is indexed yet.',
      },
      wanted,
    );
    const { items, ...list } = structured;
    const shown = new Set((items as { project: string }[]).map(({ project }) => project));
    const projects = status.projects.filter(({ project }) => shown.has(project));
    return { text, structured: { ...statusJson({ ...status, projects }), ...list } };
  },
});

/** Projects come in the order of their ids, as the store compares them; the cursor is the last one that was shown. */
function pageOfProjects(
  { generation, projects }: StoreStatus,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): Envelope<ProjectStatus> {
  const bytes = cursor === undefined ? undefined : Buffer.from(cursor);
  const rest = projects.filter(({ project }) => bytes === undefined || Buffer.compare(Buffer.from(project), bytes) > 0);
  const items = rest.slice(0, limit);
  const next = rest.length > items.length ? (items.at(-1)?.project ?? null) : null;
  return { generation, total: projects.length, truncated: next !== null, cursor: next, items };
}

function projectText({ project, root, files, nodes, edges, indexedAt }: ProjectStatus): string {
  const size = `${plural(files, 'file')}, ${plural(nodes, 'symbol')}, ${plural(edges, 'edge')}`;
  const when = isoTime(indexedAt);
  return printable(
    `${project} ${root ?? '(no folder)'} [${size}, ${when === null ? 'not indexed' : `indexed ${when}`}]`,
  );
}
