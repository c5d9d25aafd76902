import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
/** What the child programs need of the project. */
const ROOMS = ['src/model', 'src/sql', 'src/graph', 'test/support/children'];

/** A program that runs in a process of its own and reports a line of JSON at a time. */
export interface ChildProgram {
  readonly process: ChildProcess;
  /** The next line it prints; rejects when it ends without one. */
  next(): Promise<unknown>;
  /** Sends it a line. */
  tell(line: string): void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Compiles the sources the child programs need into a folder, so that plain Node can run them. */
export function compileChildPrograms(folder: string): void {
  for (const room of ROOMS) {
    for (const entry of readdirSync(join(PROJECT, room), { recursive: true, encoding: 'utf8' })) {
      const target = join(folder, room, entry);
      mkdirSync(dirname(target), { recursive: true });
      if (entry.endsWith('.ts')) writeFileSync(target.replace(/\.ts$/, '.js'), transpile(join(PROJECT, room, entry)));
      else if (entry.endsWith('.sql')) copyFileSync(join(PROJECT, room, entry), target);
    }
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
}

function transpile(file: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions }).outputText;
}

/** Starts a program of test/support/children that was compiled into the folder. */
export function startChildProgram(folder: string, name: string, ...args: string[]): ChildProgram {
  const child = spawn(process.execPath, [join(folder, 'test/support/children', `${name}.js`), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? -1));
  });
  const lines = readLines(child);
  return {
    process: child,
    ended,
    tell: (line) => void child.stdin.write(`${line}\n`),
    next: async () => {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`The program ${name} ended without a line.`);
      return JSON.parse(value) as unknown;
    },
  };
}

async function* readLines(child: ChildProcess): AsyncGenerator<string, void, void> {
  let rest = '';
  for await (const chunk of child.stdout ?? []) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
