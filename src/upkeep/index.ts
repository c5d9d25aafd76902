export { backupDatabaseAt, backupStore, type BackupOptions, type BackupReport } from './backup.js';
export { collectGarbage, type GarbageOptions, type GarbageReport, type StoreSize } from './collect-garbage.js';
export type { DatabaseFacts } from './database-facts.js';
export { doctor, type DoctorOptions, type DoctorReport } from './doctor.js';
export type { Environment } from './environment.js';
export type { Finding, FindingCode } from './finding.js';
export type { ProjectFacts, WorkFacts } from './project-facts.js';
export { upgradeStore, type UpgradeOptions, type UpgradeReport } from './upgrade.js';
