import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NotFoundError } from '../index.js';

/** A file of the page, in memory: a request can name nothing else. */
export interface Asset {
  readonly bytes: Buffer;
  readonly type: string;
  readonly tag: string;
  /** Is the content part of the name? */
  readonly isImmutable: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** Where the build puts the page: beside the built server. */
const FOLDER = new URL('../../dist/web/page/', import.meta.url);

/** The files of the page by the path they are asked for. Throws NotFoundError `FILE_NOT_FOUND` when it is not built. */
export function readAssets(folder: URL = FOLDER): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const path of filesBelow(folder)) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const bytes = readFileSync(new URL(path, folder));
    const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    assets.set(`/${path}`, { bytes, type, tag, isImmutable: path.startsWith('assets/') });
  }
  const index = assets.get('/index.html');
  if (index !== undefined) return assets.set('/', index);
  throw new NotFoundError('FILE_NOT_FOUND', 'The web page is not built; `npm run build` builds it.', {
    details: { file: fileURLToPath(folder) },
  });
}

function filesBelow(folder: URL): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(fileURLToPath(folder).length).replaceAll('\\', '/'))
      .map((path) => path.replace(/^\/+/, ''));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
