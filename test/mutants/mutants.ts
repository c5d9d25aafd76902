/** A small mistake in a source, which some test must notice. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** What would go wrong if nobody noticed. */
  readonly why: string;
}

const VALIDATION = 'src/incremental/validation.ts';
const SESSION = 'src/incremental/session.ts';
const MEMO_STORE = 'src/incremental/memo-store.ts';
const BIND = 'src/ingest/sync/bind-changes.ts';
const CHANGED = 'src/ingest/sync/changed-things.ts';
const TRACED = 'src/ingest/sync/traced-program.ts';
const PARTIAL = 'src/ingest/sync/partial-program.ts';
const ROUTES = 'src/ingest/packages/route-update.ts';
const RECALL = 'src/ingest/sync/recall.ts';

/** Mistakes in the incremental engine and in how indexing uses it. */
export const MUTANTS: readonly Mutant[] = [
  // Validation
  {
    name: 'no backdating',
    file: VALIDATION,
    find: 'if (now !== undefined && now !== read.fingerprint)',
    replace:
      'if (now !== undefined && (now !== read.fingerprint || (isMemo(read) && this.verdicts.get(read)?.trace !== undefined)))',
    why: 'what reads an unchanged result is computed again',
  },
  {
    name: 'readings not compared in order',
    file: VALIDATION,
    find: 'of memo.reads.entries()) {',
    replace: 'of [...memo.reads.entries()].reverse()) {',
    why: 'something is asked for that an earlier difference made meaningless',
  },
  {
    name: 'suspects looked for one level deep',
    file: VALIDATION,
    find: '(isMemo(read) ? this.suspects.has(read) : this.options.changed.has(read.thing))',
    replace: '(isMemo(read) ? this.isOutdated(read) : this.options.changed.has(read.thing))',
    why: 'a change further below is not noticed',
  },
  {
    name: 'versions of queries ignored',
    file: VALIDATION,
    find: 'return this.options.queries.get(memo.query)?.version !== memo.version;',
    replace: 'return this.options.queries.get(memo.query) === undefined;',
    why: 'results of another version of the binder stay',
  },
  {
    name: 'foreign flag wrong',
    file: VALIDATION,
    find: 'isForeign: partition !== this.options.partition',
    replace: 'isForeign: partition === null',
    why: 'a change in another file does not find its dependents',
  },
  {
    name: 'new readings of a backdated result not stored',
    file: VALIDATION,
    find: 'isChanged ||= [...this.verdicts.values()].some((verdict) => verdict.trace !== undefined);',
    replace: '',
    why: 'the next run compares with readings of long ago',
  },
  {
    name: 'a kept result keeps what its readings had read',
    file: VALIDATION,
    find: 'if (trace !== undefined) return this.builtFrom(trace);',
    replace: '',
    why: 'the next run compares with readings of long ago',
  },
  // Sessions
  {
    name: 'cut results remembered',
    file: SESSION,
    find: 'if (!frame.isCut) {',
    replace: 'if (frame.number > 0) {',
    why: 'answers in a cycle depend on which question was asked first',
  },
  {
    name: 'readings of cut results lost',
    file: SESSION,
    find: 'for (const read of trace.reads) {',
    replace: 'for (const read of trace.reads.slice(0, 0)) {',
    why: 'a change in a cycle is not noticed by who asked from outside',
  },
  {
    name: 'deep results cut',
    file: SESSION,
    find: 'throw new TooDeep(query, key);',
    replace: 'return this.cut(query, key);',
    why: 'answers over long chains depend on which question was asked first',
  },
  {
    name: 'a reading noted only by the first who reads it',
    file: SESSION,
    find: 'if (frame === undefined || reading.seenBy === frame.number) return;',
    replace: 'if (frame === undefined || reading.seenBy !== 0) return;',
    why: 'the others do not depend on it',
  },
  // What is stored
  {
    name: 'reverse index not stored',
    file: MEMO_STORE,
    find: 'for (const place of placesInOrder(things)) yield',
    replace: 'for (const place of placesInOrder(things.subarray(1))) yield',
    why: 'a change in another file does not find its dependents',
  },
  {
    name: 'reverse index not cleared',
    file: MEMO_STORE,
    find: 'for (const thing of dropped) yield [thing, id];',
    replace: 'for (const thing of dropped.slice(1)) yield [thing, id];',
    why: 'files are looked at for what they no longer read',
  },
  {
    name: 'damaged pack trusted',
    file: MEMO_STORE,
    find: 'return NodeHash.toBytes(NodeHash.of(data)).equals(checksum) ? decodePack(data) : undefined;',
    replace: 'return decodePack(data);',
    why: 'altered bytes decide what is computed',
  },
  // Indexing
  {
    name: 'absent children not noted',
    file: TRACED,
    find: "return this.ofName('children', parent, name, () => this.program.children(parent, name), looksOfList);",
    replace: `if (this.program.children(parent, name).length === 0) return [];
    return this.ofName('children', parent, name, () => this.program.children(parent, name), looksOfList);`,
    why: 'a name that comes later is not found by who looked for it',
  },
  {
    name: 'absent modules not noted',
    file: TRACED,
    find: "return this.ofProject('module', path, () => this.program.module(path), looksOfIndex);",
    replace: `if (this.program.module(path) === undefined) return undefined;
    return this.ofProject('module', path, () => this.program.module(path), looksOfIndex);`,
    why: 'an import of a file that comes later stays unresolved',
  },
  {
    name: 'modules of removed files not noted',
    file: CHANGED,
    find: 'this.compareModule();',
    replace: 'if (this.change.after !== undefined) this.compareModule();',
    why: 'what imported a removed file is not bound again',
  },
  {
    name: 'changed names at the top level not noted',
    file: CHANGED,
    find: "this.compareGlobal('topLevel',",
    replace: "if (this.change.path === '') this.compareGlobal('topLevel',",
    why: 'a name that is found by itself stays bound to what it was',
  },
  {
    name: 'changed members not noted',
    file: CHANGED,
    find: "this.compareGlobal('soleMember',",
    replace: "if (this.change.path === '') this.compareGlobal('soleMember',",
    why: 'a call of a member that another file has too now stays bound to the first',
  },
  {
    name: 'changed folders not noted',
    file: CHANGED,
    find: "this.noteGlobal('modulesIn',",
    replace: "if (path === '') this.noteGlobal('modulesIn',",
    why: 'packages that are folders do not see a file that comes',
  },
  {
    name: 'children compared by their number',
    file: CHANGED,
    find: 'return before.length === after.length && before.every((index, at) => index === after[at]);',
    replace: 'return before.length === after.length;',
    why: 'a symbol that took the place of another is not noticed',
  },
  {
    name: 'marks not followed',
    file: BIND,
    find: 'for (const { thing } of input.marks) this.changed.set(thing, () => FORCED);',
    replace: '',
    why: 'what was invalidated is not computed again',
  },
  {
    name: 'what a file imports under a name not part of what it makes of the name',
    file: 'src/ingest/sync/things.ts',
    find: 'looksOfReferences(named.import), ',
    replace: '',
    why: 'an import that is changed in place changes no binding',
  },
  {
    name: 'members written for a type not part of what is written for it',
    file: 'src/ingest/sync/things.ts',
    find: 'fingerprintOf(looksOfList(members), looksOfReferences(inherits))',
    replace: 'fingerprintOf(looksOfReferences(inherits))',
    why: 'a method written elsewhere is not found',
  },
  {
    name: 'marks cleared before they were followed',
    file: 'src/ingest/sync/sync-project.ts',
    find: 'isForced: input.isForced,\n    marks,',
    replace: 'isForced: input.isForced,\n    marks: [],',
    why: 'what was invalidated is not computed again',
  },
  {
    name: 'dependents not looked for',
    file: BIND,
    find: 'of await memos.dependents(this.changed.keys())) partitions.add(partition);',
    replace: 'of await memos.dependents([])) partitions.add(partition);',
    why: 'only changed files are bound again',
  },
  {
    name: 'packs of removed files stay',
    file: BIND,
    find: 'if (before !== undefined) this.removed.set(partition, before);',
    replace: '',
    why: 'results about a file that is gone are used when it comes back',
  },
  {
    name: 'lost versions taken for a first run',
    file: 'src/ingest/sync/sync-project.ts',
    find: 'isFirst: isNew,',
    replace: 'isFirst: versions.size === 0,',
    why: 'stored results are taken as they are although files changed',
  },
  {
    name: 'old edges stay',
    file: 'src/ingest/sync/edge-changes.ts',
    find: '[...before.values()].filter((edge) => !deleted.has(edge.callerId));',
    replace: '[];',
    why: 'what a symbol no longer uses stays in the graph',
  },
  {
    name: 'archive ignores the ending',
    file: RECALL,
    find: 'const environment = `${language} ${endingOf(path)}`;',
    replace: 'const environment = language;',
    why: 'a header gets what the same text said as a source',
  },
  {
    name: 'twins of another ending',
    file: RECALL,
    find: 'endingOf(other.path) === endingOf(file.path),',
    replace: 'endingOf(other.path) !== undefined,',
    why: 'a header gets what the same text says as a source',
  },
  {
    name: 'recalled facts keep the name of the other file',
    file: RECALL,
    find: 'if (facts.path === path) return facts;',
    replace: 'return { ...facts, path };',
    why: 'a copied file has a module that is called after the first one',
  },
  {
    name: 'analyses of other versions trusted',
    file: 'src/ingest/analysis.ts',
    find: 'if (version === FACTS_VERSION) continue;',
    replace: 'if (metrics !== undefined) continue;',
    why: 'a better analyzer does not get to see old bodies',
  },
  // Manifests
  {
    name: 'changed routes not looked for',
    file: CHANGED,
    find: 'for (const key of routes) {',
    replace: 'for (const key of [] as string[]) {',
    why: 'a change of a tsconfig binds nothing',
  },
  {
    name: 'routes not noted as read',
    file: TRACED,
    find: "return this.ofProject('route', routeKey(topic, name), () => this.program.route(topic, name), looksOfRoute);",
    replace: 'return this.program.route(topic, name);',
    why: 'a change of a tsconfig does not find what was bound by it',
  },
  {
    name: 'stored routes before changed ones',
    file: PARTIAL,
    find: 'for (const [key, says] of routes) this.stored.routes.put(',
    replace: 'for (const [key, says] of [] as [string, string | null][]) this.stored.routes.put(',
    why: 'imports are bound by what the manifests said before',
  },
  {
    name: 'routes that are no longer said not told',
    file: ROUTES,
    find: '...gone.map((route) => [keyOf(route), null] as const),',
    replace: '',
    why: 'imports of a package that is gone stay bound',
  },
  {
    name: 'files that come not noted under their stems',
    file: CHANGED,
    find: "this.noteGlobal('modulesAt', stemOf(path));",
    replace: '',
    why: 'an import through an alias stays unbound when its file comes',
  },
  {
    name: 'folders that come not noted under their stems',
    file: CHANGED,
    find: "if (folderStem !== undefined) this.noteGlobal('modulesAt', folderStem);",
    replace: "if (folderStem === path) this.noteGlobal('modulesAt', folderStem);",
    why: 'an import of a folder through an alias stays unbound when its index comes',
  },
];
