/** What the drawings have in common: colours, texts, the reader's choice of light or dark. */

/** Eight colours for light and for dark backgrounds; further series are dashed. */
export const palette = [
  ["#2563eb", "#60a5fa"],
  ["#dc2626", "#f87171"],
  ["#059669", "#34d399"],
  ["#d97706", "#fbbf24"],
  ["#7c3aed", "#a78bfa"],
  ["#0891b2", "#22d3ee"],
  ["#db2777", "#f472b6"],
  ["#4d7c0f", "#a3e635"],
] as const;
/** Of texts, lines and the ground, for light and for dark. */
export const ink = {
  text: ["#1f2937", "#e5e7eb"],
  faint: ["#6b7280", "#9ca3af"],
  grid: ["#e5e7eb", "#374151"],
  paper: ["#ffffff", "#111827"],
} as const;

/** Light colours stand in the elements, where every viewer finds them; dark ones where the reader prefers them. */
const darkRules = [
  ...palette.map(([, dark], i) => `.rushlight .c${i}{stroke:${dark}}.rushlight .f${i}{fill:${dark}}`),
  ...Object.entries(ink).map(([name, [, dark]]) => `.rushlight .${name}{fill:${dark}}`),
  `.rushlight .rule{stroke:${ink.grid[1]}}.rushlight .mark{stroke:${ink.faint[1]}}`,
];
/** The rules that a drawing of class `rushlight` begins with. */
export const style = `<style>.rushlight text{font-family:system-ui,-apple-system,"Segoe UI",sans-serif}.rushlight .series:hover path{stroke-width:3.5}@media (prefers-color-scheme:dark){${darkRules.join("")}}</style>`;

/** How a text looks; by default it begins at its place, in 12 pixels. */
export interface TextStyle {
  anchor?: "start" | "middle" | "end";
  size?: number;
  weight?: number;
  tone?: "text" | "faint";
}

/** A line of text. */
export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { anchor = "start", size = 12, weight = 400, tone = "text" } = style;
  return `<text class="${tone}" x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${ink[tone][0]}">${escaped(content)}</text>`;
}

/** At most two digits after the point. */
export const round = (value: number): number => Math.round(value * 100) / 100;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** Text inside markup. */
export const escaped = (content: string): string => content.replace(/[&<>"]/g, (c) => entities[c]);
