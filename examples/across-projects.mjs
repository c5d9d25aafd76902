// Indexes two projects, one of which uses the other, and follows a name from one into the other:
// node examples/across-projects.mjs <folder that uses> <folder that is used> <name>
import { openStore } from 'lestockage';

const [user = 'app', used = 'lib', name = 'priceOf'] = process.argv.slice(2);
const store = await openStore();
try {
  // In whatever order: what one needs of the other is linked when both are there.
  const app = await store.index({ root: user, embed: false });
  await store.index({ root: used, embed: false });

  const { items, isAmbiguous } = await store.crossProject.resolveSymbol(name, { from: app.project });
  for (const { rank, symbol, package: owner, reason } of items) {
    console.log(`${rank}  ${symbol.project}//${symbol.key}  of ${owner} (${reason})`);
  }
  if (isAmbiguous) console.log('several are equally likely');

  const [target] = items;
  if (target !== undefined) {
    const impact = await store.traversal.impact(`${target.symbol.project}//${target.symbol.key}`, { across: true });
    for (const { symbol, depth } of impact.items)
      console.log(`depends, ${depth} away: ${symbol.project}//${symbol.key}`);
  }

  const { dependencies } = await store.projectGraph();
  for (const { from, to } of dependencies) console.log(`${from} depends on ${to}`);
} finally {
  await store.close();
}
