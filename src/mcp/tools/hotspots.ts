import { z } from 'zod';
import { hotspotJson } from '../../answers/index.js';
import type { Hotspot } from '../../index.js';
import { given } from '../given.js';
import { page, projectId, withSource } from '../inputs.js';
import { listAnswer } from '../list-answer.js';
import { listShape, sourceField, symbolFields } from '../shapes.js';
import { SourceReader } from '../source-reader.js';
import { quoted, symbolText } from '../text-forms.js';
import { ASKS, defineTool } from '../tool.js';

export const hotspotsTool = defineTool({
  name: 'hotspots',
  title: 'Riskiest symbols',
  description:
    'The functions most worth a look, worst first: complex, called by much, calling much, central, often changed. ' +
    'Use it to find where to refactor, test or review.',
  input: z.strictObject({
    project: projectId.optional(),
    threshold: z.int().min(0).max(1_000_000).default(1).describe('Only symbols of this cyclomatic complexity or more.'),
    preset: z
      .enum(['combined', 'plain'])
      .default('combined')
      .describe('What makes the score: all measures (0 to 100), or complexity plus fan-out alone.'),
    source: withSource,
    ...page,
    limit: page.limit.default(20),
  }),
  output: listShape(
    z.object({
      ...symbolFields,
      fanOut: z.number(),
      fanIn: z.number(),
      centrality: z.number().nullable(),
      changes: z.number().nullable(),
      score: z.number(),
      ...sourceField,
    }),
  ),
  annotations: ASKS,
  run: async ({ project, threshold, preset, source, ...wanted }, { store, signal }) => {
    if (project !== undefined) await store.projects.require(project);
    return listAnswer(
      {
        title: `hotspots${project === undefined ? '' : ` of ${quoted(project)}`}, worst first`,
        fetch: (asked) => store.analytics.getHotspots({ ...asked, ...given({ project }), threshold, preset, signal }),
        text: (item) => `${symbolText(item)} [${measures(item)}]`,
        json: hotspotJson,
        none: `No symbol has a complexity of ${threshold} or more.`,
        symbol: (item) => item,
      },
      wanted,
      source ? new SourceReader(store) : undefined,
    );
  },
});

function measures({ score, complexity, fanIn, fanOut, centrality, changes }: Hotspot): string {
  return [
    `score ${Number(score.toFixed(1))}`,
    `complexity ${complexity ?? 'unknown'}`,
    `fan-in ${fanIn}`,
    `fan-out ${fanOut}`,
    ...(centrality === null ? [] : [`centrality ${centrality.toPrecision(2)}`]),
    ...(changes === null ? [] : [`changes ${changes}`]),
  ].join(', ');
}
