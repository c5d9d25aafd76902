export { Analytics, type GraphOverview } from './analytics.js';
export { bucketOf, type ComplexityBucket, type ComplexityDistribution } from './complexity.js';
export type { Hotspot, HotspotOptions } from './hotspots.js';
