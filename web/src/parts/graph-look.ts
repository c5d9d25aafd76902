/** Colours of a graph in the present scheme, which the style sheets define. */
export interface GraphLook {
  readonly tones: Readonly<Record<'self' | 'caller' | 'callee' | 'project' | 'package' | 'cycle', string>>;
  readonly lines: Readonly<Record<'plain' | 'unsure' | 'cycle' | 'undeclared', string>>;
  readonly text: string;
  readonly surface: string;
  readonly border: string;
  readonly faint: string;
  readonly font: string;
}

const SCHEME = '(prefers-color-scheme: dark)';
let held: GraphLook | undefined;

export function graphLook(): GraphLook {
  held ??= readLook();
  return held;
}

/** Gives a function that ends the listening. */
export function onSchemeChange(act: () => void): () => void {
  const query = matchMedia(SCHEME);
  const changed = (): void => {
    held = undefined;
    act();
  };
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

function readLook(): GraphLook {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    tones: {
      self: of('graph-self'),
      caller: of('graph-caller'),
      callee: of('graph-callee'),
      project: of('graph-callee'),
      package: of('graph-package'),
      cycle: of('graph-cycle'),
    },
    lines: {
      plain: of('graph-line'),
      unsure: of('graph-line-faint'),
      cycle: of('graph-cycle'),
      undeclared: of('graph-line-faint'),
    },
    text: of('text'),
    surface: of('surface'),
    border: of('border'),
    faint: of('graph-line-faint'),
    font: of('font'),
  };
}
