import type { Status } from '../api/answers.js';
import { useAnswer } from '../api/use-answer.js';
import { amend, place } from '../router.js';

/** A choice whose value stands in the address. */
export function Picker(props: {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly (readonly [value: string, title: string])[];
}) {
  const { name, label, choices } = props;
  const value = place.value.query[name] ?? choices[0]?.[0] ?? '';
  return (
    <label class="picker">
      <span>{label}</span>
      <select value={value} onChange={(event) => amend({ [name]: event.currentTarget.value })}>
        {choices.map(([each, title]) => (
          <option key={each} value={each} selected={each === value}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

export function ProjectPicker() {
  const { answer } = useAnswer<Status>('status');
  const projects = answer?.projects ?? [];
  if (projects.length < 2) return null;
  const choices = projects.map(({ project }) => [project, project] as const);
  return <Picker name="project" label="Project" choices={[['', 'All projects'], ...choices]} />;
}
