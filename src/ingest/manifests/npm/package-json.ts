import type { DependencyKind } from '../../../model/index.js';
import type { Data } from '../document/data.js';
import { readJson } from '../document/json.js';
import type { Notes, Placed } from '../document/notes.js';
import { exportEntries, importEntries } from './exports.js';
import type { NpmDeclaration, NpmEntry, NpmManifest } from './npm-facts.js';

const GROUPS: readonly (readonly [string, DependencyKind])[] = [
  ['dependencies', 'normal'],
  ['devDependencies', 'development'],
  ['peerDependencies', 'peer'],
  ['optionalDependencies', 'optional'],
];

/** Reads a package.json; what has another type than it should is left out and, where it matters, noted. */
export function parsePackageJson(text: string, notes: Notes): NpmManifest {
  const root = readJson(text, notes);
  if (root.kind !== 'map') notes.add(1, 'The package.json holds no object.');
  return {
    name: root.at('name').text ?? null,
    version: root.at('version').text ?? null,
    workspaces: workspacesOf(root.at('workspaces')),
    hasExports: root.at('exports').kind !== 'absent',
    entries: root.at('exports').kind === 'absent' ? legacyEntries(root) : exportEntries(root.at('exports'), notes),
    imports: importEntries(root.at('imports')),
    binaries: binariesOf(root),
    dependencies: dependenciesOf(root, notes),
  };
}

function workspacesOf(data: Data): readonly Placed[] | null {
  if (data.kind === 'absent') return null;
  const list = data.kind === 'map' ? data.at('packages') : data;
  return list.items().flatMap((item) => (item.text === undefined ? [] : { text: item.text, line: item.line }));
}

/** Without `exports` every file can be imported, and `main` and its relatives name the one behind the package's name. */
function legacyEntries(root: Data): NpmEntry[] {
  const mains = ['types', 'typings', 'module', 'main', 'browser'].flatMap((key) => placed(root.at(key)));
  const files = mains.length > 0 ? mains : [{ text: './index.js', line: null }];
  return [
    { specifier: '.', files },
    { specifier: './*', files: [{ text: './*', line: null }] },
  ];
}

function binariesOf(root: Data): NpmEntry[] {
  const bin = root.at('bin');
  if (bin.text !== undefined) {
    const name = root.at('name').text?.replace(/^@[^/]*\//, '');
    return name === undefined ? [] : [{ specifier: name, files: placed(bin) }];
  }
  return bin.entries().flatMap(([specifier, file]) => {
    const files = placed(file);
    return files.length === 0 ? [] : [{ specifier, files }];
  });
}

function dependenciesOf(root: Data, notes: Notes): NpmDeclaration[] {
  const declared = GROUPS.flatMap(([group, kind]) =>
    root
      .at(group)
      .entries()
      .flatMap(([key, range]) => {
        if (range.kind === 'scalar' && key !== '' && !range.isNull) {
          return [{ key, range: range.text ?? '', kind, line: range.line }];
        }
        notes.add(range.line, `The version of '${key}' in ${group} is no text.`);
        return [];
      }),
  );
  // npm writes an optional dependency into both groups, and the second one counts.
  const optional = new Set(declared.filter(({ kind }) => kind === 'optional').map(({ key }) => key));
  return declared.filter(({ key, kind }) => kind !== 'normal' || !optional.has(key));
}

function placed(data: Data): Placed[] {
  return data.text === undefined ? [] : [{ text: data.text, line: data.line }];
}
