/**
 * Joins the compiled modules of .cache/modules into the few files of dist that are published: to load hundreds
 * of small modules takes most of the time of a short command. What commands load only when they need it
 * (parsers, servers, the faces) stays in files of its own, and nothing is in two files.
 */
import { chmodSync, cpSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const MODULES = join(PROJECT, '.cache', 'modules');
const DIST = join(PROJECT, 'dist');
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
const packages = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];

const LIBRARY = 'index';
const COMMAND = 'cli/main';
/** What threads start with. */
const THREADS = ['ingest/parse-worker', 'vectors/hnsw/build-worker', 'vectors/hnsw/check-worker'];
/** Each keeps its place in the package. */
const ENTRIES = [LIBRARY, COMMAND, ...THREADS];

/** Modules find files of the package by their own place, which is not that of the file they are joined into. */
const keepPlaces = {
  name: 'keep-places',
  transform(code, id) {
    if (!code.includes('import.meta.url')) return null;
    return code.replaceAll('import.meta.url', `new URL('./${relative(MODULES, id)}', import.meta.url).href`);
  },
};

/** The modules that an entry needs from its start on: all that it imports other than by `import()`. */
const neededBy = new Map();
const findNeeded = {
  name: 'find-needed',
  buildEnd() {
    for (const entry of ENTRIES) {
      const needed = new Set([join(MODULES, `${entry}.js`)]);
      for (const id of needed) this.getModuleInfo(id)?.importedIds.forEach((imported) => needed.add(imported));
      neededBy.set(entry, needed);
    }
    // It waits for what it runs, so nothing that runs may import the file that it is in.
    neededBy.get(COMMAND).delete(join(MODULES, `${COMMAND}.js`));
  },
};

// Read as files: by the modules, and by what they are joined into.
for (const folder of [MODULES, DIST])
  cpSync(join(PROJECT, 'src/sql'), join(folder, 'sql'), { recursive: true, filter: isData });

const bundle = await rolldown({
  input: Object.fromEntries(ENTRIES.map((entry) => [entry, join(MODULES, `${entry}.js`)])),
  platform: 'node',
  external: [/^node:/, ...packages.map((name) => new RegExp(`^${name}(/|$)`))],
  preserveEntrySignatures: 'allow-extension',
  plugins: [keepPlaces, findNeeded],
});
await bundle.write({
  dir: DIST,
  format: 'esm',
  entryFileNames: '[name].js',
  // All beside one another: places are counted from there.
  chunkFileNames: '[name].js',
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [
      // Threads do without the rest of the library.
      {
        name: 'shared',
        priority: 3,
        test: (id) => isNeeded(id, LIBRARY) && THREADS.some((entry) => isNeeded(id, entry)),
      },
      { name: 'core', priority: 2, test: (id) => isNeeded(id, LIBRARY) },
      { name: 'command-line', priority: 1, test: (id) => isNeeded(id, COMMAND) },
    ],
  },
});
await bundle.close();
chmodSync(join(DIST, 'cli/main.js'), 0o755);

function isNeeded(id, entry) {
  return neededBy.get(entry).has(id);
}

function isData(path) {
  return !path.endsWith('.ts');
}
