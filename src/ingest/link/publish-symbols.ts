import { packageManagerOf } from '../../binding/index.js';
import { BusyError, formatDescriptors, type NodeId, type ScipDescriptor } from '../../model/index.js';
import type { GlobalSymbolRow, GlobalSymbolTable, NodeToPublish, WaitingFiles } from '../../symbols/index.js';
import { ownDescriptor, pathDescriptors } from '../scip/own-symbols.js';

const FILES_PER_BATCH = 500;
/** Others may change the store meanwhile; so often in a row nobody does. */
const MOST_ATTEMPTS = 20;

/** Lists the public symbols of the files that changed. What is listed depends on the stored nodes and packages alone. */
export async function publishSymbols(table: GlobalSymbolTable): Promise<void> {
  for (let attempts = 0; attempts < MOST_ATTEMPTS;) {
    const waiting = await table.waiting(FILES_PER_BATCH);
    if (waiting === undefined) return;
    attempts = (await table.publish(waiting, publicSymbols(waiting))) ? 0 : attempts + 1;
  }
  throw new BusyError('STALE_GENERATION', 'The store was changed whenever its public symbols were to be listed.');
}

/** The symbols that others can reach by importing: what is public, and written in nothing but public types and modules. */
function publicSymbols({ nodes, packages }: WaitingFiles): GlobalSymbolRow[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const described = new Map<NodeId, readonly ScipDescriptor[] | undefined>();
  const taken = new Set<string>();

  const describe = (node: NodeToPublish, root: string): readonly ScipDescriptor[] | undefined => {
    if (described.has(node.id)) return described.get(node.id);
    const found = descriptorsOf(node, root);
    described.set(node.id, found);
    return found;
  };
  const descriptorsOf = (node: NodeToPublish, root: string): readonly ScipDescriptor[] | undefined => {
    if (node.parent === null) {
      return pathDescriptors(root === '' ? node.file : node.file.slice(root.length + 1));
    }
    const parent = byId.get(node.parent);
    if (parent === undefined || node.visibility !== 'public' || !HOLDERS.has(parent.nodeType)) return undefined;
    const above = describe(parent, root);
    const prefix = parent.qualifiedName === '' ? 0 : parent.qualifiedName.length + 1;
    const own = node.qualifiedName.slice(prefix);
    return above === undefined ? undefined : [...above, ownDescriptor(own, node.nodeType, node.ordinal)];
  };

  return nodes.flatMap((node): GlobalSymbolRow[] => {
    const holder = packageOf(node, packages);
    const descriptors = holder === undefined ? undefined : describe(node, holder.folder);
    if (holder === undefined || descriptors === undefined) return [];
    const text = formatDescriptors(descriptors);
    const key = `${holder.id} ${text}`;
    if (taken.has(key)) return [];
    taken.add(key);
    return [{ node: node.id, package: holder.id, descriptors: text }];
  });
}

const HOLDERS: ReadonlySet<string> = new Set(['module', 'class', 'interface', 'struct', 'trait', 'enum', 'type']);

/** The package whose folder is the nearest one around the file. */
function packageOf(
  { language, file }: NodeToPublish,
  packages: WaitingFiles['packages'],
): WaitingFiles['packages'][number] | undefined {
  const manager = packageManagerOf(language);
  let best: WaitingFiles['packages'][number] | undefined;
  for (const each of packages) {
    const isAround = each.folder === '' || file.startsWith(`${each.folder}/`);
    if (each.manager === manager && isAround && (best === undefined || each.folder.length > best.folder.length))
      best = each;
  }
  return best;
}
