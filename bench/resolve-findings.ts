import type { GoalResult, Measurement, SuiteResult, Table } from './harness.js';
import { formatCount } from './report.js';
import { precisionOf, recallOf, type Comparison, type Score } from './resolve-score.js';
import type { PackageSource } from './resolve-sources.js';
import { hasNoSymbol, type TrueEdge } from './resolve-truth.js';

/** A place whose edge the store lacks. */
export interface MissedPlace {
  readonly edge: TrueEdge;
  /** How the code gets to the name: the class that it is counted by. */
  readonly way: string;
  /** Line of the place, from 1, and the text of that line. */
  readonly line: number;
  readonly text: string;
}

export interface ResolveFinding {
  readonly from: PackageSource;
  readonly to: PackageSource;
  readonly files: number;
  readonly comparison: Comparison;
  readonly places: readonly MissedPlace[];
}

interface Findings {
  readonly inside: readonly ResolveFinding[];
  readonly across: readonly ResolveFinding[];
  readonly versions: Readonly<Record<string, string>>;
  readonly quick: boolean;
}

type Kind = keyof Comparison['scores'];

const KINDS: readonly (readonly [Kind, string])[] = [
  ['call', 'calls'],
  ['reference', 'references'],
  ['all', 'both'],
];
const INSIDE_GOALS = {
  typescript: { precision: 0.9, recall: 0.85 },
  python: { precision: 0.85, recall: 0.75 },
} as const;
const ACROSS_RECALL_GOAL = 0.95;
const CLASSES_SHOWN = 14;
const EXAMPLE_LENGTH = 90;

/** Turns the comparisons into tables, the figures behind them and the goals. */
export function resolveFindings({ inside, across, versions, quick }: Findings): SuiteResult {
  return {
    suite: 'resolve',
    lane: 'end-to-end',
    runs: 1,
    quick,
    seeds: {},
    versions,
    measurements: [...inside, ...across].flatMap(measurementsOf),
    goals: [...inside.flatMap(insideGoals), ...across.map(acrossGoal)],
    tables: [
      accuracyTable('Inside of one package', inside),
      ...(across.length === 0 ? [] : [accuracyTable('From one package to another', across)]),
      ...(['typescript', 'python'] as const).flatMap((language) => classTables(language, inside)),
    ],
    notes: [],
  };
}

function workOf({ from, to }: ResolveFinding): string {
  const name = ({ packageName, version }: PackageSource): string => `${packageName} ${version}`;
  return from === to ? name(from) : `${name(from)} → ${name(to)}`;
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}

function accuracyTable(title: string, findings: readonly ResolveFinding[]): Table {
  const columns = ['package', 'files', 'edges', 'in the index', 'in the store', 'not judged', 'precision', 'recall'];
  return {
    title,
    columns: [...columns, 'recall among symbols of the store'],
    rows: findings.flatMap((finding) =>
      KINDS.map(([kind, label]) => {
        const score = finding.comparison.scores[kind];
        return [
          workOf(finding),
          formatCount(finding.files),
          label,
          formatCount(score.truth),
          formatCount(score.claimed),
          formatCount(score.unjudged),
          percent(precisionOf(score)),
          percent(recallOf(score)),
          percent(recallOf(amongSymbols(finding.comparison, kind))),
        ];
      }),
    ),
  };
}

/** The score without what the index defines and the store has no symbol for. */
function amongSymbols({ scores, missed }: Comparison, kind: Kind): Score {
  const others = missed.filter((edge) => (kind === 'all' || edge.kind === kind) && edge.to.every(hasNoSymbol));
  return { ...scores[kind], truth: scores[kind].truth - others.length };
}

function classTables(language: PackageSource['language'], findings: readonly ResolveFinding[]): Table[] {
  const own = findings.filter(({ from }) => from.language === language);
  const classes = new Map<string, { place: MissedPlace; finding: ResolveFinding }[]>();
  for (const finding of own) {
    for (const place of finding.places) {
      const way = place.edge.to.every(hasNoSymbol) ? `${place.way}, to what is no symbol` : place.way;
      classes.set(way, [...(classes.get(way) ?? []), { place, finding }]);
    }
  }
  const total = own.reduce((sum, { comparison }) => sum + comparison.scores.all.truth, 0);
  const ordered = [...classes].sort(([a, first], [b, second]) => second.length - first.length || (a < b ? -1 : 1));
  if (ordered.length === 0) return [];
  const rest = ordered.slice(CLASSES_SHOWN).reduce((sum, [, places]) => sum + places.length, 0);
  const rows = ordered.slice(0, CLASSES_SHOWN).map(([way, places]) => {
    const counts = own.map((finding) => formatCount(places.filter((each) => each.finding === finding).length));
    return [way, formatCount(places.length), percent(places.length / total), ...counts, exampleOf(places)];
  });
  const others = [`${ordered.length - CLASSES_SHOWN} other classes`, formatCount(rest), percent(rest / total)];
  return [
    {
      title: `What is missed inside of ${language === 'python' ? 'Python' : 'TypeScript'} packages, by how the code gets to the name`,
      columns: ['class', 'missed', 'of all edges', ...own.map(({ from }) => from.packageName), 'example'],
      rows: ordered.length > CLASSES_SHOWN ? [...rows, [...others, ...own.map(() => ''), '']] : rows,
    },
  ];
}

/** The shortest line that shows the class. */
function exampleOf(places: readonly { readonly place: MissedPlace }[]): string {
  const lines = places.map(({ place }) => place.text.trim()).filter((line) => line.length > 12);
  const shortest =
    lines.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0] ?? places[0]?.place.text.trim() ?? '';
  const cut = shortest.length > EXAMPLE_LENGTH ? `${shortest.slice(0, EXAMPLE_LENGTH - 1)}…` : shortest;
  return cut.includes('`') ? cut : `\`${cut}\``;
}

function insideGoals(finding: ResolveFinding): GoalResult[] {
  const goal = INSIDE_GOALS[finding.from.language];
  return KINDS.map(([kind, label]) => {
    const score = finding.comparison.scores[kind];
    const [precision, recall] = [precisionOf(score), recallOf(score)];
    return {
      work: `${workOf(finding)}, ${label}`,
      goal: `precision ≥${percent(goal.precision)}, recall ≥${percent(goal.recall)}`,
      measured: `${percent(precision)}, ${percent(recall)}`,
      met: precision === null || recall === null ? null : precision >= goal.precision && recall >= goal.recall,
    };
  });
}

function acrossGoal(finding: ResolveFinding): GoalResult {
  const recall = recallOf(finding.comparison.scores.all);
  return {
    work: workOf(finding),
    goal: `recall ≥${percent(ACROSS_RECALL_GOAL)}`,
    measured: percent(recall),
    met: recall === null ? null : recall >= ACROSS_RECALL_GOAL,
  };
}

function measurementsOf(finding: ResolveFinding): Measurement[] {
  const work = workOf(finding);
  return KINDS.flatMap(([kind, label]) => {
    const score = finding.comparison.scores[kind];
    const names = ['truth', 'hits', 'claimed', 'right', 'unjudged'] as const;
    const counts = names.map((name) => ({ metric: `${label}: ${name}`, unit: 'count', value: score[name] }));
    const shares = [
      { metric: `${label}: precision`, unit: 'share', value: precisionOf(score) },
      { metric: `${label}: recall`, unit: 'share', value: recallOf(score) },
    ];
    return [...counts, ...shares].flatMap(({ metric, unit, value }) =>
      value === null ? [] : [{ work, side: 'lestockage', metric, unit, values: [value] }],
    );
  });
}
