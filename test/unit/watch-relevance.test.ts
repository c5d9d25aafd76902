import { describe, expect, it } from 'vitest';
import { relevanceOf } from '../../src/ingest/watch/relevance.js';

describe('a change that is watched', () => {
  it('[U4] is looked at when it is of a source file, a manifest, or what a manifest may name', () => {
    for (const path of ['a.ts', 'package.json', 'x/Cargo.lock', 'go.mod', 'configs/base.json', 'deps/common.txt'])
      expect(relevanceOf(path), path).toBe('source');
    expect(relevanceOf('x/.gitignore')).toBe('rules');
    for (const path of ['logo.png', 'notes.md', 'code.db']) expect(relevanceOf(path), path).toBe('none');
  });
});
