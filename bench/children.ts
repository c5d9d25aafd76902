import Database from 'better-sqlite3';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand, type CommandResult } from './harness.js';

const TIMEOUT_MS = 4 * 3_600_000;

/** Runs a script that is compiled beside this one, in a process of its own. Throws an Error when it fails. */
export function runScript(script: string, ...args: readonly (string | number)[]): Promise<CommandResult> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return runCommand(process.execPath, [path, ...args.map(String)], { timeoutMs: TIMEOUT_MS });
}

/** What the script prints. */
export async function printOf(script: string, ...args: readonly (string | number)[]): Promise<string> {
  return (await runScript(script, ...args)).stdout;
}

/** Writes a generated graph into a new database; without vectors. */
export async function writeGeneratedStore(
  projectRoot: string,
  file: string,
  nodes: number,
  seed: number,
): Promise<void> {
  await runScript('load-child.js', 'prepare', file, nodes, seed, join(projectRoot, 'dist', 'index.js'));
}

/** The name of a symbol that something calls. */
export function someCallee(file: string): string {
  const database = new Database(file, { readonly: true });
  try {
    const name = database
      .prepare(
        `SELECT n.symbol_name FROM intel_edges AS e JOIN intel_nodes AS n ON n.id = e.callee_id
         WHERE e.edge_type = 'call' ORDER BY e.callee_id LIMIT 1`,
      )
      .pluck()
      .get();
    return String(name);
  } finally {
    database.close();
  }
}

/** Reads numbers from the JSON document that a child process printed. Throws an Error when one is not there. */
export function readNumbers<Field extends string>(stdout: string, fields: readonly Field[]): Record<Field, number> {
  const document: unknown = JSON.parse(stdout);
  const entries = fields.map((field) => {
    const value: unknown = typeof document === 'object' && document !== null ? Reflect.get(document, field) : undefined;
    if (typeof value !== 'number') throw new Error(`The child process reported no ${field}: ${stdout.slice(0, 200)}`);
    return [field, value] as const;
  });
  return Object.fromEntries(entries) as Record<Field, number>;
}
