import { z } from 'zod';
import { printable, resolvedJson } from '../../answers/index.js';
import type { Resolution, ResolvedSymbol } from '../../index.js';
import { page, projectId, withSource } from '../inputs.js';
import { listAnswer } from '../list-answer.js';
import { listShape, sourceField, symbolFields } from '../shapes.js';
import { SourceReader } from '../source-reader.js';
import { quoted, symbolText } from '../text-forms.js';
import { ASKS, defineTool } from '../tool.js';

const unresolvedShape = z.object({
  import: z.string(),
  path: z.string(),
  package: z.string().nullable(),
  status: z.string(),
});

export const resolveTool = defineTool({
  name: 'resolve',
  title: 'Where a name leads across projects',
  description:
    'Which symbols of other repositories a name in the code of a project means, by its imports and manifests, best ' +
    'first, with the evidence. Several of the first rank are an ambiguity: none of them is certain.',
  input: z.strictObject({
    name: z.string().min(1).max(2000).describe('A name as the code writes it: `Observable`, `Box.open`.'),
    from: projectId.describe('Id of the project whose code has the name.'),
    source: withSource,
    ...page,
  }),
  output: listShape(
    z.object({
      ...symbolFields,
      rank: z.number(),
      reason: z.string(),
      package: z.string(),
      version: z.string().nullable(),
      manager: z.string(),
      range: z.string().nullable(),
      manifest: z.string().nullable(),
      import: z.string().nullable(),
      used: z.boolean(),
      ...sourceField,
    }),
  ).extend({ ambiguous: z.boolean(), unresolved: z.array(unresolvedShape) }),
  annotations: ASKS,
  run: async ({ name, from, source, ...wanted }, { store }) =>
    listAnswer(
      {
        title: `where ${quoted(name)} leads from ${quoted(from)}`,
        fetch: (asked) => store.crossProject.resolveSymbol(name, { from, ...asked }),
        text: (item) => `${symbolText(item.symbol)} [${evidence(item)}]`,
        json: resolvedJson,
        notes: resolutionNotes,
        more: ({ isAmbiguous, unresolved }) => ({ ambiguous: isAmbiguous, unresolved }),
        none: 'No import or manifest of the project leads to that name in another indexed project.',
        symbol: (item) => item.symbol,
      },
      wanted,
      source ? new SourceReader(store) : undefined,
    ),
});

const SHOWN_UNRESOLVED = 3;

function resolutionNotes({ isAmbiguous, unresolved }: Resolution): string[] {
  const names = unresolved.slice(0, SHOWN_UNRESOLVED).map(({ import: specifier, path, package: name, status }) => {
    return printable(`imported from ${specifier}${path} (${name ?? 'unknown package'}): ${status}`);
  });
  const rest = unresolved.length - names.length;
  return [
    ...(isAmbiguous ? ['Ambiguous: several are equally likely, none is bound.'] : []),
    ...names,
    ...(rest > 0 ? [`and ${rest} more imports that lead nowhere`] : []),
  ];
}

function evidence({
  rank,
  manager,
  package: name,
  version,
  reason,
  isUsed,
  import: specifier,
}: ResolvedSymbol): string {
  const from = `${manager}:${name}${version === null ? '' : `@${version}`}`;
  return printable(`rank ${rank}, ${from}, ${reason}, ${isUsed ? `imported from ${specifier ?? ''}` : 'not used'}`);
}
