import { describe, expect, it } from 'vitest';
import { ERROR_CODES, NotFoundError, type CodeSymbol, type KeyedEdge, type NodeId } from '../../../src/index.js';
import { errorEntryOf } from '../../../src/mcp/error-table.js';
import { failureOf, failureResult, ProtocolError } from '../../../src/mcp/failure.js';
import { RisingProgress } from '../../../src/mcp/index-progress.js';
import { excerptText, isWithin, shortened } from '../../../src/mcp/source-reader.js';
import { edgeText, quoted, symbolText } from '../../../src/mcp/text-forms.js';
import type { Progress } from '../../../src/mcp/tool.js';

const OPEN: CodeSymbol = {
  id: 1 as NodeId,
  key: 'src/a.ts#Box.open(method)',
  project: 'p',
  name: 'open',
  qualifiedName: 'Box.open',
  type: 'method',
  language: 'typescript',
  visibility: 'public',
  file: 'src/a.ts',
  startLine: 6,
  endLine: 8,
  signature: 'open(\n    key: Key,\n  ): void',
  complexity: 1,
  hash: '00',
};
const EDGE: KeyedEdge = { from: 'a', to: 'b', type: 'call', confidence: 0.85, strategy: 'receiver', metadata: null };

describe('text forms', () => {
  it('a symbol is one line with type, name, place and signature', () => {
    expect(symbolText(OPEN)).toBe('method Box.open p:src/a.ts:6 open( key: Key, ): void');
    expect(symbolText({ ...OPEN, signature: null })).toBe('method Box.open p:src/a.ts:6');
  });

  it('a key is told where it cannot be made from the line', () => {
    const second = { ...OPEN, key: `${OPEN.key}~2`, signature: null };
    expect(symbolText(second)).toBe('method Box.open p:src/a.ts:6 key=src/a.ts#Box.open(method)~2');
  });

  it('long signatures are cut, and control characters are written as escapes', () => {
    expect(symbolText({ ...OPEN, signature: 'x'.repeat(1000) }).length).toBeLessThan(300);
    expect(symbolText({ ...OPEN, qualifiedName: 'a\nb\x1b[2J', key: 'k' })).toBe(
      'method a\\u000ab\\u001b[2J p:src/a.ts:6 open( key: Key, ): void key=k',
    );
    expect(quoted(`\u202e${'x'.repeat(500)}`).length).toBeLessThan(110);
  });

  it('an edge has its type, how sure it is, how it was found, and how often', () => {
    expect(edgeText(EDGE)).toBe('call 0.85 receiver');
    expect(edgeText({ ...EDGE, confidence: 1, metadata: { callCount: 3 } })).toBe('call 1 receiver ×3');
    expect(edgeText({ ...EDGE, confidence: null, strategy: null, metadata: { callCount: 1 } })).toBe(
      'call confidence unknown',
    );
  });

  it('source has its line numbers; what does not fit is told', () => {
    const excerpt = { startLine: 9, endLine: 11, text: 'a\n\tb\x07\nc', isComplete: true, note: null };
    expect(excerptText(excerpt)).toBe('  9| a\n  10| \tb\\u0007\n  11| c');
    expect(shortened(excerpt, 1000)).toBe(excerpt);
    expect(excerptText(shortened(excerpt, 20))).toBe('  9| a\n  (lines 10 to 11 left out to keep within maxTokens)');
    expect(shortened(excerpt, 0)).toMatchObject({ startLine: 9, endLine: 8, text: '', isComplete: false });
  });
});

describe('failures', () => {
  it('every error code has a code of the protocol and advice', () => {
    for (const code of Object.values(ERROR_CODES).flat()) {
      const { rpc, advice } = errorEntryOf(code);
      expect(rpc).toBeLessThan(-32000);
      expect(advice.length).toBeGreaterThan(10);
    }
  });

  it('are texts with code, message and what to do, and the same for programs', async () => {
    const error = new NotFoundError('FILE_NOT_FOUND', 'No file\nhere.', { details: { size: 10n } });
    const failure = await failureOf(error);
    const result = failureResult(failure);
    expect(result).toMatchObject({
      isError: true,
      _meta: { 'lestockage/error': { code: 'FILE_NOT_FOUND', retryable: false, details: { size: '10' } } },
    });
    const [content] = result.content;
    expect(content?.type === 'text' ? content.text : '').toMatch(
      /^FILE_NOT_FOUND: No file\\u000ahere\.\nWhat to do: Give the path/,
    );
    expect(new ProtocolError(failure)).toMatchObject({ code: -32002, data: { code: 'FILE_NOT_FOUND' } });
    expect(await failureOf(new TypeError('odd'))).toMatchObject({ code: 'FAILED', message: 'odd', rpc: -32603 });
  });
});

describe('paths', () => {
  it('are within a folder only below it, not beside it', () => {
    expect(['/a', '/a/b', '/a/b/c', '/ab', '/', '/b'].map((path) => isWithin('/a', path))).toEqual([
      ...[true, true, true, false, false, false],
    ]);
    expect(isWithin('/', '/a')).toBe(true);
  });
});

describe('progress', () => {
  it('rises over the phases of all folders, and is told a few hundred times at most', () => {
    const told: Progress[] = [];
    const rising = new RisingProgress(2, (progress) => void told.push(progress));
    for (const folder of [0, 1]) {
      for (const phase of ['scan', 'parse', 'bind', 'parse', 'commit', 'embed'] as const) {
        for (let filesDone = 0; filesDone <= 5000; filesDone++) {
          rising.take(folder, { phase, filesDone, filesTotal: 5000, symbols: 1 });
        }
      }
    }
    expect(told.length).toBeLessThanOrEqual(1001);
    expect(told.every(({ done }, at) => done > (told[at - 1]?.done ?? -1))).toBe(true);
    expect(told.at(-1)).toEqual({ done: 1000, total: 1000, message: 'embed: 5000/5000 files, 1 symbols' });
  });
});
