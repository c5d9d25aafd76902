import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** What was measured is in the report alone; tests time nothing. */
const REPORT = readFileSync(fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url)), 'utf8');

const UNITS: Readonly<Record<string, number>> = { µs: 0.001, ms: 1, s: 1000 };

function sectionOf(suite: string): string {
  const start = `<!-- bench:${suite}:start -->`;
  const text = REPORT.slice(REPORT.indexOf(start), REPORT.indexOf(`<!-- bench:${suite}:end -->`));
  expect(text.startsWith(start), `a section of ${suite}`).toBe(true);
  return text;
}

/** Rows of the table below a title in bold, by the names of its columns. */
function tableOf(section: string, title: string): Record<string, string>[] {
  const [head = '', , ...rows] = (section.split(`**${title}**`)[1] ?? '')
    .trim()
    .split('\n\n')[0]!
    .split('\n')
    .filter((line) => line.startsWith('|'));
  const cells = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const names = cells(head);
  return rows.map((row) => Object.fromEntries(cells(row).map((cell, at) => [names[at] ?? '', cell])));
}

function milliseconds(text: string | undefined): number {
  const [, value = '', unit = ''] = /^([\d.,]+) (µs|ms|s)$/.exec(text ?? '') ?? [];
  return Number(value.replaceAll(',', '')) * (UNITS[unit] ?? NaN);
}

describe('the benchmark report', () => {
  it.each(['1,000', '10,000', '100,000', '1,000,000'])(
    '[V3] has a search over %s vectors that is faster than comparing with all, with its recall',
    (count) => {
      const rows = tableOf(sectionOf('vectors'), `${count} vectors of 384 numbers`);
      const own = rows.find(({ side }) => side?.startsWith('lestockage'));
      const scan = rows.find(({ side }) => side === 'exact scan');
      expect(Number(own?.['recall@10'])).toBeGreaterThanOrEqual(0.95);
      expect(milliseconds(own?.['p95'])).toBeLessThan(milliseconds(scan?.['p95']));
    },
  );
});
