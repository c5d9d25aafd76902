import type { Tool } from '../tool.js';
import { calleesTool, callersTool } from './callers.js';
import { dependenciesTool } from './dependencies.js';
import { hotspotsTool } from './hotspots.js';
import { impactTool } from './impact.js';
import { indexTool } from './index-folders.js';
import { resolveTool } from './resolve.js';
import { searchTool } from './search.js';
import { sliceTool } from './slice.js';
import { statusTool } from './status.js';
import { symbolTool } from './symbol.js';

const ASKING: readonly Tool[] = [
  searchTool,
  symbolTool,
  callersTool,
  calleesTool,
  impactTool,
  sliceTool,
  hotspotsTool,
  resolveTool,
  dependenciesTool,
  statusTool,
];

/** The tools of a server, in the order in which a model reads of them. */
export function toolsOf(isReadOnly: boolean): readonly Tool[] {
  return isReadOnly ? ASKING : [...ASKING, indexTool];
}
