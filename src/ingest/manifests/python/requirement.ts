import type { DependencyKind } from '../../../model/index.js';
import type { PythonRequirement } from './python-facts.js';

/** PEP 503: one name for all its spellings. */
export function normalisedName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/**
 * Reads one requirement of PEP 508: `name[extras] >=1,<2 ; marker` or `name @ address ; marker`. Extras and markers are
 * left out: they say when and with what a package is wanted, not which.
 *
 * @returns undefined when the text is none
 */
export function parseRequirement(
  text: string,
  kind: DependencyKind,
  line: number | null,
): PythonRequirement | undefined {
  const match = /^\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$/.exec(text);
  if (match === null) return undefined;
  const [, name = '', rest = ''] = match;
  const address = /^@\s*(\S+)/.exec(rest)?.[1];
  if (address !== undefined) return requirement(name, address, kind, folderIn(address), line);
  const range = (rest.split(';', 1)[0] ?? '').replace(/^\(|\)$/g, '').trim();
  if (range !== '' && !/^(?:===?|~=|!=|<=|>=|<|>)\s*[\w.*+!-]/.test(range)) return undefined;
  return requirement(name, range.replace(/\s+/g, '') || null, kind, null, line);
}

/** `file:./x` and `file:///x` name a folder or an archive; only what is relative can be in the project. */
function folderIn(address: string): string | null {
  const path = /^file:(?:\/\/)?(.+)$/.exec(address)?.[1] ?? null;
  return path === null || /\.(?:whl|zip|tar\.\w+)$/.test(path) ? null : path;
}

export function requirement(
  name: string,
  range: string | null,
  kind: DependencyKind,
  folder: string | null,
  line: number | null,
  isWorkspace = false,
): PythonRequirement {
  return {
    name: normalisedName(name),
    range,
    kind,
    path: folder === null ? null : { text: folder, line },
    isWorkspace,
  };
}

/** The version that a requirement pins: `==1.2.3`, without wildcards. */
export function pinnedVersion(range: string | null): string | null {
  return /^===?\s*([\w.+!-]+)$/.exec(range ?? '')?.[1] ?? null;
}
