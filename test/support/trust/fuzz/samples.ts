import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { languageOf } from '../../../../src/ingest/languages/index.js';
import { LANGUAGE_CHANGES } from '../../language-changes.js';

export interface Sample {
  readonly path: string;
  readonly text: string;
}

const MOST_BYTES = 30_000;
const PER_ENDING = 12;

/** Packages whose sources are of the languages that are rarer below `node_modules`. */
const PACKAGES = ['rxjs', 'better-sqlite3', '@sourcegraph/scip-python', 'typescript-eslint', 'flatted'];

let found: readonly Sample[] | undefined;

/** Real sources of installed packages, and small ones of the languages that none of them is written in. */
export function samples(): readonly Sample[] {
  return (found ??= [...small(), ...installed()]);
}

function small(): Sample[] {
  return Object.values(LANGUAGE_CHANGES).flatMap(({ before }) =>
    Object.entries(before).map(([path, text]) => ({ path, text })),
  );
}

function installed(): Sample[] {
  const counts = new Map<string, number>();
  const all: Sample[] = [];
  const require = createRequire(import.meta.url);
  for (const name of PACKAGES) {
    const folder = folderOf(require, name);
    for (const path of folder === undefined ? [] : readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      const ending = extname(path);
      if (languageOf(path) === undefined || (counts.get(ending) ?? 0) >= PER_ENDING) continue;
      const file = join(folder ?? '', path);
      const stat = statSync(file);
      if (!stat.isFile() || stat.size > MOST_BYTES || stat.size < 200) continue;
      counts.set(ending, (counts.get(ending) ?? 0) + 1);
      all.push({ path: `src/sample${ending}`, text: readFileSync(file, 'utf8') });
    }
  }
  return all;
}

/** A package that is not installed has no samples. */
function folderOf(require: NodeJS.Require, name: string): string | undefined {
  for (const folder of require.resolve.paths(name) ?? []) {
    const candidate = join(folder, name, 'package.json');
    if (statSync(candidate, { throwIfNoEntry: false }) !== undefined) return dirname(candidate);
  }
  return undefined;
}
