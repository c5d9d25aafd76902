import { type PackageManager, UsageError } from '../model/index.js';

export const PACKAGE_MANAGERS: readonly PackageManager[] = ['npm', 'pypi', 'cargo', 'go', 'maven'];

export interface PackageName {
  /** Null when the text names none: then every manager's packages are meant. */
  readonly manager: PackageManager | null;
  readonly name: string;
}

/**
 * Reads `manager:name` or `name`. Throws UsageError `INVALID_ARGUMENT` for an empty name and for the key of a symbol,
 * which no package's name can be.
 */
export function parsePackageName(text: string): PackageName {
  if (text.includes('#') || text.includes('//')) {
    throw new UsageError(
      'INVALID_ARGUMENT',
      `${JSON.stringify(text)} is the key of a symbol; dependents are those of a project or a package. For a symbol, ask impact.`,
      { details: { argument: 'name', value: text } },
    );
  }
  const colon = text.indexOf(':');
  const manager = PACKAGE_MANAGERS.find((each) => each === text.slice(0, Math.max(0, colon))) ?? null;
  const name = manager === null ? text : text.slice(colon + 1);
  if (name.trim() === '') {
    throw new UsageError('INVALID_ARGUMENT', `${JSON.stringify(text)} names no package.`, {
      details: { argument: 'name', value: text },
    });
  }
  return { manager, name };
}
