import type { Command } from 'commander';

/** One or two lines for each command, by its name and those above it, as users write them. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  index: ['lestockage index .', 'lestockage index ~/work/shop ~/work/prices --workers 2'],
  watch: ['lestockage watch .', 'lestockage watch . --debounce 200 --json'],
  import: ['lestockage import scip index.scip'],
  'import scip': ['lestockage import scip index.scip --project shop', 'lestockage import scip --remove --project shop'],
  'import leindex': ['lestockage import leindex .leindex/leindex.db'],
  status: ['lestockage status', 'lestockage status --db libsql://code-acme.turso.io --json'],
  search: ['lestockage search "read config" -k 5', 'lestockage search parse --type function --language python'],
  similar: ['lestockage similar openStore', 'lestockage similar parse -k 5 --project shop'],
  symbol: ['lestockage symbol openStore', 'lestockage symbol "src/cart.ts#Cart.total(method)" --json'],
  callers: ['lestockage callers priceOf', 'lestockage callers Cart.total --depth 3'],
  callees: ['lestockage callees Cart.total', 'lestockage callees Cart.total --type call --json'],
  impact: ['lestockage impact priceOf', 'lestockage impact priceOf --across --depth 2'],
  slice: ['lestockage slice src/cart.ts:14', 'lestockage slice src/cart.ts:14 --forward'],
  deps: ['lestockage deps', 'lestockage deps shop --usage'],
  dependents: ['lestockage dependents npm:react', 'lestockage dependents shop --json'],
  resolve: ['lestockage resolve priceOf --from shop'],
  stats: ['lestockage stats', 'lestockage stats --project shop --json'],
  hotspots: ['lestockage hotspots --top 10', 'lestockage hotspots --preset plain --threshold 15'],
  evolution: ['lestockage evolution --project shop --snapshot v1', 'lestockage evolution --project shop --from v1'],
  dump: ['lestockage dump --project shop'],
  export: [
    'lestockage export --format dot --project shop --out shop.dot',
    'lestockage export --format parquet --out tables',
  ],
  verify: ['lestockage verify', 'lestockage verify --deep --project shop'],
  vectors: ['lestockage vectors status'],
  'vectors status': ['lestockage vectors status', 'lestockage vectors status --json'],
  'vectors rebuild': ['lestockage vectors rebuild'],
  'vectors reconcile': ['lestockage vectors reconcile'],
  'vectors migrate': ['lestockage vectors migrate --dry-run', 'lestockage vectors migrate --finalize'],
  push: ['lestockage push libsql://code-acme.turso.io', 'lestockage push http://127.0.0.1:8080 --project shop'],
  pull: ['lestockage pull libsql://code-acme.turso.io', 'lestockage pull http://127.0.0.1:8080 --project shop'],
  mcp: ['lestockage mcp', 'lestockage mcp --read-only --root ~/work/shop'],
  serve: ['lestockage serve --open', 'lestockage serve --port 7070 --allow-index'],
  doctor: ['lestockage doctor', 'lestockage doctor --db old.db --json'],
  backup: ['lestockage backup code-backup.db', 'lestockage backup /mnt/code.db --force'],
  gc: ['lestockage gc --vacuum', 'lestockage gc --keep-snapshots 20 --older-than 90'],
  upgrade: ['lestockage upgrade', 'lestockage upgrade --no-backup'],
  completion: [
    'source <(lestockage completion bash)',
    'lestockage completion fish > ~/.config/fish/completions/lestockage.fish',
  ],
};

/** Puts the examples below the help of every command. */
export function addHelpExamples(program: Command): void {
  for (const [name, command] of commandsOf(program)) {
    const examples = EXAMPLES[name];
    if (examples === undefined) continue;
    command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}\n`).join('')}`);
  }
}

/** All commands below one, with the names that lead to each. */
export function commandsOf(parent: Command, prefix: readonly string[] = []): [name: string, command: Command][] {
  return parent.commands.flatMap((command) => {
    const path = [...prefix, command.name()];
    return [[path.join(' '), command], ...commandsOf(command, path)] as [string, Command][];
  });
}
