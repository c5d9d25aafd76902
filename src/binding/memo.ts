import type { BindingQuery, QueryRunner } from './binding-query.js';

/** Computations nest this deep at most: chains of aliases longer than any real one end without an answer. */
const DEPTH_LIMIT = 200;

/**
 * Remembers answers for as long as it lives. An answer that was cut short anywhere, because it led back
 * to a question that was being answered, is not kept: what a question is answered never depends on
 * the questions before it.
 */
export class Memo implements QueryRunner {
  private readonly answers = new Map<string, Map<string, unknown>>();
  private readonly underway = new Set<string>();
  private wasCut = false;

  get<V>(query: BindingQuery<V>, key: string): V {
    const answers = this.answersOf(query.name);
    const known = answers.get(key);
    if (known !== undefined) return known as V;
    const name = `${query.name}\0${key}`;
    if (this.underway.has(name) || this.underway.size >= DEPTH_LIMIT) {
      this.wasCut = true;
      return query.onCycle.value;
    }
    const outerWasCut = this.wasCut;
    this.wasCut = false;
    this.underway.add(name);
    const answer = query.compute(undefined, key);
    this.underway.delete(name);
    if (!this.wasCut) answers.set(key, answer);
    this.wasCut = this.underway.size > 0 && (this.wasCut || outerWasCut);
    return answer;
  }

  private answersOf(name: string): Map<string, unknown> {
    let answers = this.answers.get(name);
    if (answers === undefined) this.answers.set(name, (answers = new Map<string, unknown>()));
    return answers;
  }
}
