/**
 * The report's colours and its style sheet: one table for each colour scheme, which the browser
 * chooses by the reader's setting.
 *
 * Tensors take the eight tints in turn, so that neighbours differ; windows are tints under stripes;
 * what is no tensor is grey. Text on any tint has a contrast of at least 4.5 to 1 (WCAG 2.2 AA),
 * which tests/report measures.
 */

export interface Scheme {
  readonly page: string;
  readonly ink: string;
  /** Text that matters less. */
  readonly muted: string;
  readonly line: string;
  readonly card: string;
  /** The peak, and what was chosen. */
  readonly accent: string;
  readonly accentCard: string;
  readonly scratch: string;
  readonly stream: string;
  readonly tints: readonly string[];
}

export const light: Scheme = {
  page: "#ffffff",
  ink: "#1c2026",
  muted: "#5a6270",
  line: "#d8dce2",
  card: "#f5f6f8",
  accent: "#b8400c",
  accentCard: "#fdeee4",
  scratch: "#b4b9c2",
  stream: "#d3c8a8",
  tints: [
    ...["#9cc4ec", "#a3d9b4", "#f2cf87", "#d7b6ea"],
    ...["#f0b5ad", "#97d7d6", "#d4da8c", "#bfc3f3"],
  ],
};

export const dark: Scheme = {
  page: "#14171c",
  ink: "#eceff3",
  muted: "#a2abb9",
  line: "#363c46",
  card: "#1e232a",
  accent: "#ff9a5c",
  accentCard: "#3a2618",
  scratch: "#5a616d",
  stream: "#5f563a",
  tints: [
    ...["#275b8c", "#26663d", "#75560f", "#6b3f86"],
    ...["#87423a", "#1c6665", "#5b611d", "#454b9b"],
  ],
};

export const tintOf = (index: number): number => index % light.tints.length;

function variables({ tints, ...named }: Scheme): string {
  const entries = [...Object.entries(named), ...tints.map((tint, index) => [`t${index}`, tint])];
  return entries.map(([name, value]) => `--${name}:${value}`).join(";");
}

const fills = light.tints
  .map((_, index) => `.t${index}{fill:var(--t${index});background:var(--t${index})}`)
  .join("\n");

export const styleSheet = `
:root{color-scheme:light dark;${variables(light)}}
@media (prefers-color-scheme:dark){:root{${variables(dark)}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.5rem 1rem 4rem;background:var(--page);
color:var(--ink);font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .3rem}
h2{font-size:1.15rem;margin:2.6rem 0 .6rem}
p{margin:.3rem 0 .8rem;max-width:70ch}
.muted,caption,small{color:var(--muted)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.7rem;
margin:1.2rem 0;padding:0}
.cards div{background:var(--card);border:1px solid var(--line);border-radius:8px;
padding:.7rem .9rem}
.cards dt{color:var(--muted);font-size:.82rem}
.cards dd{margin:0;font-size:1.25rem;font-variant-numeric:tabular-nums}
.cards small{display:block;font-size:.8rem;line-height:1.35}
.scroll{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;font-size:.87rem}
caption{text-align:left;padding-bottom:.3rem}
th,td{padding:.22rem 1rem .22rem 0;text-align:left;vertical-align:top;overflow-wrap:normal}
th{font-weight:600;border-bottom:1px solid var(--line);white-space:nowrap}
tbody tr{border-bottom:1px solid var(--line)}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tr.peak{background:var(--accentCard)}
code{font:.85em/1.4 ui-monospace,monospace;background:var(--card);padding:.1em .35em;
border-radius:4px}
td{min-width:3rem}
td code{display:inline-block;min-width:22rem}
td.wide{min-width:16rem}
svg{display:block;font:11px system-ui,sans-serif;fill:var(--ink)}
svg text.muted{fill:var(--muted)}
.slot{stroke:var(--page);stroke-width:1}
.scratch{fill:var(--scratch);background:var(--scratch)}
.stream{fill:var(--stream);background:var(--stream)}
.tensor{fill:var(--t0);background:var(--t0)}
.window{fill:var(--t1);
background:repeating-linear-gradient(45deg,var(--t1) 0 4px,var(--page) 4px 6px)}
.stripes{fill:url(#stripes)}
.stripe{stroke:var(--page);stroke-width:2}
.view{fill:none;stroke:var(--ink);stroke-width:1;stroke-dasharray:2 2}
.grid{stroke:var(--line);stroke-width:1}
.peak-line{stroke:var(--accent);stroke-width:1.5;stroke-dasharray:6 4;fill:none}
.peak-column{fill:var(--accentCard)}
.peak-step{fill:none;stroke:var(--accent);stroke-width:1.5}
text.accent{fill:var(--accent);font-weight:600}
.front{fill:none;stroke:var(--muted);stroke-width:1.5}
.point{fill:var(--page);stroke:var(--ink);stroke-width:1.5}
.streams{fill:var(--t1)}
.chosen{fill:var(--accent);stroke:var(--accent)}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;font-size:.82rem;padding:0;list-style:none}
.swatch{display:inline-block;width:.85em;height:.85em;border-radius:2px;margin-right:.4em;
vertical-align:-.08em}
.bad{color:var(--accent);font-weight:600}
${fills}
@media print{.scroll{overflow:visible}}
`;
