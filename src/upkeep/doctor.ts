import { isLestockageError } from '../model/index.js';
import type { Database, StorageConfig } from '../sql/index.js';
import { errorFinding, readDatabaseFacts, type DatabaseFacts } from './database-facts.js';
import { readEnvironment, type Environment } from './environment.js';
import type { Finding } from './finding.js';
import { openToLook } from './open-to-look.js';
import { readProjectFacts, readWorkFacts, type ProjectFacts, type WorkFacts } from './project-facts.js';

export interface DoctorOptions extends StorageConfig {
  /** Milliseconds since the Unix epoch; what the age of replicas is told by. */
  readonly clock?: () => number;
}

export interface DoctorReport {
  /** Nothing keeps the store from being used. */
  readonly ok: boolean;
  readonly environment: Environment;
  /** Null when the database cannot be read at all. */
  readonly database: DatabaseFacts | null;
  /** Empty unless the schema is the current one, as is `work` null. */
  readonly projects: readonly ProjectFacts[];
  readonly work: WorkFacts | null;
  /** Errors first. */
  readonly findings: readonly Finding[];
}

const LEVELS = ['error', 'warning', 'note'] as const;

/**
 * Looks at the environment and at a database, and gives advice for what it finds. Works on databases that are
 * absent, damaged, older, newer or another program's, and changes none of them.
 *
 * Throws UsageError `INVALID_OPTION` only; what is wrong with the database is a finding.
 */
export async function doctor(options: DoctorOptions): Promise<DoctorReport> {
  const { clock = Date.now, ...config } = options;
  const { environment, findings } = await readEnvironment();
  const seen = await lookAt(config, clock());
  const all = [...findings, ...seen.findings];
  const sorted = LEVELS.flatMap((level) => all.filter((finding) => finding.level === level));
  const { database, projects, work } = seen;
  return { ok: !all.some(({ level }) => level === 'error'), environment, database, projects, work, findings: sorted };
}

type Seen = Pick<DoctorReport, 'database' | 'projects' | 'work'> & { readonly findings: Finding[] };

async function lookAt(config: StorageConfig, now: number): Promise<Seen> {
  let database: Database | undefined;
  let facts: DatabaseFacts | null = null;
  const findings: Finding[] = [];
  try {
    database = await openToLook(config);
    const read = await readDatabaseFacts(database, now);
    facts = read.facts;
    findings.push(...read.findings);
    if (facts.schemaVersion !== facts.supportedVersion) return { database: facts, projects: [], work: null, findings };
    const { projects, findings: ofProjects } = await readProjectFacts(database);
    const { work, findings: ofWork } = await readWorkFacts(database);
    return { database: facts, projects, work, findings: [...findings, ...ofProjects, ...ofWork] };
  } catch (error) {
    if (isLestockageError(error) && error.code === 'INVALID_OPTION') throw error;
    return { database: facts, projects: [], work: null, findings: [...findings, errorFinding(error)] };
  } finally {
    await database?.close();
  }
}
