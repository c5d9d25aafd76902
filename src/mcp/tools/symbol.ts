import { z } from 'zod';
import { symbolJson } from '../../answers/index.js';
import { NotFoundError } from '../../index.js';
import { given } from '../given.js';
import { page, projectId, symbolName, withSource } from '../inputs.js';
import { listAnswer } from '../list-answer.js';
import { listShape, sourceField, symbolFields } from '../shapes.js';
import { SourceReader } from '../source-reader.js';
import { quoted, symbolText } from '../text-forms.js';
import { ASKS, defineTool } from '../tool.js';

export const symbolTool = defineTool({
  name: 'symbol',
  title: 'Look up a symbol',
  description:
    'The definitions of a name in all indexed repositories: type, file, line, signature; with `source: true` the code ' +
    'itself. Use it to read one function or class without reading its whole file.',
  input: z.strictObject({ name: symbolName, project: projectId.optional(), source: withSource, ...page }),
  output: listShape(z.object({ ...symbolFields, ...sourceField })),
  annotations: ASKS,
  run: async ({ name, project, source, ...wanted }, { store }) => {
    if (project !== undefined) await store.projects.require(project);
    const reader = source ? new SourceReader(store) : undefined;
    return listAnswer(
      {
        title: `definitions of ${quoted(name)}`,
        fetch: async (asked) => {
          const answer = await store.symbols.find(name, { ...asked, ...given({ project }) });
          if (answer.total > 0) return answer;
          const where = project === undefined ? '' : ` in project ${JSON.stringify(project)}`;
          throw new NotFoundError('SYMBOL_NOT_FOUND', `No symbol is named ${JSON.stringify(name)}${where}.`, {
            details: { name, project: project ?? null },
          });
        },
        text: symbolText,
        json: symbolJson,
        none: '',
        symbol: (symbol) => symbol,
      },
      wanted,
      reader,
    );
  },
});
