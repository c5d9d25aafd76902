import { describe, expect, it } from 'vitest';
import { AllowedRoots } from '../../../src/mcp/allowed-roots.js';
import { Calls } from '../../../src/mcp/calls.js';
import { StoreAccess } from '../../../src/mcp/store-access.js';
import { toolsOf } from '../../../src/mcp/tools/all-tools.js';
import { sourceFolder, testStore } from '../../support/indexing.js';

const never = new AbortController().signal;

/** Work that ends when its signal fires. */
function waiting(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve('stopped')));
}

describe('calls', () => {
  it('that change something are stopped apart from those that ask', async () => {
    const calls = new Calls();
    const change = calls.run(never, true, waiting);
    const question = calls.run(never, false, waiting);
    const ends: string[] = [];
    void change.then(() => ends.push('change'));
    void question.then(() => ends.push('question'));
    calls.stopChanges();
    await change;
    expect(ends).toEqual(['change']);
    calls.stopAll();
    await calls.settled();
    expect(ends).toEqual(['change', 'question']);
  });

  it('end when their client cancels them, and are waited for when they fail', async () => {
    const calls = new Calls();
    const cancel = new AbortController();
    const call = calls.run(cancel.signal, false, waiting);
    const failing = calls.run(never, false, () => Promise.reject(new Error('no')));
    cancel.abort();
    await expect(call).resolves.toBe('stopped');
    await expect(failing).rejects.toThrow('no');
    await calls.settled();
  });

  it('[U5] of every tool that walks or indexes give up in the store when they are cancelled', async () => {
    const store = await testStore();
    const root = sourceFolder();
    await store.index({ root, embed: false });
    const call = { store, signal: AbortSignal.abort(), roots: new AllowedRoots([root], root), onProgress: undefined };
    const args: Record<string, object> = {
      callers: { name: 'b' },
      callees: { name: 'a' },
      impact: { name: 'b' },
      hotspots: {},
      index: { path: root, force: true },
    };
    for (const tool of toolsOf(false).filter(({ name }) => name in args)) {
      await expect(tool.call(args[tool.name], call), tool.name).rejects.toMatchObject({ code: 'CANCELLED' });
    }
  });
});

describe('the store of a server', () => {
  it('is opened once for all calls, and again after it could not be opened', async () => {
    const store = await testStore();
    let opened = 0;
    const access = new StoreAccess(async () => {
      opened++;
      if (opened === 1) throw new Error('absent');
      return store;
    });
    await expect(access.get()).rejects.toThrow('absent');
    expect(await Promise.all([access.get(), access.get()])).toEqual([store, store]);
    expect(opened).toBe(2);
    await access.close();
    await expect(store.projects.list()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });

  it('that was never opened is not opened to be closed', async () => {
    let opened = 0;
    await new StoreAccess(async () => {
      opened++;
      return testStore();
    }).close();
    expect(opened).toBe(0);
  });
});
