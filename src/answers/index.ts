export {
  dependencyJson,
  edgeJson,
  envelopeJson,
  impactJson,
  resolvedJson,
  symbolDependentJson,
  symbolJson,
  traversalJson,
  usageJson,
} from './json-shapes.js';
export { transferJson } from './transfer-json.js';
