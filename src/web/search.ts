import type { NodeType } from '../index.js';
import { envelopeJson, rankedJson } from '../answers/index.js';
import { PAGE, PROJECT, projectOf, type Question, type Route } from './route.js';

/** The ways to search that this version has; the first is what it does unless told. */
export const SEARCH_MODES = ['name'] as const;

export const SEARCH: Route = {
  summary: 'Symbols that fit a text, best first, each with the reason.',
  parameters: {
    q: { kind: 'text', isRequired: true, description: 'A name or a part of one.' },
    mode: { kind: 'choice', choices: SEARCH_MODES, standard: SEARCH_MODES[0], description: 'How to search.' },
    ...PROJECT,
    type: { kind: 'text', description: 'Only symbols of this type.' },
    language: { kind: 'text', description: 'Only symbols in this language.' },
    ...PAGE,
  },
  answer: 'SearchResults',
  run: (question) => searchSymbols(question),
};

async function searchSymbols(question: Question): Promise<object> {
  const { store, parameters } = question;
  const answer = await store.symbols.searchByName(parameters.require('q'), {
    ...(await projectOf(question)),
    // The library checks the type and says which there are.
    ...(parameters.given('type') as { type?: NodeType }),
    ...parameters.given('language', 'cursor'),
    k: parameters.number('limit'),
  });
  return { ...envelopeJson(answer, rankedJson), mode: parameters.choice('mode') };
}
