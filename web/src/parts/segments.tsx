/** One of a few choices, each a button. */
export function Segments(props: {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [value: string, title: string])[];
  readonly onChoose: (value: string) => void;
}) {
  const { label, value, choices, onChoose } = props;
  return (
    <span class="segments" role="group" aria-label={label}>
      {choices.map(([each, title]) => (
        <button key={each} type="button" aria-pressed={each === value} onClick={() => onChoose(each)}>
          {title}
        </button>
      ))}
    </span>
  );
}
