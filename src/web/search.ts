import { envelopeJson, rankedJson } from '../answers/index.js';
import { SEARCH_MODES, type NodeType, type SearchMode } from '../index.js';
import { PAGE, PROJECT, projectOf, type Question, type Route } from './route.js';

export const SEARCH: Route = {
  summary: 'Symbols that fit a text by name, words and meaning, best first, each with the reason.',
  parameters: {
    q: { kind: 'text', isRequired: true, description: 'Some words, a name or a part of one.' },
    mode: { kind: 'choice', choices: SEARCH_MODES, standard: 'hybrid', description: 'How to search.' },
    ...PROJECT,
    type: { kind: 'text', description: 'Only symbols of this type.' },
    language: { kind: 'text', description: 'Only symbols in this language.' },
    path: { kind: 'text', description: 'Only files whose path begins so.' },
    ...PAGE,
  },
  answer: 'SearchResults',
  run: (question) => searchSymbols(question),
};

async function searchSymbols(question: Question): Promise<object> {
  const { store, parameters, signal } = question;
  const answer = await store.search(parameters.require('q'), {
    ...(await projectOf(question)),
    // The library checks the type and says which there are.
    ...(parameters.given('type') as { type?: NodeType }),
    ...parameters.given('language', 'path', 'cursor'),
    mode: parameters.choice<SearchMode>('mode'),
    k: parameters.number('limit'),
    signal,
  });
  const { mode, notes, lists } = answer;
  const isComplete = lists.every((list) => list.isComplete);
  return { ...envelopeJson(answer, rankedJson), mode, isComplete, notes };
}
