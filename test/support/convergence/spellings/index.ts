import { cpp } from './cpp.js';
import { javascript, typescript } from './ecmascript.js';
import { go } from './go.js';
import { java } from './java.js';
import { python } from './python.js';
import { rust } from './rust.js';
import { filesOf, type Files, type Spelling } from './spelling.js';
import type { RandomProgram } from '../program.js';

export type { Files } from './spelling.js';

/** Writes a program's files. */
export type Writer = (program: RandomProgram) => Files;

const SPELLINGS: readonly Spelling[] = [typescript, python, go, rust, java, cpp, javascript];

/** By language; `mixed` writes every program in three languages at once. */
export const WRITERS: Readonly<Record<string, Writer>> = {
  ...Object.fromEntries(
    SPELLINGS.map((spelling): [string, Writer] => [spelling.language, (program) => filesOf(spelling, program)]),
  ),
  mixed: (program) => ({ ...filesOf(python, program), ...filesOf(typescript, program), ...filesOf(go, program) }),
};
