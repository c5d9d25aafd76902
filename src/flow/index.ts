export { cyclomatic, ENTRY, EXIT, type Cfg, type FlowBlock, type FlowEdge, type FlowEdgeKind } from './cfg.js';
export { summarize, type Summary } from './closures.js';
export { decodeFlow, encodeFlow, FLOW_VERSION, type StoredFlow } from './flow-codec.js';
export { analyzeFlow, type FunctionFlow } from './function-flow.js';
export { slice, type SliceDirection } from './slice.js';
export type * from './statement.js';
