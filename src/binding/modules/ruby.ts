import { EXTERNAL } from '../outside.js';
import { symbolValue } from '../value.js';
import type { ModuleRules } from './module-rules.js';
import { folderOf, joinPath } from './paths.js';

/** Ruby: every constant and top-level method is global once its file is required. */
export const rubyModules: ModuleRules = {
  resolveModule(program, from, specifier) {
    const file = specifier.endsWith('.rb') ? specifier : `${specifier}.rb`;
    if (specifier.startsWith('.')) {
      const path = joinPath(folderOf(from.filePath), file);
      const module = path === undefined ? undefined : program.module(path);
      return module === undefined ? undefined : symbolValue(module);
    }
    for (const root of ['lib/', '', 'app/']) {
      const module = program.module(root + file);
      if (module !== undefined) return symbolValue(module);
    }
    return EXTERNAL;
  },
  explicitExports: false,
  importsAreExports: false,
  implicitMembers: true,
  callMakesInstance: false,
  constructorNames: () => ['initialize'],
  visible: (_program, from, candidate) => (candidate.language === from.language ? 'global' : undefined),
};
