/**
 * Command lines of `edgeflash plan` as values: what the user typed, with other options laid over
 * it, so that a suggestion can be copied and run as it stands. It only plans, so nothing is lost by
 * trying; `build` and `deploy` take the same options.
 */

/** Options by their flag; true: a flag without a value; null: not given. */
export type Flags = Readonly<Record<string, string | true | null>>;

export interface CommandLine {
  readonly model: string;
  readonly flags: Flags;
}

/** Flags that say what to plan for: one of them replaces all. */
const goals: Flags = { "--optimize": null, "--ram-budget": null, "--latency-budget": null };

/** The command with these options; a new goal takes the place of the old one. */
export function laidOver(command: CommandLine, flags: Flags): CommandLine {
  const isGoal = Object.keys(flags).some((flag) => flag in goals);
  return { ...command, flags: { ...command.flags, ...(isGoal ? goals : {}), ...flags } };
}

/** Quotes what a POSIX shell would take apart. */
const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

export function commandText({ model, flags }: CommandLine): string {
  const options = Object.entries(flags).flatMap(([flag, value]) => {
    if (value === null) return [];
    return value === true ? [flag] : [flag, value];
  });
  return ["edgeflash", "plan", model, ...options].map(word).join(" ");
}
