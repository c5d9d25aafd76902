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
export { hotspotJson, isoTime, rankedJson, resolutionJson, sliceJson, statusJson } from './store-shapes.js';
export { indexReportsJson, type IndexReportsJson } from './index-report.js';
export { printable } from './printable.js';
