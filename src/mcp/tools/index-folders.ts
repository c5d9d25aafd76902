import { z } from 'zod';
import { indexReportsJson, printable } from '../../answers/index.js';
import { UsageError, type IndexReport } from '../../index.js';
import { given } from '../given.js';
import { RisingProgress } from '../index-progress.js';
import { projectId } from '../inputs.js';
import { count, warningShape } from '../shapes.js';
import { plural } from '../text-forms.js';
import { defineTool, type ToolCall } from '../tool.js';

const SHOWN_WARNINGS = 10;
/** A program that wants more asks the command line. */
const MAX_WARNINGS = 100;

const projectShape = z.object({
  project: z.string(),
  files: z.object({ seen: count, parsed: count, unchanged: count, removed: count, skipped: count }),
  nodes: count,
  edges: count,
  recomputed: z.object({ parse: count, analysis: count, bindings: count, embeddings: count }),
  warnings: z.array(warningShape).describe(`The first ${MAX_WARNINGS} of them.`),
  warningCount: count,
  ms: count,
});

export const indexTool = defineTool({
  name: 'index',
  title: 'Bring the index up to date',
  description:
    'Indexes a folder as a project, or brings what is indexed up to date after files changed; only what changed is ' +
    'analysed again. Without arguments all known projects are refreshed, or the working folder when there are none.',
  input: z.strictObject({
    path: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('Folder to index, absolute or from the working folder of the server. It must be one that is allowed.'),
    project: projectId
      .optional()
      .describe('With `path`: the id to give the project. Without: the known project to refresh.'),
    force: z.boolean().default(false).describe('Parse every file again, changed or not.'),
    embed: z.boolean().default(true).describe('Also make embeddings, for search by meaning.'),
  }),
  output: z.object({ generation: count, projects: z.array(projectShape) }),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  run: async ({ path, project, force, embed }, call) => {
    const folders = await foldersOf(call, path, project);
    const { store, signal, onProgress } = call;
    const rising = onProgress && new RisingProgress(folders.length, onProgress);
    const reports: IndexReport[] = [];
    for (const [at, folder] of folders.entries()) {
      const report = await store.index({
        ...folder,
        force,
        embed,
        signal,
        ...given({ onProgress: rising && ((progress) => rising.take(at, progress)) }),
      });
      reports.push(report);
    }
    return { text: reports.map(reportText).join('\n'), structured: structured(reports) };
  },
});

interface Folder {
  readonly root: string;
  readonly projectId?: string;
}

async function foldersOf(
  { store, roots }: ToolCall,
  path: string | undefined,
  project: string | undefined,
): Promise<Folder[]> {
  if (path !== undefined) return [{ root: await roots.require(store, path), ...given({ projectId: project }) }];
  if (project !== undefined) {
    const { root } = await store.projects.require(project);
    if (root !== null) return [{ root: await roots.require(store, root), projectId: project }];
    throw new UsageError('INVALID_ARGUMENT', `Project '${project}' was not indexed from a folder; give its path.`, {
      details: { argument: 'path', project },
    });
  }
  const known = (await store.projects.list()).flatMap(({ id, root }) =>
    root === null ? [] : [{ root, projectId: id }],
  );
  const allowed: Folder[] = [];
  for (const folder of known) if (await roots.allow(store, folder.root)) allowed.push(folder);
  return allowed.length > 0 ? allowed : [{ root: await roots.require(store, known[0]?.root ?? '.') }];
}

function structured(reports: readonly IndexReport[]): Record<string, unknown> {
  const { generation, projects } = indexReportsJson(reports);
  const shown = projects.map((project) => {
    const { warnings } = project;
    return { ...project, warnings: warnings.slice(0, MAX_WARNINGS), warningCount: warnings.length };
  });
  return { generation, projects: shown };
}

function reportText({ project, files, nodes, edges, recomputed, generation, ms, warnings }: IndexReport): string {
  const { seen, parsed, unchanged, removed, skipped } = files;
  const lines = [
    `indexed ${project}: generation ${generation}, ${plural(nodes, 'symbol')}, ${plural(edges, 'edge')}, ${ms} ms`,
    `files: ${seen} seen, ${parsed} parsed, ${unchanged} unchanged, ${removed} removed, ${skipped} skipped; ` +
      `${plural(recomputed.embeddings, 'symbol')} embedded`,
    ...warnings.slice(0, SHOWN_WARNINGS).map(({ file, code, message }) => `warning ${code} ${file}: ${message}`),
    ...(warnings.length > SHOWN_WARNINGS ? [`and ${plural(warnings.length - SHOWN_WARNINGS, 'more warning')}`] : []),
  ];
  return lines.map(printable).join('\n');
}
