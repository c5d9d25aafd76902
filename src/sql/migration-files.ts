import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NodeHash } from '../model/index.js';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly script: string;
  /** BLAKE3 of the script, whatever line ends the file was checked out with. */
  readonly checksum: NodeHash;
}

const FOLDER = new URL('./migrations/', import.meta.url);
const FILE_NAME = /^(\d{4})-([a-z0-9-]+)\.sql$/;

let loaded: readonly Migration[] | undefined;

/** All migrations in order; version n is at index n - 1. They lie beside this module, compiled or not. */
export function loadMigrations(): readonly Migration[] {
  loaded ??= readdirSync(fileURLToPath(FOLDER))
    .filter((file) => FILE_NAME.test(file))
    .sort()
    .map(readMigration);
  return loaded;
}

function readMigration(file: string, index: number): Migration {
  const [, number, name] = FILE_NAME.exec(file) ?? [];
  const version = Number(number);
  if (name === undefined || version !== index + 1) {
    throw new Error(`Migration ${file} is not number ${index + 1}: migrations have no gaps.`);
  }
  const script = readFileSync(new URL(file, FOLDER), 'utf8').replaceAll('\r\n', '\n');
  return { version, name, script, checksum: NodeHash.of(script) };
}
