import type { DependencyKind } from '../../../model/index.js';
import { readConfig } from '../document/config-parser.js';
import type { Notes, Placed } from '../document/notes.js';
import { NO_LAYOUT, type PythonRequirement, type SetupFacts } from './python-facts.js';
import { parseRequirement } from './requirement.js';

/** Reads the sections of setup.cfg that setuptools knows. `attr:` and `file:` values need a program and are null. */
export function parseSetupCfg(text: string, notes: Notes): SetupFacts {
  const sections = readConfig(text);
  const values = (section: string, key: string): readonly Placed[] => sections.get(section)?.get(key) ?? [];
  const options = (key: string) => values('options', key);
  const list = (found: readonly Placed[]) =>
    found.flatMap(({ text: value }) => value.split(',')).map((part) => part.trim());
  const extras = [...(sections.get('options.extras_require') ?? [])].flatMap(([, lines]) => lines);
  const packages = list(options('packages')).filter((name) => name !== '');
  const find = (key: string) => values('options.packages.find', key);
  return {
    name: literal(values('metadata', 'name')),
    version: literal(values('metadata', 'version')),
    requirements: [
      ...requirements(options('install_requires'), 'normal', notes),
      ...requirements(options('tests_require'), 'development', notes),
      ...requirements(options('setup_requires'), 'build', notes),
      ...requirements(extras, 'optional', notes),
    ],
    layout: {
      ...NO_LAYOUT,
      roots: find('where'),
      names: [
        ...packages.filter((name) => !name.endsWith(':')),
        ...list(options('py_modules')).filter((name) => name !== ''),
      ],
      packageFolders: options('package_dir').flatMap(({ text: value, line }) => {
        const [name = '', folder] = value.split('=', 2).map((part) => part.trim());
        return folder === undefined ? [] : [{ name, folder: { text: folder, line } }];
      }),
      include: list(find('include')).filter((pattern) => pattern !== ''),
      exclude: list(find('exclude')).filter((pattern) => pattern !== ''),
    },
  };
}

function literal(values: readonly Placed[]): string | null {
  const value = values[0]?.text;
  return value === undefined || /^(?:attr|file):/.test(value) ? null : value;
}

/** One requirement a line; `;` belongs to markers, so it does not divide. */
function requirements(lines: readonly Placed[], kind: DependencyKind, notes: Notes): PythonRequirement[] {
  return lines.flatMap(({ text, line }) => {
    if (/^file:/.test(text)) return [];
    const found = parseRequirement(text, kind, line);
    if (found === undefined) notes.add(line, `'${text.slice(0, 100)}' is no requirement as PEP 508 has them.`);
    return found ?? [];
  });
}
