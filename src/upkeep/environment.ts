import { readFileSync } from 'node:fs';
import { checkDrivers, componentCheck, type ComponentCheck } from '../sql/index.js';
import { vectorLibraryVersion } from '../vectors/index.js';
import type { Finding } from './finding.js';

export interface Environment {
  /** Of this library. */
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  /** Libraries with native code or WebAssembly, each loaded once. */
  readonly components: readonly ComponentCheck[];
  readonly languages: readonly ComponentCheck[];
}

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
}

/** What the store runs in, and what of it does not work. Loads every library and every grammar. */
export async function readEnvironment(): Promise<{ readonly environment: Environment; readonly findings: Finding[] }> {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Manifest;
  const { checkGrammars } = await import('../ingest/index.js');
  const components = [...(await checkDrivers()), await componentCheck('usearch', () => vectorLibraryVersion())];
  const languages = await checkGrammars();
  const environment: Environment = {
    version: manifest.version,
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    components,
    languages,
  };
  return { environment, findings: [...nodeFindings(manifest), ...missing(components, languages)] };
}

function nodeFindings({ engines }: Manifest): Finding[] {
  const wanted = engines.node.replace('>=', '');
  if (isAtLeast(process.versions.node, wanted)) return [];
  const message = `Node.js is ${process.versions.node}; ${wanted} is needed.`;
  return [{ level: 'error', code: 'NODE_TOO_OLD', message, advice: `Run it with Node.js ${wanted} or newer.` }];
}

function isAtLeast(version: string, least: string): boolean {
  const wanted = least.split('.').map(Number);
  for (const [place, part] of version.split('.').map(Number).entries()) {
    const other = wanted[place] ?? 0;
    if (part !== other) return part > other;
  }
  return true;
}

function missing(components: readonly ComponentCheck[], languages: readonly ComponentCheck[]): Finding[] {
  const advice = 'Install the package again, with the scripts of better-sqlite3 allowed to run.';
  return [
    ...components
      .filter(({ ok }) => !ok)
      .map(({ name, detail }): Finding => {
        // Only the database cannot be done without.
        const level = name === 'better-sqlite3' ? 'error' : 'warning';
        return { level, code: 'COMPONENT_MISSING', message: `${name} does not load: ${detail}`, advice };
      }),
    ...languages
      .filter(({ ok }) => !ok)
      .map(({ name, detail }): Finding => {
        const message = `The grammar of ${name} does not load: ${detail}`;
        return { level: 'warning', code: 'GRAMMAR_MISSING', message, advice };
      }),
  ];
}
