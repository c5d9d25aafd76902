import { it } from 'vitest';
import fs from 'node:fs';
import { factsOf, describeSymbols, describeReferences } from '../../support/facts.js';
it('shows', async () => {
  for (const f of (process.env.SHOW ?? '').split(':')) {
    const facts = await factsOf(f, fs.readFileSync(f, 'utf8'));
    console.log(f, 'errors', facts.errorCount, facts.firstErrorLine, '\n' + describeSymbols(facts).join('\n') + '\n---\n' + describeReferences(facts).join('\n'));
  }
});
