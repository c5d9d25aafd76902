import { createRequire } from 'node:module';
import type Semver from 'semver';
import type { PackageManager } from '../model/index.js';

let loaded: typeof Semver | undefined;

/** Its many files are loaded with the first versions that are compared; most commands compare none. */
function library(): typeof Semver {
  loaded ??= createRequire(import.meta.url)('semver') as typeof Semver;
  return loaded;
}

/** Does a version lie in a range? Undefined where the one or the other is not of a kind that can be compared. */
export function isInRange(manager: PackageManager, version: string, range: string): boolean | undefined {
  const semver = library();
  const wanted = rangeOf(manager, range);
  const own = manager === 'npm' || manager === 'cargo' ? semver.parse(version) : semver.coerce(version);
  if (wanted === undefined || own === null) return undefined;
  return semver.satisfies(own, wanted, { includePrerelease: true });
}

/** The newer version first; versions that cannot be compared come last, in the order of their texts. */
export function compareNewestFirst(a: string | null, b: string | null): number {
  const semver = library();
  const [own, other] = [a, b].map((version) =>
    version === null ? null : (semver.parse(version) ?? semver.coerce(version)),
  );
  if (own !== null && own !== undefined && other !== null && other !== undefined) return semver.rcompare(own, other);
  if (own !== null && own !== undefined) return -1;
  if (other !== null && other !== undefined) return 1;
  return (a ?? '') < (b ?? '') ? 1 : (a ?? '') > (b ?? '') ? -1 : 0;
}

function rangeOf(manager: PackageManager, range: string): string | undefined {
  const text = manager === 'pypi' ? ofPython(range) : manager === 'cargo' ? ofCargo(range) : range.trim();
  const semver = library();
  if (manager === 'maven' || manager === 'go') return semver.valid(text) === null ? undefined : `>=${text}`;
  return semver.validRange(text) === null ? undefined : text;
}

/** Cargo's bare versions mean a caret; conditions are joined by commas. */
function ofCargo(range: string): string {
  return range
    .split(',')
    .map((part) => part.trim())
    .map((part) => (/^\d/.test(part) ? `^${part}` : part))
    .join(' ');
}

/** Specifiers of PEP 440 as far as npm's notation has their like. */
function ofPython(range: string): string {
  return range
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.startsWith('!='))
    .map((part) => {
      const [, sign = '', version = ''] = /^(===?|~=|>=|<=|>|<)?\s*v?(.*)$/.exec(part) ?? [];
      if (sign === '~=') return compatible(version);
      return (sign.startsWith('==') ? '' : sign) + version.replace(/\.\*$/, '.x');
    })
    .join(' ');
}

/** `~=1.4.2` is at least 1.4.2 and below 1.5; `~=1.4` is below 2. */
function compatible(version: string): string {
  const parts = version.split('.');
  const upper = parts.slice(0, Math.max(1, parts.length - 1)).map(Number);
  upper.push((upper.pop() ?? 0) + 1);
  return `>=${version} <${upper.join('.')}`;
}
