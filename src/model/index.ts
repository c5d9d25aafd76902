export * from './errors.js';
export { NodeHash } from './node-hash.js';
export * from './node.js';
export * from './edge.js';
export * from './envelope.js';
export * from './facts.js';
export * from './expression.js';
export * from './fingerprint.js';
