import { readFileSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

/** A file with a token is small; anything else was named by mistake. */
const MAX_TOKEN_FILE_BYTES = 64 * 1024;

/**
 * The token for a server: what a file holds, else `LESTOCKAGE_AUTH_TOKEN`, else none. Blanks and line ends
 * around it are no part of it. Throws an Error that names the file and says nothing of what is in it.
 */
export function readAuthToken(file: string | undefined, environment: Environment): string | undefined {
  const text = file === undefined ? environment['LESTOCKAGE_AUTH_TOKEN'] : readTokenFile(file);
  const token = text?.trim();
  if (file !== undefined && token === '') throw new Error(`the file ${file} has no token`);
  return token === '' ? undefined : token;
}

function readTokenFile(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it cannot be read';
    throw new Error(`the file ${file} cannot be read: ${reason}`, { cause });
  }
  if (bytes.length > MAX_TOKEN_FILE_BYTES) throw new Error(`the file ${file} is too large for a token`);
  return bytes.toString('utf8');
}
