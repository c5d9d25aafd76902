import { describe, expect, it } from 'vitest';
import { edgesOf } from '../support/edges.js';

/** The law: what says nothing itself is what the code around it expects, and nothing where that says nothing either. */
describe('types that the code around a value expects', () => {
  const STREAM = [
    'export interface Sink { next(value: string): void; done: boolean }',
    'export class Source { subscribe(sink: Sink): void {} }',
    'export function operate(init: (source: Source, sink: Sink) => void) { return init; }',
    'export function typed<T extends Source>(source: T, each: (one: T) => void) { source.subscribe(null!); each(source); }',
    'export interface Handler { (source: Source): Sink }',
    'export type Options = { handler: Handler; nested: { sink: Sink } } & Extra;',
    'export interface Extra { extra: Source }',
    'export function configure(options: Options) {}',
  ].join('\n');

  /** What the lines of one file use of the members of another. */
  async function uses(...lines: string[]): Promise<string[]> {
    const names = 'operate, configure, typed, type Sink, type Source, type Handler, type Options';
    const source = [`import { ${names} } from './stream';`, ...lines].join('\n');
    const edges = await edgesOf({ 'stream.ts': STREAM, 'use.ts': source }, ['call', 'data_dependency']);
    const member = /^use\.ts#(.*) stream\.ts#(\w+\.\w+\(\w+\)) \[/;
    return edges.flatMap((edge) => {
      const [, from, to] = member.exec(edge) ?? [];
      return from === undefined ? [] : [`${from} ${to}`];
    });
  }

  it('types the parameters of a callback by the function that takes it', async () => {
    expect(
      await uses('export const a = operate((source, sink) => { source.subscribe(sink); sink.next("x"); });'),
    ).toEqual(['a(variable) call Sink.next(method)', 'a(variable) call Source.subscribe(method)']);
  });

  it('types parameters by a declared function type, an interface that can be called, and what a function returns', async () => {
    const edges = await uses(
      'export const b: Handler = (source) => { source.subscribe(null!); return { next() {}, done: true }; };',
      'export function make(): Handler { return (source) => { source.subscribe(null!); return null!; }; }',
      'export const run = (handler: Handler) => handler(null!).next("x");',
    );
    expect(edges).toEqual([
      'b(function) call Source.subscribe(method)',
      'b(function) data_dependency Sink.done(variable)',
      'make(function) call Source.subscribe(method)',
      'run(function) call Sink.next(method)',
    ]);
  });

  it('reads the keys of object literals as members of what is expected, also inside of others', async () => {
    const edges = await uses(
      'export function c(sink: Sink, source: Source) {',
      '  configure({ handler: (s) => { s.subscribe(sink); return sink; }, nested: { sink }, extra: source });',
      '}',
    );
    expect(edges).toEqual([
      'c(function) call Source.subscribe(method)',
      'c(function) data_dependency Extra.extra(variable)',
      'c(function) data_dependency Options.handler(variable)',
      'c(function) data_dependency Options.nested(variable)',
    ]);
  });

  it('reads members where a pattern takes a value apart', async () => {
    expect(
      await uses(
        'export function d({ extra, handler: h }: Options) { extra.subscribe(null!); const { done } = h(extra); return done; }',
      ),
    ).toEqual([
      'd(function) call Options.handler(variable)',
      'd(function) call Source.subscribe(method)',
      'd(function) data_dependency Extra.extra(variable)',
      'd(function) data_dependency Options.handler(variable)',
      'd(function) data_dependency Sink.done(variable)',
    ]);
  });

  it('takes a parameter of a type for what it extends, and a member type for the member', async () => {
    const edges = await edgesOf(
      {
        'a.ts': [
          'export interface Base { id: Id; items: Item[] }',
          'export class Id { text() {} }',
          'export class Item { use() {} }',
          "export function f<T extends Base>(value: T, id: T['id'], item: Base['items'][number]) {",
          '  value.id.text(); id.text(); item.use();',
          '}',
        ].join('\n'),
      },
      ['call', 'data_dependency'],
    );
    expect(edges).toEqual([
      'a.ts#f(function) call a.ts#Id.text(method) [receiver]',
      'a.ts#f(function) call a.ts#Item.use(method) [receiver]',
      'a.ts#f(function) data_dependency a.ts#Base.id(variable) [receiver]',
      'a.ts#f(function) data_dependency a.ts#Base.items(variable) [receiver]',
    ]);
  });

  it('finds a member in every alternative of a union that has it', async () => {
    const edges = await edgesOf(
      {
        'a.ts': [
          'interface Added { type: "added"; item: string }',
          'interface Gone { type: "gone" }',
          'type Action = Added | Gone | null;',
          'export function reduce(action: Action) { return action.type === "added" ? action.item : action.type; }',
          'export function send(actions: Action[]) { actions.push({ type: "gone" }); for (const one of actions) one.type; }',
        ].join('\n'),
      },
      ['data_dependency'],
    );
    expect(edges).toEqual([
      'a.ts#reduce(function) data_dependency a.ts#Added.item(variable) [receiver]',
      'a.ts#reduce(function) data_dependency a.ts#Added.type(variable) [receiver]',
      'a.ts#reduce(function) data_dependency a.ts#Gone.type(variable) [receiver]',
      'a.ts#send(function) data_dependency a.ts#Added.type(variable) [receiver]',
      'a.ts#send(function) data_dependency a.ts#Gone.type(variable) [receiver]',
    ]);
  });

  it('merges an interface with the namespace of its name, and knows the members of enumerations', async () => {
    const edges = await edgesOf(
      {
        'a.ts': [
          'export interface Spec { props: Spec.Props }',
          'export declare namespace Spec { interface Props { vendor: string } }',
          'export enum Code { Missing = "missing", Other }',
          'export function f(props: Spec.Props) { return props.vendor + Code.Missing + Code.Other; }',
        ].join('\n'),
      },
      ['data_dependency', 'reference'],
    );
    expect(edges).toEqual([
      'a.ts#Spec.props(variable) reference a.ts#Spec.Props(interface) [inheritance]',
      'a.ts#f(function) data_dependency a.ts#Code.Missing(variable) [self]',
      'a.ts#f(function) data_dependency a.ts#Code.Other(variable) [self]',
      'a.ts#f(function) data_dependency a.ts#Spec.Props.vendor(variable) [receiver]',
      'a.ts#f(function) reference a.ts#Code(enum) [scope]',
      'a.ts#f(function) reference a.ts#Spec.Props(interface) [inheritance]',
    ]);
  });

  it('makes no field of an assignment in TypeScript, where fields are declared', async () => {
    const edges = await edgesOf(
      {
        'a.ts': [
          'export class Base { protected list: number[] = []; }',
          'export class Sub extends Base { clear() { this.list = []; } }',
        ].join('\n'),
      },
      ['data_dependency'],
    );
    expect(edges).toEqual(['a.ts#Sub.clear(method) data_dependency a.ts#Base.list(variable) [inheritance]']);
  });

  it('binds nothing where nothing is expected, and ends where types lead to themselves', async () => {
    const edges = await edgesOf(
      {
        'a.ts': [
          'export interface Thing { act(): void; kind: string }',
          'type Loop = Loop | Loop[];',
          'type Call = (next: Call) => Call;',
          'declare const unknown: any;',
          'export function f(loop: Loop, call: Call) {',
          '  unknown((thing) => thing.kind); missing({ kind: "x" }); loop.kind; call((next) => next.kind);',
          '}',
        ].join('\n'),
      },
      ['call', 'data_dependency'],
    );
    expect(edges.filter((edge) => edge.includes('Thing'))).toEqual([]);
  });
});
