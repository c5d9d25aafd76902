import { fileURLToPath } from 'node:url';
import type { ChildProgram } from '../child-program.js';
import { startProgram } from '../child-program.js';

/** Where the compiled child programs and the library are that they use. */
export interface Programs {
  /** Folder that holds `test/support/trust/*.js`. */
  readonly folder: string;
  /** The library's face, as JavaScript. */
  readonly library: string;
}

/** The programs beside this file, once it is compiled with the library. */
export function compiledPrograms(): Programs {
  return {
    folder: fileURLToPath(new URL('../../../', import.meta.url)),
    library: fileURLToPath(new URL('../../../src/index.js', import.meta.url)),
  };
}

/** Starts a program of this folder with its settings; it has begun when its first line is read. */
export async function start(programs: Programs, name: string, settings: object): Promise<ChildProgram> {
  const file = `${programs.folder}/test/support/trust/${name}.js`;
  const child = startProgram(file, JSON.stringify({ library: programs.library, ...settings }));
  await child.next();
  return child;
}
