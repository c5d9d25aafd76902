export { exportLines } from './export-lines.js';
export type { ExportFormat, ExportOptions } from './export-options.js';
export { exportParquet, type ExportParquetOptions, type ExportTable, type TablePiece } from './export-parquet.js';
