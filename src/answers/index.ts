export {
  dependencyJson,
  edgeJson,
  envelopeJson,
  impactJson,
  resolvedJson,
  searchJson,
  similarJson,
  symbolDependentJson,
  symbolJson,
  traversalJson,
  usageJson,
} from './json-shapes.js';
