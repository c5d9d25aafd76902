import type { Declaration, Import, RandomProgram, SourceModule } from '../program.js';
import { manifestsOf } from './manifests.js';

/** Files of a program: path to text. */
export type Files = Readonly<Record<string, string>>;

/** Where a module is and what is around it, for the lines that name other files. */
export interface Surroundings {
  readonly place: string;
  readonly path: string;
  /** Path of the file at a place, which need not exist. */
  pathOf(place: string): string;
  moduleAt(place: string): SourceModule | undefined;
}

/** How one language writes the programs. */
export interface Spelling {
  readonly language: string;
  /** File names at a place with the given stem; the module's `ending` chooses. */
  readonly endings: readonly string[];
  /** The same for the place that has the stem of another; none of `endings`. */
  readonly twinEndings: readonly string[];
  /** Names of the file that stands for its folder. */
  readonly rootNames: readonly string[];
  /** The same where the folder is in another; default as above. */
  readonly innerRootNames?: readonly string[];
  /** A line that is an error wherever it is. */
  readonly brokenLine: string;
  text(module: SourceModule, at: Surroundings): readonly string[];
}

/** The program's files as the language writes them. */
export function filesOf(spelling: Spelling, program: RandomProgram): Files {
  const pathOf = (place: string): string => pathAt(spelling, place, program.modules[place]?.ending ?? 0);
  const moduleAt = (place: string): SourceModule | undefined => program.modules[place];
  const files: Record<string, string> = {};
  for (const [place, module] of Object.entries(program.modules)) {
    const path = pathOf(place);
    files[path] = laidOut(module, [...spelling.text(module, { place, path, pathOf, moduleAt })], spelling.brokenLine);
  }
  Object.assign(files, manifestsOf(spelling.language, program));
  if (program.ignored !== null) files['.gitignore'] = `${program.ignored}\n`;
  return files;
}

function pathAt(spelling: Spelling, place: string, ending: number): string {
  const choose = (from: readonly string[]): string => from[ending % from.length] ?? '';
  if (place === 'root') return choose(spelling.rootNames);
  if (place.endsWith('/root')) return place.replace(/root$/, choose(spelling.innerRootNames ?? spelling.rootNames));
  if (place.endsWith('+')) return place.slice(0, -1) + choose(spelling.twinEndings);
  return place + choose(spelling.endings);
}

function laidOut({ layout, damage }: SourceModule, lines: string[], brokenLine: string): string {
  if (damage === 'empty') return '';
  if (damage === 'syntax') lines.splice(Math.ceil(lines.length / 2), 0, brokenLine);
  const text = `${'\n'.repeat(layout.blankLines)}${lines.join('\n')}\n`;
  const ended = layout.windowsLines ? text.replaceAll('\n', '\r\n') : text;
  return (layout.byteOrderMark ? '\uFEFF' : '') + (damage === 'binary' ? `\0\0${ended}` : ended);
}

export function indented(lines: readonly string[], by = '  '): string[] {
  return lines.flatMap((line) => line.split('\n')).map((line) => by + line);
}

/** Path from the folder of `from` to `to`, starting with a dot. */
export function relativePath(from: string, to: string): string {
  const [start, end] = [from.split('/').slice(0, -1), to.split('/')];
  while (start.length > 0 && end.length > 1 && start[0] === end[0]) {
    start.shift();
    end.shift();
  }
  return `${start.length === 0 ? './' : '../'.repeat(start.length)}${end.join('/')}`;
}

export function withoutEnding(path: string): string {
  return path.replace(/(\.d)?\.\w+$/, '');
}

/** Documentation before a definition. */
export function slashComment({ comment }: Declaration): string[] {
  return comment === null ? [] : [`/** ${comment} */`];
}

/** A class of what the declaration says, in languages where functions stand in classes only. */
export function isFunctionLike({ kind }: Declaration): boolean {
  return kind === 'function' || kind === 'constant' || kind === 'alias';
}

export function isReExport({ kind }: Import): boolean {
  return kind.startsWith('again');
}
