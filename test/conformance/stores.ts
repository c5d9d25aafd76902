import type { Backend } from './backends.js';
export function describeStores(_b: Backend): void {}
