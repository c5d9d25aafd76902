import { describe, expect, it } from 'vitest';
import { drawSpeedup } from '../../bench/speedup-picture.js';

describe('the picture of speed-ups', () => {
  const picture = drawSpeedup([
    { name: 'graph <a>', points: [1000, 10_000, 100_000].map((count) => ({ count, speedup: count / 500 })) },
    { name: 'slow', points: [{ count: 1000, speedup: 0.5 }] },
  ]);

  it('has a line and points for each side, and its name without markup', () => {
    expect(picture.match(/<polyline/g)).toHaveLength(2);
    expect(picture.match(/<circle/g)).toHaveLength(4);
    expect(picture).toContain('graph &lt;a>');
  });

  it('has axes of whole powers of ten around all values, and draws inside of them', () => {
    const ticks = [...picture.matchAll(/>([\d.]+[kM]?×?)<\/text>/g)].map((match) => match[1]);
    expect(ticks).toEqual(['1k', '10k', '100k', '0.1×', '1×', '10×', '100×', '1k×']);
    const places = [...picture.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)].map((match) => [
      Number(match[1]),
      Number(match[2]),
    ]);
    for (const [x = 0, y = 0] of places) {
      expect(x).toBeGreaterThanOrEqual(70);
      expect(x).toBeLessThanOrEqual(550);
      expect(y).toBeGreaterThanOrEqual(40);
      expect(y).toBeLessThanOrEqual(365);
    }
  });
});
