import type { ProjectId } from '../model/index.js';

/**
 * What an export in lines is written as: `jsonl` has an object on each line, `json` one document with the lists
 * `nodes` and `edges`, `dot` is Graphviz's language, `graphml` the XML that Gephi, yEd and NetworkX read.
 */
export type ExportFormat = 'json' | 'jsonl' | 'dot' | 'graphml';

export interface ExportOptions {
  readonly format: ExportFormat;
  /** Only the nodes of this project and the edges that start in it. */
  readonly project?: ProjectId;
}
