import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { completionScript } from '../../src/cli/completion.js';
import type { Host } from '../../src/cli/context.js';
import { commandsOf, EXAMPLES } from '../../src/cli/help-examples.js';
import { createProgram } from '../../src/cli/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

function programForTests(): Command {
  const host: Host = {
    environment: {},
    stdout: process.stdout,
    stderr: process.stderr,
    signal: new AbortController().signal,
    outcome: { status: 0 },
  };
  // In JSON mode nothing is printed for wrong usage.
  return createProgram(host, true);
}

/** The words of a line, as a shell reads it as far as examples go: quotes, and what goes to a file is no word. */
function wordsOf(line: string): string[] {
  const command = /lestockage ([^>)]*)/.exec(line.replaceAll('"src/cart.ts#Cart.total(method)"', 'KEY'))?.[1] ?? '';
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

describe('the help of every command', () => {
  it('has one or two examples', () => {
    const commands = commandsOf(programForTests());
    expect(commands.map(([name]) => name).sort()).toEqual(Object.keys(EXAMPLES).sort());
    for (const [name, command] of commands) {
      const examples = EXAMPLES[name] ?? [];
      expect([name, examples.length]).toEqual([name, Math.min(2, Math.max(1, examples.length))]);
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      for (const line of examples) expect(help).toContain(`  $ ${line}\n`);
    }
  });

  it('has examples that the program understands as those commands', async () => {
    for (const [name, examples] of Object.entries(EXAMPLES)) {
      for (const line of examples) {
        const program = programForTests();
        const ran: string[] = [];
        for (const [path, command] of commandsOf(program)) {
          if (command.commands.length === 0) command.action(() => void ran.push(path));
        }
        await program.parseAsync(wordsOf(line), { from: 'user' });
        // The example of a command with others below it is one of those.
        expect([line, ran.length, ran[0]?.startsWith(name)]).toEqual([line, 1, true]);
      }
    }
  });
});

describe('the completion for bash', () => {
  /** What bash offers for a line, whose last word is being typed. */
  function complete(line: string): string[] {
    const script = join(temporaryFolder(), 'completion.bash');
    writeFileSync(script, completionScript('bash', programForTests()));
    const words = line.split(' ');
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const ask = `source '${script}'; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _lestockage; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p lestockage >&2`;
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-uc', ask], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, 'complete -o default -F _lestockage lestockage\n']);
    return stdout.split('\n').filter((word) => word !== '');
  }

  it('offers commands, those below one, options, and choices', () => {
    expect(complete('lestockage ')).toEqual(expect.arrayContaining(['index', 'doctor', 'export', '--db', '--version']));
    expect(complete('lestockage ex')).toEqual(['export']);
    expect(complete('lestockage import ')).toEqual(expect.arrayContaining(['scip', 'leindex']));
    expect(complete('lestockage import scip --re')).toEqual(['--remove', '--replica']);
    expect(complete('lestockage export --format ')).toEqual(['json', 'jsonl', 'dot', 'graphml', 'parquet', 'scip']);
    expect(complete('lestockage export --format gr')).toEqual(['graphml']);
    expect(complete('lestockage --db export.db --json export --fo')).toEqual(['--format', '--force'].slice(0, 1));
    expect(complete('lestockage completion ')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  });

  it('leaves paths and free values to the shell', () => {
    expect(complete('lestockage --db ')).toEqual([]);
    expect(complete('lestockage export --out ')).toEqual([]);
  });
});

describe('the completions for zsh and fish', () => {
  it('name every command, option and choice', () => {
    const program = programForTests();
    const zsh = completionScript('zsh', program);
    const fish = completionScript('fish', program);
    for (const [name, command] of commandsOf(program)) {
      expect(zsh).toContain(`' ${name}') candidates=(`);
      for (const { long, short } of command.options) {
        expect(zsh).toContain(`'${long ?? short ?? ''}:`);
        if (long !== undefined) expect(fish).toContain(` -l ${long.slice(2)}`);
      }
      expect(fish).toContain(` -a '${command.name()}' `);
    }
    expect(zsh).toMatch(/' export:--format'\) candidates=\('json' 'jsonl' 'dot'/);
    expect(fish).toContain(`-l format -x -a 'json jsonl dot graphml parquet scip'`);
    // Bash reads the parts of the language that are used of zsh.
    const checked = spawnSync('bash', ['-n'], { input: zsh, encoding: 'utf8' });
    expect([checked.status, checked.stderr]).toEqual([0, '']);
  });
});
