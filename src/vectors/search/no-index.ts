import type { VectorIndexStatus } from './vector-index.js';

/** What the state of an index says where there is none. */
export const NO_INDEX: Omit<VectorIndexStatus, 'strategy' | 'reason' | 'count' | 'dimension'> = {
  file: null,
  problem: null,
  fileBytes: 0,
  rows: 0,
  recent: 0,
  behind: null,
  isMaintenanceDue: false,
  maintenanceError: null,
};
