import { signal } from '@preact/signals';

/** An index run that was started from a page. */
export interface IndexEvent {
  readonly project: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly phase?: string;
  readonly filesDone?: number;
  readonly filesTotal?: number;
  readonly ms?: number;
  readonly error?: { readonly message: string };
}

export interface Happening {
  readonly at: Date;
  readonly text: string;
}

/** Number of the last committed batch of the store; undefined before it is known. */
export const generation = signal<number | undefined>(undefined);
/** How often the store changed since the page was opened; views ask again when it grows. */
export const changeCount = signal(0);
export const connection = signal<'connecting' | 'live' | 'lost'>('connecting');
/** The last event of each index run, by project. */
export const runs = signal<ReadonlyMap<string, IndexEvent>>(new Map());
/** What happened since the page was opened, the latest first. */
export const happenings = signal<readonly Happening[]>([]);

const KEPT_HAPPENINGS = 50;

/** Follows what happens in the store until the page is closed; the browser connects again by itself. */
export function followChanges(): void {
  const source = new EventSource('api/events');
  source.addEventListener('open', () => (connection.value = 'live'));
  source.addEventListener('error', () => (connection.value = 'lost'));
  source.addEventListener('state', ({ data }: MessageEvent<string>) => {
    const state = JSON.parse(data) as { generation: number; projects: { project: string; generation: number }[] };
    const before = generation.value;
    generation.value = state.generation;
    connection.value = 'live';
    if (before === undefined || before === state.generation) return;
    changeCount.value++;
    const changed = state.projects.filter((project) => project.generation > before).map(({ project }) => project);
    tell(`Generation ${state.generation}${changed.length > 0 ? `: ${changed.join(', ')}` : ''}`);
  });
  source.addEventListener('index', ({ data }: MessageEvent<string>) => {
    const event = JSON.parse(data) as IndexEvent;
    runs.value = new Map(runs.value).set(event.project, event);
    if (event.state === 'done') tell(`Indexed ${event.project} in ${event.ms ?? 0} ms`);
    if (event.state === 'failed') tell(`Indexing ${event.project} failed: ${event.error?.message ?? ''}`);
  });
  source.addEventListener('failure', ({ data }: MessageEvent<string>) => {
    tell((JSON.parse(data) as { error: { message: string } }).error.message);
  });
}

function tell(text: string): void {
  happenings.value = [{ at: new Date(), text }, ...happenings.value].slice(0, KEPT_HAPPENINGS);
}
