import { parseCargoLock, parseCargoToml } from './cargo/cargo-toml.js';
import { DocumentTooLarge } from './document/data.js';
import { Notes } from './document/notes.js';
import { parseGoMod, parseGoWork } from './go/go-mod.js';
import { parseGradleBuild, parseGradleProperties, parseGradleSettings } from './jvm/gradle.js';
import { parsePom } from './jvm/pom.js';
import type { ManifestKind } from './manifest-kind.js';
import { parseBunLock, parsePackageLock } from './npm/locks.js';
import { parsePackageJson } from './npm/package-json.js';
import { parsePnpmLock, parsePnpmWorkspace } from './npm/pnpm.js';
import { parseTsConfig } from './npm/tsconfig.js';
import { parseYarnLock } from './npm/yarn-lock.js';
import type { ManifestFacts, ParsedManifest, ParsedOf } from './parsed-manifest.js';
import { parsePyproject } from './python/pyproject.js';
import { parsePipfile, parsePipfileLock, parsePythonLock } from './python/python-locks.js';
import { parseRequirementsFile } from './python/requirements-file.js';
import { parseSetupCfg } from './python/setup-cfg.js';
import { parseSetupPy } from './python/setup-py.js';

/**
 * To be raised with every change of what is read from the same text, or of what routes are made of it, so that results kept
 * by content are read anew.
 */
export const MANIFESTS_VERSION = 1;

/** Longer manifests are not read, in UTF-16 code units; lockfiles grow with everything a project uses. */
export const MAX_MANIFEST_LENGTH = 2 * 1024 * 1024;
export const MAX_LOCKFILE_LENGTH = 32 * 1024 * 1024;

/** The longest text of this kind that is read, in UTF-16 code units. */
export function maxManifestLength(kind: ManifestKind): number {
  return kind.endsWith('lock') ? MAX_LOCKFILE_LENGTH : MAX_MANIFEST_LENGTH;
}

type Parser<K extends ManifestKind> = (text: string, notes: Notes) => ManifestFacts[K] | Promise<ManifestFacts[K]>;

const PARSERS: { readonly [K in ManifestKind]: Parser<K> } = {
  'package-json': parsePackageJson,
  'package-lock': parsePackageLock,
  'pnpm-workspace': parsePnpmWorkspace,
  'pnpm-lock': parsePnpmLock,
  'yarn-lock': parseYarnLock,
  'bun-lock': parseBunLock,
  tsconfig: parseTsConfig,
  pyproject: parsePyproject,
  'setup-cfg': parseSetupCfg,
  'setup-py': parseSetupPy,
  requirements: parseRequirementsFile,
  pipfile: parsePipfile,
  'pipfile-lock': parsePipfileLock,
  'python-lock': parsePythonLock,
  'cargo-toml': parseCargoToml,
  'cargo-lock': parseCargoLock,
  'go-mod': parseGoMod,
  'go-work': parseGoWork,
  pom: parsePom,
  'gradle-build': parseGradleBuild,
  'gradle-settings': parseGradleSettings,
  'gradle-properties': parseGradleProperties,
};

/**
 * Reads one manifest: a function of kind and text, so that the result, plain data, can be kept by kind,
 * {@link MANIFESTS_VERSION} and the content's hash. What is malformed is noted, with its line; nothing is thrown for what
 * a text holds.
 */
export async function parseManifest(kind: ManifestKind, text: string): Promise<ParsedManifest> {
  return asParsed(await parseAs(kind, text));
}

async function parseAs<K extends ManifestKind>(kind: K, text: string): Promise<ParsedOf<K>> {
  const notes = new Notes();
  const limit = maxManifestLength(kind);
  if (text.length > limit) {
    notes.add(null, `It is not read: it has ${text.length} characters, the limit is ${limit}.`);
    return { kind, facts: await PARSERS[kind]('', new Notes()), notes: notes.all };
  }
  try {
    return { kind, facts: await PARSERS[kind](text.replace(/^\uFEFF/, ''), notes), notes: notes.all };
  } catch (error) {
    const reason = unreadable(error);
    if (reason === undefined) throw error;
    notes.add(null, `It is not read: ${reason}.`);
    return { kind, facts: await PARSERS[kind]('', new Notes()), notes: notes.all };
  }
}

/** The parsers of formats call themselves for what is nested, and have no limit of their own but the stack. */
function unreadable(error: unknown): string | undefined {
  if (error instanceof DocumentTooLarge) return `it stands for ${error.message}`;
  return error instanceof RangeError && /call stack/i.test(error.message) ? 'it is nested too deep' : undefined;
}

/** The kinds are told apart by `kind`; a generic function cannot show the compiler that both parts belong together. */
function asParsed(parsed: { readonly kind: ManifestKind }): ParsedManifest {
  return parsed as ParsedManifest;
}
