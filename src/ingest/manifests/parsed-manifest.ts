import type { CargoLock, CargoManifest } from './cargo/cargo-facts.js';
import type { Note } from './document/notes.js';
import type { GoModule, GoWorkspace } from './go/go-facts.js';
import type { GradleBuild, GradleProperties, GradleSettings } from './jvm/gradle-facts.js';
import type { Pom } from './jvm/pom-facts.js';
import type { ManifestKind } from './manifest-kind.js';
import type { BunLock, NpmLock, NpmManifest, PnpmLock, PnpmWorkspace, TsConfig, YarnLock } from './npm/npm-facts.js';
import type { Pipfile, Pyproject, PythonLock, RequirementsFile, SetupFacts } from './python/python-facts.js';

/** What a manifest of each kind says by itself. All of it is plain data that survives JSON. */
export interface ManifestFacts {
  'package-json': NpmManifest;
  'package-lock': NpmLock;
  'pnpm-workspace': PnpmWorkspace;
  'pnpm-lock': PnpmLock;
  'yarn-lock': YarnLock;
  'bun-lock': BunLock;
  tsconfig: TsConfig;
  pyproject: Pyproject;
  'setup-cfg': SetupFacts;
  'setup-py': SetupFacts;
  requirements: RequirementsFile;
  pipfile: Pipfile;
  'pipfile-lock': PythonLock;
  'python-lock': PythonLock;
  'cargo-toml': CargoManifest;
  'cargo-lock': CargoLock;
  'go-mod': GoModule;
  'go-work': GoWorkspace;
  pom: Pom;
  'gradle-build': GradleBuild;
  'gradle-settings': GradleSettings;
  'gradle-properties': GradleProperties;
}

/** One manifest, read: a function of its kind and its text and of nothing else, so it can be kept by them. */
export type ParsedManifest = {
  readonly [K in ManifestKind]: ParsedOf<K>;
}[ManifestKind];

export interface ParsedOf<K extends ManifestKind> {
  readonly kind: K;
  readonly facts: ManifestFacts[K];
  readonly notes: readonly Note[];
}
