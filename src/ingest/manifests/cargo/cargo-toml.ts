import type { DependencyKind } from '../../../model/index.js';
import type { Data } from '../document/data.js';
import type { Notes, Placed } from '../document/notes.js';
import { readToml } from '../document/toml.js';
import type { CargoDeclaration, CargoLock, CargoManifest, CargoTarget } from './cargo-facts.js';

const GROUPS: readonly (readonly [readonly string[], DependencyKind])[] = [
  [['dependencies'], 'normal'],
  [['dev-dependencies', 'dev_dependencies'], 'development'],
  [['build-dependencies', 'build_dependencies'], 'build'],
];

export function parseCargoToml(text: string, notes: Notes): CargoManifest {
  const root = readToml(text, notes);
  const workspace = root.at('workspace');
  // `[target.'cfg(…)'.dependencies]` is wanted on some systems; which one this is built for is not asked.
  const targets = root
    .at('target')
    .entries()
    .map(([, target]) => target);
  return {
    package: packageOf(root, notes),
    workspace:
      workspace.kind === 'map'
        ? {
            members: placedItems(workspace.at('members')),
            exclude: placedItems(workspace.at('exclude')),
            version: workspace.at('package', 'version').text ?? null,
            dependencies: declarations(workspace.at('dependencies'), 'normal', notes),
          }
        : null,
    dependencies: [root, ...targets].flatMap((holder) =>
      GROUPS.flatMap(([keys, kind]) => keys.flatMap((key) => declarations(holder.at(key), kind, notes))),
    ),
  };
}

function packageOf(root: Data, notes: Notes): CargoManifest['package'] {
  const data = root.at('package').kind === 'map' ? root.at('package') : root.at('project');
  if (data.kind !== 'map') return null;
  const name = data.at('name').text;
  if (name === undefined) {
    notes.add(data.line, 'The package has no name.');
    return null;
  }
  return {
    name,
    version: data.at('version').text ?? null,
    isVersionInherited: data.at('version', 'workspace').isTrue,
    workspace: placed(data.at('workspace'))[0] ?? null,
    library: root.at('lib').kind === 'map' ? targetOf(root.at('lib')) : null,
    binaries: root.at('bin').items().map(targetOf),
    findsBinaries: data.at('autobins').kind === 'absent' || data.at('autobins').isTrue,
  };
}

function targetOf(data: Data): CargoTarget {
  return { name: data.at('name').text ?? null, path: placed(data.at('path'))[0] ?? null };
}

function declarations(table: Data, kind: DependencyKind, notes: Notes): CargoDeclaration[] {
  return table.entries().flatMap(([key, wish]) => {
    const nothing = { key, name: null, path: null, isInherited: false, line: wish.line };
    if (wish.text !== undefined) return { ...nothing, range: wish.text, kind };
    if (wish.kind !== 'map') {
      notes.add(wish.line, `The version of '${key}' is neither a text nor a table.`);
      return [];
    }
    return {
      ...nothing,
      name: wish.at('package').text ?? null,
      range: wish.at('version').text ?? wish.at('git').text ?? null,
      path: placed(wish.at('path'))[0] ?? null,
      isInherited: wish.at('workspace').isTrue,
      kind: wish.at('optional').isTrue ? 'optional' : kind,
    };
  });
}

function placedItems(list: Data): Placed[] {
  return list.items().flatMap(placed);
}

function placed(data: Data): Placed[] {
  return data.text === undefined ? [] : [{ text: data.text, line: data.line }];
}

export function parseCargoLock(text: string, notes: Notes): CargoLock {
  const packages = readToml(text, notes)
    .at('package')
    .items()
    .flatMap((item) => {
      const name = item.at('name').text;
      const version = item.at('version').text;
      // A third word says where it comes from, which tells equal versions apart.
      const dependencies = item
        .at('dependencies')
        .texts()
        .map((wanted) => wanted.split(' ', 2).join(' '));
      return name === undefined || version === undefined ? [] : [{ name, version, dependencies }];
    });
  return { packages };
}
