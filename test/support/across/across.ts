import { join } from 'node:path';
import { testStore } from '../indexing.js';
import { temporaryFolder } from '../temporary-folder.js';
import { acrossOf, linkLines, World, type Files, type Projects } from './world.js';

/** Folders with a store in memory, nothing of which is indexed yet; both go when the test ends. */
export async function worldOf(projects: Projects): Promise<World> {
  return new World(await testStore(), join(temporaryFolder(), 'w'), projects);
}

/** The same, with all projects indexed in the order in which they stand. */
export async function indexedWorld(projects: Projects): Promise<World> {
  const world = await worldOf(projects);
  await world.indexAll();
  return world;
}

/** Edges that use something; those of imports themselves are left out. */
export async function usesAcross({ store }: World, project?: string): Promise<string[]> {
  return (await acrossOf(store, project)).filter((line) => !line.includes(' -import-> '));
}

/** What the names are whose text begins so, see {@link linkLines}. */
export async function linksWith({ store }: World, start: string): Promise<string[]> {
  return (await linkLines(store)).filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
}

/** A package of npm: its manifest, and its files. */
export function npm(manifest: Readonly<Record<string, unknown>>, files: Files): Files {
  return { 'package.json': JSON.stringify(manifest), ...files };
}

/** A package-lock.json that says which versions were chosen. */
export function lock(versions: Readonly<Record<string, string>>): Files {
  const places = Object.entries(versions).map(([name, version]) => [`node_modules/${name}`, { version }] as const);
  return { 'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries(places) }) };
}
