import { ecmascriptModules } from './ecmascript.js';
import { goModules } from './go.js';
import { includeModules } from './includes.js';
import type { ModuleRules } from './module-rules.js';
import { csharpModules, javaModules, phpModules } from './namespaces.js';
import { pythonModules } from './python.js';
import { rubyModules } from './ruby.js';
import { rustModules } from './rust.js';

const RULES: Readonly<Record<string, ModuleRules>> = {
  typescript: ecmascriptModules,
  tsx: ecmascriptModules,
  javascript: ecmascriptModules,
  python: pythonModules,
  go: goModules,
  rust: rustModules,
  java: javaModules,
  csharp: csharpModules,
  php: phpModules,
  ruby: rubyModules,
  c: includeModules,
  cpp: includeModules,
};

/** Rules for a language nothing is known of: every file stands alone. */
const ALONE: ModuleRules = {
  resolveModule: () => undefined,
  explicitExports: false,
  importsAreExports: false,
  implicitMembers: false,
  callMakesInstance: false,
  constructorNames: () => [],
};

export function moduleRules(language: string): ModuleRules {
  return Object.hasOwn(RULES, language) ? (RULES[language] ?? ALONE) : ALONE;
}

export type { ModuleContext } from './module-rules.js';
