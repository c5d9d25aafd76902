/** Callers that wait until something happens, each with a limit of its own. */
export class WaitList {
  private readonly waiting = new Set<() => void>();

  /** Resolves to true when woken, to false when `limitMs` milliseconds have passed. */
  async wait(limitMs: number): Promise<boolean> {
    if (limitMs <= 0) return false;
    return new Promise((resolve) => {
      const woken = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.waiting.delete(woken);
        resolve(false);
      }, limitMs);
      this.waiting.add(woken);
    });
  }

  wake(): void {
    const woken = [...this.waiting];
    this.waiting.clear();
    for (const callback of woken) callback();
  }
}
