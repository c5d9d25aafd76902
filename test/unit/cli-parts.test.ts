import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultDatabase } from '../../src/cli/default-database.js';
import { exitStatusOf } from '../../src/cli/exit-status.js';
import { wholeNumber } from '../../src/cli/numbers.js';
import { progressLine } from '../../src/cli/progress.js';
import { columns, printable } from '../../src/cli/terminal.js';
import { ERROR_CODES } from '../../src/model/index.js';

describe('the parts of the command line', () => {
  it('has an exit status for every error code', () => {
    for (const code of Object.values(ERROR_CODES).flat()) expect([1, 2, 3, 4, 5, 130]).toContain(exitStatusOf(code));
    for (const code of ERROR_CODES.NotFoundError) expect(exitStatusOf(code)).toBe(3);
    for (const code of ERROR_CODES.BusyError) expect(exitStatusOf(code)).toBe(4);
    for (const code of ERROR_CODES.SchemaVersionError) expect(exitStatusOf(code)).toBe(5);
  });

  it('finds the default database, and ignores empty and relative settings', () => {
    const plain = join(homedir(), '.local', 'share', 'lestockage', 'code.db');
    expect(defaultDatabase({})).toBe(plain);
    expect(defaultDatabase({ LESTOCKAGE_DB: '', XDG_DATA_HOME: 'relative' })).toBe(plain);
    expect(defaultDatabase({ XDG_DATA_HOME: '/data' })).toBe('/data/lestockage/code.db');
    expect(defaultDatabase({ LESTOCKAGE_DB: 'x.db', XDG_DATA_HOME: '/data' })).toBe('x.db');
  });

  it('takes whole numbers of its range only', () => {
    const parse = wholeNumber(1, 20);
    expect(['1', '020', '7'].map(parse)).toEqual([1, 20, 7]);
    for (const text of ['0', '21', '-1', '1.5', '1e1', '0x1', ' 1', '', 'NaN']) {
      expect(() => parse(text)).toThrow('whole number');
    }
  });

  it('draws progress in the width of the terminal, in colour only when allowed', () => {
    const progress = { phase: 'parse', filesDone: 50, filesTotal: 100, symbols: 900 } as const;
    const plain = progressLine(progress, 500, 100, false);
    expect(plain).toBe(`parse  ${'█'.repeat(12)}${'░'.repeat(12)}  50/100 files  900 symbols  100 files/s`);
    expect(progressLine(progress, 500, 100, true)).toContain('\x1b[36m');
    expect(progressLine(progress, 500, 40, true)).toHaveLength(40);
    expect(progressLine({ ...progress, filesTotal: 0 }, 0, 100, false)).toContain('0 files/s');
  });

  it('aligns columns and shows control and direction marks as escapes', () => {
    expect(
      columns([
        ['a', 'long', 'x'],
        ['bbb', 'c', ''],
      ]),
    ).toEqual(['a    long  x', 'bbb  c']);
    expect(printable('a\tb\u202e\x9b')).toBe('a\\u0009b\\u202e\\u009b');
  });
});
