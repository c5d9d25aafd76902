import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FactReader, NodeStore, PreciseStore, ProjectStore } from '../../src/graph/index.js';
import { NodeHash, type PreciseFile } from '../../src/model/index.js';
import type { Database } from '../../src/sql/index.js';
import { Store } from '../../src/store/index.js';
import { nodeInput } from '../support/records.js';
import { dumpOf, indexFolder } from '../support/index-folder.js';
import { SOURCES, sourceFolder } from '../support/indexing.js';
import { fileWith, markedDocument, scipBytes } from '../support/scip-index.js';
import type { Backend } from './backends.js';

export function describePrecise(backend: Backend): void {
  describe(`precise facts on the backend ${backend.title}`, () => {
    let database: Database;
    beforeEach(async () => {
      database = await backend.open();
    });
    afterEach(() => database.close());

    const told = (path: string): PreciseFile => ({
      path,
      contentHash: NodeHash.of(path),
      structureHash: NodeHash.of(`${path} structure`),
      tool: 'scip-é',
      folder: 'sub',
      references: new Map([
        [
          '#f(function)',
          [
            {
              target: { kind: 'symbol', key: `${path}#g(function)` },
              edgeType: 'call',
              name: 'g',
              count: 2,
              access: null,
            },
          ],
        ],
      ]),
    });

    it('come back as they were, by project and path, and go with their project', async () => {
      const precise = new PreciseStore(database);
      const reader = new FactReader(database);
      await new NodeStore(database).insert(nodeInput('f'));
      const { projectId } = nodeInput('f');
      await precise.put(projectId, [told('b.ts'), told('a.ts')]);
      await precise.put('other', [told('a.ts')]);
      expect(await precise.list(projectId)).toEqual([told('a.ts'), told('b.ts')]);
      expect([...(await reader.precise(projectId, ['b.ts', 'c.ts']))]).toEqual([
        ['b.ts', { precise: told('b.ts'), currentHash: undefined }],
      ]);
      expect([await reader.hasPrecise(projectId), await reader.hasPrecise('none')]).toEqual([true, false]);
      const changed = { ...told('a.ts'), tool: 'other' };
      await database.write([
        precise.statementForDelete(projectId, ['b.ts', 'absent']),
        precise.statementForPut(projectId, [changed]),
      ]);
      expect(await precise.list(projectId)).toEqual([changed]);
      await new ProjectStore(database).delete(projectId);
      expect(await precise.list(projectId)).toEqual([]);
      expect(await precise.list('other')).toHaveLength(1);
    });

    it('[U2] are laid over an indexed project and taken back', async () => {
      const store = new Store(database);
      const root = sourceFolder({
        ...SOURCES,
        'd.ts': "import { b } from './b.js';\nexport function d() { return b(); }\n",
      });
      await indexFolder(store, root);
      const before = await dumpOf(store);
      const marked = "import { b } from './b.js';\n‹d() export function «=d() d»() { return «d.ts:d() b»(); }›\n";
      const path = fileWith(scipBytes([markedDocument('d.ts', marked)]));
      await store.importScip({ path, projectId: 'p' });
      expect((await dumpOf(store)).filter((line) => line.includes('"scip"'))).toHaveLength(1);
      await store.removeScip('p');
      expect(await dumpOf(store)).toEqual(before);
    });
  });
}
