import type { BrowserContext, BrowserContextOptions } from 'playwright-core';

export declare function findChromium(): Promise<string>;
export declare function startChromium(
  options?: BrowserContextOptions & { readonly args?: readonly string[] },
): Promise<{ readonly context: BrowserContext; readonly close: () => Promise<void> }>;
