import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Analytics } from '../../src/analytics/index.js';
import { PdgStore } from '../../src/graph/index.js';
import type { Pdg } from '../../src/model/index.js';
import { openDatabase } from '../../src/sql/index.js';
import { ingredients, pdgOf } from '../support/pdgs.js';

type Row = Readonly<Record<'complexity' | 'fanIn' | 'fanOut' | 'lines', number | null>>;

/** What there is to measure of each symbol but its centrality, counted the plain way. */
function plainMeasures(pdg: Pdg): Map<string, Row> {
  const calls = [...pdg.edgeIndices()].map((edge) => pdg.edge(edge)).filter(({ edgeType }) => edgeType === 'call');
  return new Map(
    [...pdg.nodeIndices()].map((index) => {
      const { key, complexity, startLine, endLine } = pdg.node(index);
      const fanIn = calls.filter(({ to }) => to === key).length;
      const fanOut = calls.filter(({ from }) => from === key).length;
      return [key, { complexity, fanIn, fanOut, lines: endLine - startLine + 1 }];
    }),
  );
}

function plainDifference(before: Pdg, after: Pdg): string[] {
  const [old, now] = [plainMeasures(before), plainMeasures(after)];
  const lines: string[] = [];
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(key), now.get(key)];
    if (JSON.stringify(was) !== JSON.stringify(is)) lines.push(JSON.stringify([key, was ?? null, is ?? null]));
  }
  return lines.sort();
}

it('[A5] the difference of two snapshots is that of the graphs, in either direction, and of each with itself none', async () => {
  await fc.assert(
    fc.asyncProperty(ingredients.map(pdgOf), ingredients.map(pdgOf), async (first, second) => {
      const database = await openDatabase({ path: ':memory:' });
      try {
        const [pdgs, measures] = [new PdgStore(database), new Analytics(database)];
        for (const [label, pdg] of Object.entries({ first, second })) {
          await pdgs.savePdg('p', pdg);
          await measures.takeSnapshot({ project: 'p', label });
        }
        const compared = async (from: string, to?: string): Promise<string[]> => {
          const { items } = await measures.compareSnapshots({
            ...{ project: 'p', from, ...(to === undefined ? {} : { to }) },
            centralityTolerance: Number.MAX_VALUE,
          });
          const shown = (measured: Row | null): Row | null =>
            measured && (({ complexity, fanIn, fanOut, lines }) => ({ complexity, fanIn, fanOut, lines }))(measured);
          return items.map(({ key, before, after }) => JSON.stringify([key, shown(before), shown(after)])).sort();
        };
        expect(await compared('first', 'second')).toEqual(plainDifference(first, second));
        expect(await compared('second', 'first')).toEqual(plainDifference(second, first));
        expect(await compared('first')).toEqual(plainDifference(first, second));
        for (const label of ['first', 'second']) {
          const same = await measures.compareSnapshots({
            project: 'p',
            from: label,
            to: label,
            centralityTolerance: 0,
          });
          expect(same.total).toBe(0);
        }
      } finally {
        await database.close();
      }
    }),
  );
});
