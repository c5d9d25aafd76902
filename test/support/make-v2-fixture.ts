import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Sqlite from 'better-sqlite3';
import type { openStore } from '../../src/index.js';
import { writeTree } from './temporary-folder.js';
import { v1Embedding } from './v1-database.js';

// Makes test/fixtures/v2.db and v2.dump.txt, which are committed and must never be made anew without
// need: they stand for the files that are out there. They are made by a build of version 2 of the
// schema: of the last commit that has no src/sql/migrations/0003-incremental.sql. Name its dist folder:
//   V2_DIST=/path/to/dist node -e "import('vite').then((vite) => vite.runnerImport('./test/support/make-v2-fixture.ts'))"

/** The node that has an embedding, and the seed it is made from. */
const EMBEDDED = { key: 'shop/cart.ts#Cart.add(method)', seed: 11 };

/** Members inside their types and outside of them, in the file of the type and in another. */
const SOURCES = {
  'shop/cart.ts': `import { price } from './price.js';

/** What a customer wants to buy. */
export class Cart {
  private items: string[] = [];
  add(item: string): number {
    this.items.push(item);
    return this.items.length > 9 ? price(item, true) : price(item, false);
  }
}

export function fill(cart: Cart): void {
  cart.add('größe "L"\\t\\\\');
}
`,
  'shop/price.ts': `export interface Priced {
  readonly price: number;
}
export const price = (item: string, rebate: boolean): number => (rebate ? 1 : 2) * item.length;
`,
  'stock/stock.go': `package stock

type Shelf struct {
	items []string
}

type Counter interface {
	Count() int
}

func (s *Shelf) Put(item string) int {
	s.items = append(s.items, item)
	return s.Count()
}

func (s Shelf) Count() int {
	return len(s.items)
}

func NewShelf() *Shelf {
	return &Shelf{}
}
`,
  'stock/audit.go': `package stock

func (s *Shelf) Audit(c Counter) bool {
	if c.Count() == s.Count() {
		return true
	}
	return false
}
`,
  'ship/src/lib.rs': `pub trait Weighed {
    fn weight(&self) -> u32;
    fn heavy(&self) -> bool {
        self.weight() > 100
    }
}

pub struct Parcel {
    grams: u32,
}

impl Parcel {
    pub fn new(grams: u32) -> Self {
        Parcel { grams }
    }
}

impl Weighed for Parcel {
    fn weight(&self) -> u32 {
        self.grams
    }
}

pub mod crates {
    pub struct Crate(pub u32);

    impl super::Weighed for Crate {
        fn weight(&self) -> u32 {
            self.0 * 2
        }
    }

    impl Crate {
        pub fn send(&self) -> bool {
            super::Parcel::new(self.0);
            true
        }
    }
}

impl crates::Crate {
    fn empty(&self) -> bool {
        self.0 == 0
    }
}
`,
} as const;

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

async function makeFixture(dist: string): Promise<void> {
  const version2 = (await import(/* @vite-ignore */ pathToFileURL(join(resolve(dist), 'index.js')).href)) as {
    openStore: typeof openStore;
  };
  const root = mkdtempSync(join(tmpdir(), 'lestockage-v2-'));
  const path = fixture('v2.db');
  rmSync(path, { force: true });
  try {
    writeTree(root, SOURCES);
    const store = await version2.openStore(path);
    await store.index({ root, projectId: 'fixture', workers: 0 });
    const node = await store.nodes.getByKey('fixture', EMBEDDED.key);
    if (node === undefined) throw new Error(`There is no node ${EMBEDDED.key}.`);
    await store.nodes.update(node.id, { embedding: v1Embedding(EMBEDDED.seed) });
    const lines: string[] = [];
    for await (const line of store.dump()) lines.push(`${line}\n`);
    writeFileSync(fixture('v2.dump.txt'), lines.join(''));
    await store.close();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  settle(path);
}

/** One file without a log, without unused pages and without the folder it was made in. */
function settle(path: string): void {
  const database = new Sqlite(path);
  database.exec("UPDATE projects SET root = '/home/somebody/fixture'; PRAGMA journal_mode = delete; VACUUM;");
  database.close();
}

await makeFixture(process.env['V2_DIST'] ?? '');
