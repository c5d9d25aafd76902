export {
  dependencyJson,
  edgeJson,
  envelopeJson,
  impactJson,
  rankedJson,
  resolvedJson,
  searchJson,
  similarJson,
  symbolDependentJson,
  symbolJson,
  traversalJson,
  usageJson,
} from './json-shapes.js';
export {
  comparisonJson,
  historyJson,
  hotspotJson,
  isoTime,
  resolutionJson,
  sliceJson,
  snapshotJson,
  statusJson,
} from './store-shapes.js';
export { indexReportsJson, type IndexReportsJson } from './index-report.js';
export { printable } from './printable.js';
export { transferJson } from './transfer-json.js';
