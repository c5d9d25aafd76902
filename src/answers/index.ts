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
export {
  comparisonJson,
  historyJson,
  hotspotJson,
  isoTime,
  rankedJson,
  resolutionJson,
  sliceJson,
  snapshotJson,
  statusJson,
} from './store-shapes.js';
