import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { cyclomatic } from '../../src/flow/index.js';
import { flowsOf } from '../support/flows.js';

const PACKAGES = fileURLToPath(new URL('../../node_modules', import.meta.url));

function sourcesOf(folder: string): string[] {
  return readdirSync(join(PACKAGES, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/(?:^|\/)(?:tests|benchmarks|locales)\//.test(path))
    .sort()
    .map((path) => join(folder, path));
}

/** Functions whose graph gives another number than the extractor counted. */
async function differences(paths: readonly string[]): Promise<{ functions: number; different: string[] }> {
  const different: string[] = [];
  let functions = 0;
  for (const path of paths) {
    for (const { symbol, flow } of await flowsOf(path, readFileSync(join(PACKAGES, path), 'utf8'))) {
      functions++;
      const computed = cyclomatic(flow.cfg);
      if (computed === symbol.complexity) continue;
      different.push(`${path}:${symbol.startLine} ${symbol.name}: ${computed}, counted ${symbol.complexity}`);
    }
  }
  return { functions, different };
}

it.each(['zod/src', 'rxjs/src'])(
  'E − N + 2P of the graph is the complexity of every function of %s',
  async (folder) => {
    const { functions, different } = await differences(sourcesOf(folder));
    expect(different).toEqual([]);
    expect(functions).toBeGreaterThan(400);
  },
  120_000,
);
