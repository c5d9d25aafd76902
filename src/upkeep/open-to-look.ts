import {
  isServerUrl,
  openDatabase,
  openForeignDatabase,
  resolveStorageConfig,
  type Database,
  type StorageConfig,
} from '../sql/index.js';

/** Opens a database only to look at it; nothing is made, set or upgraded in it. An embedded replica is brought up to date. */
export async function openToLook(config: StorageConfig): Promise<Database> {
  if (!isServerUrl(config.path)) return openForeignDatabase(resolveStorageConfig({ ...config, readOnly: true }).path);
  // A replica is never opened for reading only: it is a copy that its server fills.
  return openDatabase(config.replicaPath === undefined ? { ...config, readOnly: true } : config);
}
