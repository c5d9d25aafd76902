import type { ContentStore } from '../../incremental/index.js';
import {
  compareText,
  type ManifestWarning,
  type PackageFacts,
  type PathAlias,
  type ProjectId,
} from '../../model/index.js';
import type { ProjectDelta } from '../../graph/index.js';
import {
  type ExternalRefs,
  type ManifestRecord,
  manifestStatements,
  type PackageStore,
  packageStatements,
} from '../../symbols/index.js';
import type { IndexWarning } from '../indexer.js';
import {
  combineManifests,
  filesNamedBy,
  manifestKindOf,
  MANIFESTS_VERSION,
  type NamedManifest,
  type ParsedManifest,
} from '../manifests/index.js';
import { ManifestArchive } from './manifest-archive.js';
import { ManifestFiles, type ManifestPlace } from './manifest-files.js';
import type { ManifestPlan } from './manifest-plan.js';
import { sameRoutes, updateRoutes, type RouteUpdate } from './route-update.js';

export interface PackageInput extends ManifestPlace {
  readonly projectId: ProjectId;
  readonly plan: ManifestPlan;
  /** Did source files come or go? Modules are found by their names. */
  readonly isFileSetChanged: boolean;
  /** The source files of the project as they are now. */
  readonly sourceFiles: () => Promise<readonly string[]>;
}

/** What is to be written so that the stored packages are what the manifests say. */
export interface PackageChanges {
  readonly statements: NonNullable<ProjectDelta['alongside']>;
  /** Does an answer about packages change, and not only what is remembered of files? */
  readonly isChanged: boolean;
  readonly warnings: readonly IndexWarning[];
  /** For binding inside the project. */
  readonly routes: RouteUpdate;
}

/**
 * Works out how the packages of a project changed. Manifests whose content is known are not parsed; when nothing about them
 * changed they are not even read. What ends up stored depends on the files alone.
 */
export async function syncPackages(
  stores: { readonly packages: PackageStore; readonly contents: ContentStore; readonly externals: ExternalRefs },
  input: PackageInput,
): Promise<PackageChanges> {
  const { projectId, plan, isFileSetChanged } = input;
  if (plan.isDone && !(isFileSetChanged && plan.stored.files.size > 0)) {
    return { statements: [], isChanged: false, warnings: [], routes: sameRoutes(stores.packages, projectId) };
  }
  const files = new ManifestFiles(plan, input);
  const isSame =
    !plan.isOutdated && plan.gone.length === 0 && !isFileSetChanged && hasSameContents(plan, files.records);
  if (isSame) {
    const statements = manifestStatements(projectId, plan.stored, files.records, MANIFESTS_VERSION);
    const routes = sameRoutes(stores.packages, projectId);
    return { statements, isChanged: false, warnings: files.warnings.map(asIndexWarning), routes };
  }
  const archive = new ManifestArchive(stores.contents);
  const { packages, aliases, warnings, records } = await readPackages(files, archive, await input.sourceFiles());
  const routes = await updateRoutes(stores.packages, projectId, packages, aliases);
  const changes = [
    ...packageStatements(projectId, await stores.packages.state(projectId), packages),
    ...routes.statements,
  ];
  return {
    statements: [
      ...changes,
      // What the packages pass on of others is found by what they ask for.
      ...(changes.length === 0 ? [] : [stores.externals.statementForProviders(projectId)]),
      ...manifestStatements(projectId, plan.stored, records, MANIFESTS_VERSION),
      ...(archive.entries.length === 0 ? [] : stores.contents.statementsForPut(archive.entries)),
    ],
    isChanged: changes.length > 0,
    warnings: [...files.warnings, ...warnings].map(asIndexWarning),
    routes: routes.update,
  };
}

function hasSameContents({ changed, stored }: ManifestPlan, now: ReadonlyMap<string, ManifestRecord>): boolean {
  return changed.every(({ path }) => {
    const before = stored.files.get(path);
    return before !== undefined && before.contentHash === now.get(path)?.contentHash;
  });
}

interface PackagesRead {
  readonly packages: readonly PackageFacts[];
  readonly aliases: readonly PathAlias[];
  readonly warnings: readonly ManifestWarning[];
  /** Of the manifests that count, and of those that one of them names. */
  readonly records: ReadonlyMap<string, ManifestRecord>;
}

async function readPackages(
  files: ManifestFiles,
  archive: ManifestArchive,
  sourceFiles: readonly string[],
): Promise<PackagesRead> {
  const parsed = new Map<string, ParsedManifest>();
  let waiting = [...files.records.keys()].sort(compareText).flatMap((path): NamedManifest[] => {
    const kind = manifestKindOf(path);
    return kind === undefined ? [] : [{ path, kind }];
  });
  const asked = new Set(waiting.map(({ path }) => path));
  while (waiting.length > 0) {
    const named: NamedManifest[] = [];
    for (const { path, kind } of waiting) {
      const manifest = await readOne({ path, kind }, files, archive);
      if (manifest === undefined) continue;
      parsed.set(path, manifest);
      for (const each of filesNamedBy(path, manifest)) {
        if (asked.has(each.path)) continue;
        asked.add(each.path);
        named.push(each);
      }
    }
    await files.ask(named.map(({ path }) => path));
    waiting = named;
  }
  const records = new Map([...files.records].filter(([path]) => asked.has(path)));
  const present = [...records.values()].flatMap(({ path, statKey, contentHash }) =>
    statKey === null && contentHash === null ? [] : [path],
  );
  const { packages, aliases, warnings } = combineManifests(new Set([...sourceFiles, ...present]), parsed);
  return { packages, aliases, warnings, records };
}

async function readOne(
  { path, kind }: NamedManifest,
  files: ManifestFiles,
  archive: ManifestArchive,
): Promise<ParsedManifest | undefined> {
  const known = files.record(path)?.contentHash ?? null;
  if (known === null) return undefined;
  const recalled = await archive.recall(kind, known);
  if (recalled !== undefined) return recalled;
  const text = files.text(path);
  const contentHash = files.record(path)?.contentHash ?? null;
  return text === undefined || contentHash === null ? undefined : archive.parse(kind, text, contentHash);
}

function asIndexWarning({ path, line, message }: ManifestWarning): IndexWarning {
  return { file: path, code: 'MANIFEST', message: line === null ? message : `Line ${line}: ${message}` };
}
