import type { Data } from '../document/data.js';
import type { Placed } from '../document/notes.js';
import { NO_LAYOUT, type PythonLayout } from './python-facts.js';

/** Where the build that a pyproject.toml names looks for modules; what it does not say is found by custom. */
export function layoutOf(root: Data, name: string | null): PythonLayout {
  const tool = root.at('tool');
  const layouts = [
    setuptoolsLayout(tool.at('setuptools')),
    hatchLayout(tool.at('hatch', 'build')),
    poetryLayout(tool.at('poetry', 'packages')),
    uvLayout(tool.at('uv', 'build-backend')),
    flitLayout(tool.at('flit', 'module')),
    maturinLayout(tool.at('maturin')),
    { ...NO_LAYOUT, roots: placedText(tool.at('pdm', 'build', 'package-dir')) },
  ];
  return layouts.reduce(joined, name === null ? NO_LAYOUT : { ...NO_LAYOUT });
}

function joined(a: PythonLayout, b: PythonLayout): PythonLayout {
  return {
    roots: [...a.roots, ...b.roots],
    names: [...a.names, ...b.names],
    folders: [...a.folders, ...b.folders],
    packageFolders: [...a.packageFolders, ...b.packageFolders],
    include: [...a.include, ...b.include],
    exclude: [...a.exclude, ...b.exclude],
  };
}

function setuptoolsLayout(data: Data): PythonLayout {
  const packages = data.at('packages');
  const find = packages.at('find');
  return {
    ...NO_LAYOUT,
    roots: placedItems(find.at('where')),
    names: [...packages.texts(), ...data.at('py-modules').texts()],
    packageFolders: data
      .at('package-dir')
      .entries()
      .flatMap(([name, folder]) => placedText(folder).map((place) => ({ name, folder: place }))),
    include: find.at('include').texts(),
    exclude: find.at('exclude').texts(),
  };
}

/** `packages` lists folders; their last name is the import name. `sources` says what is cut off in front. */
function hatchLayout(data: Data): PythonLayout {
  const wheel = data.at('targets', 'wheel');
  const folders = [...placedItems(wheel.at('packages')), ...placedItems(data.at('packages'))];
  const sources = [...placedItems(wheel.at('sources')), ...placedItems(data.at('sources'))];
  return { ...NO_LAYOUT, roots: sources, folders: folders.map((folder) => ({ name: null, folder })) };
}

function poetryLayout(packages: Data): PythonLayout {
  const folders = packages.items().flatMap((item) => {
    const include = item.at('include');
    if (include.text === undefined) return [];
    const name = include.text.split('/')[0] ?? '';
    const from = item.at('from').text;
    // A pattern (`pkg/**/*.py`) is about files of the package in front of it.
    return name.includes('*')
      ? []
      : [{ name, folder: { text: from === undefined ? name : `${from}/${name}`, line: include.line } }];
  });
  return { ...NO_LAYOUT, folders };
}

function uvLayout(data: Data): PythonLayout {
  if (data.kind !== 'map') return NO_LAYOUT;
  const names = data.at('module-name');
  const root = data.at('module-root');
  const roots = root.kind === 'absent' ? [{ text: 'src', line: null }] : [{ text: root.text ?? '.', line: root.line }];
  return { ...NO_LAYOUT, roots, names: names.text === undefined ? names.texts() : [names.text] };
}

function flitLayout(data: Data): PythonLayout {
  return { ...NO_LAYOUT, names: [data.at('name')].flatMap((name) => name.text ?? []) };
}

function maturinLayout(data: Data): PythonLayout {
  const name = data.at('module-name').text?.split('.')[0];
  return { ...NO_LAYOUT, roots: placedText(data.at('python-source')), names: name === undefined ? [] : [name] };
}

function placedItems(list: Data): Placed[] {
  return list.items().flatMap(placedText);
}

function placedText(data: Data): Placed[] {
  return data.text === undefined ? [] : [{ text: data.text, line: data.line }];
}
