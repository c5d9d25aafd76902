import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where the store is when `--db` is not given: `LESTOCKAGE_DB`, else one file in the user's data
 * folder, so that projects see each other. A relative `XDG_DATA_HOME` is ignored, as the XDG Base
 * Directory Specification wants.
 */
export function defaultDatabase(environment: Environment): string {
  const { LESTOCKAGE_DB: named, XDG_DATA_HOME: dataHome } = environment;
  if (named !== undefined && named !== '') return named;
  const folder = dataHome !== undefined && isAbsolute(dataHome) ? dataHome : join(homedir(), '.local', 'share');
  return join(folder, 'lestockage', 'code.db');
}
