import type { ModuleEntry } from '../../../model/index.js';
import type { ManifestProject } from '../manifest-project.js';
import { under } from '../paths.js';

const MAX_DEPTH = 32;
const SOURCE = /\.(?:java|kt|kts|scala|groovy)$/;

/** The outermost Java packages below folders of sources, each with the folders that hold it. */
export function javaPackages(roots: readonly string[], project: ManifestProject): ModuleEntry[] {
  const found = new Map<string, string[]>();
  const scan = (folder: string, names: readonly string[]): void => {
    if (names.length > 0 && project.filesIn(folder).some((file) => SOURCE.test(file))) {
      const name = names.join('.');
      found.set(name, [...(found.get(name) ?? []), folder]);
    } else if (names.length < MAX_DEPTH) {
      for (const name of project.foldersIn(folder)) {
        if (/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) scan(under(folder, name), [...names, name]);
      }
    }
  };
  for (const root of roots) scan(root, []);
  return [...found].map(([specifier, targets]) => ({ kind: 'module', specifier, targets }));
}

/** Where Maven and Gradle look for sources that others use. */
export const SOURCE_FOLDERS = ['src/main/java', 'src/main/kotlin', 'src/main/scala', 'src/main/groovy'] as const;
