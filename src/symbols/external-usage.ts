import {
  decodeCursor,
  encodeCursor,
  envelope,
  readGeneration,
  requireCount,
  type PageOptions,
} from '../graph/index.js';
import { compareText, type Envelope, type PackageManager, type ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { comparePlace } from './compare-place.js';
import type { LinkStatus } from './external-links.js';

/** One name of a package that code of a project uses. */
export interface UsedName {
  /** The module, as the import writes it. */
  readonly import: string;
  /** From the module to what is used; empty for the module itself. */
  readonly path: string;
  readonly status: LinkStatus;
  /** By how many symbols, and how often. */
  readonly users: number;
  readonly uses: number;
}

/** What a project uses of a package, whether or not the store has the package. */
export interface ExternalUsage {
  readonly project: ProjectId;
  /** Folder of the package whose files these are; empty for the root, and where there is no package. */
  readonly folder: string;
  readonly manager: PackageManager;
  /** Null when neither a manifest nor the store says which package a module belongs to. */
  readonly package: string | null;
  readonly range: string | null;
  readonly lockedVersion: string | null;
  /** The file that asks for it; null when none does. */
  readonly manifest: string | null;
  readonly uses: number;
  readonly names: readonly UsedName[];
}

export interface ExternalUsageOptions extends PageOptions {
  readonly project?: ProjectId;
}

interface UsageRow extends UsedName {
  readonly project: ProjectId;
  readonly folder: string;
  readonly manager: PackageManager;
  readonly package: string | null;
  readonly range: string | null;
  readonly lockedVersion: string | null;
  readonly manifest: string | null;
}

const DEFAULT_LIMIT = 1000;
const PLACE = ['string', 'string', 'string', 'string'] as const;

/**
 * What projects use of packages: by project, folder, manager and package. Modules whose package is not known come together,
 * after all others.
 *
 * Throws UsageError `INVALID_ARGUMENT` for a bad limit or a foreign cursor.
 */
export async function externalUsage(
  database: Database,
  options: ExternalUsageOptions = {},
): Promise<Envelope<ExternalUsage>> {
  const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
  const after = options.cursor === undefined ? [] : decodeCursor('external-usage', PLACE, options.cursor);
  return database.snapshot(async (snapshot) => {
    const rows = await snapshot.all<UsageRow>(
      `SELECT n.project_id AS project, e.folder, n.manager, e.package_name AS package, d."range" AS "range",
         d.locked_version AS lockedVersion, d.manifest_path AS manifest, n.specifier AS import, n.path, e.status,
         e.user_count AS users, e.use_count AS uses
       FROM external_names AS n CROSS JOIN external_symbols AS e ON e.name_id = n.id
       LEFT JOIN project_deps AS d ON d.id = e.dependency_id
       WHERE ? IS NULL OR n.project_id = ?`,
      [options.project ?? null, options.project ?? null],
    );
    const all = grouped(rows);
    const rest = all.filter((usage) => comparePlace(placeOf(usage), after) > 0);
    const shown = rest.slice(0, limit);
    const last = rest.length > limit ? shown.at(-1) : undefined;
    const next = last === undefined ? null : encodeCursor('external-usage', placeOf(last));
    return envelope(await readGeneration(snapshot), all.length, shown, next);
  });
}

function grouped(rows: readonly UsageRow[]): ExternalUsage[] {
  const groups = new Map<string, { usage: Omit<ExternalUsage, 'names' | 'uses'>; names: UsedName[] }>();
  for (const { import: specifier, path, status, users, uses, ...usage } of rows) {
    const key = placeOf(usage).join('\0');
    const group = groups.get(key) ?? { usage, names: [] };
    group.names.push({ import: specifier, path, status, users, uses });
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ usage, names }) => ({
      ...usage,
      uses: names.reduce((sum, { uses }) => sum + uses, 0),
      names: names.sort((a, b) => compareText(a.import, b.import) || compareText(a.path, b.path)),
    }))
    .sort((a, b) => comparePlace(placeOf(a), placeOf(b)));
}

/** No package's name begins with the last character there is. */
const UNKNOWN_PACKAGE = '\uffff';

function placeOf(usage: Pick<ExternalUsage, 'project' | 'folder' | 'manager' | 'package'>): string[] {
  return [usage.project, usage.folder, usage.manager, usage.package ?? UNKNOWN_PACKAGE];
}
