import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
/** What the child programs need of the project. */
const ROOMS = [
  'src/model',
  'src/sql',
  'src/graph',
  'src/incremental',
  'src/vectors',
  'test/support/vectors',
  'test/support/children',
];

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
export function compileChildPrograms(folder: string, rooms: readonly string[] = ROOMS): void {
  for (const room of rooms) {
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
  return startProgram(join(folder, 'test/support/children', `${name}.js`), ...args);
}

/** Starts a compiled program. */
export function startProgram(file: string, ...args: string[]): ChildProgram {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  // Whoever is killed does not read what it is told.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? -1));
  });
  const lines = new LineQueue(child);
  return {
    process: child,
    ended,
    tell: (line) => void child.stdin.write(`${line}\n`),
    next: async () => {
      const line = await lines.next();
      if (line === undefined) throw new Error(`The program ${file} ended without a line.`);
      return JSON.parse(line) as unknown;
    },
  };
}

/** The lines of a program's output. They are taken in as they come, so that the program never waits for a reader. */
class LineQueue {
  private readonly lines: string[] = [];
  private readonly waiting: ((line: string | undefined) => void)[] = [];
  private isEnded = false;

  constructor(child: ChildProcess) {
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.put(line);
    });
    child.on('close', () => {
      this.isEnded = true;
      for (const take of this.waiting.splice(0)) take(undefined);
    });
  }

  async next(): Promise<string | undefined> {
    const line = this.lines.shift();
    if (line !== undefined || this.isEnded) return line;
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private put(line: string): void {
    const take = this.waiting.shift();
    if (take === undefined) this.lines.push(line);
    else take(line);
  }
}
