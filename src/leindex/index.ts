export {
  importLeIndex,
  type ImportedProject,
  type ImportLeIndexOptions,
  type LeIndexStores,
} from './import-leindex.js';
