import { type Axis, type Chart, plotSvg, type Series } from "rushlight/inspect";
import type { Run } from "./breast_cancer.js";
import { compare, deviation, holm, mean } from "./statistics.js";

/** The runs of one schedule, one a seed. */
export interface Trial {
  readonly name: string;
  readonly runs: readonly Run[];
}

/** What is reported of a schedule. */
export interface Row extends Trial {
  readonly accuracies: number[];
  readonly testLosses: number[];
  /** Beside the baseline: in accuracy and in test loss. Null for the baseline itself. */
  readonly accuracy: Finding | null;
  readonly testLoss: Finding | null;
}

/** A difference from the baseline, and whether it is larger than the noise. */
export interface Finding {
  readonly difference: number;
  readonly error: number;
  /** Corrected for the number of schedules. */
  readonly p: number;
  readonly verdict: "better" | "worse" | "within the noise";
}

const LEVEL = 0.05;

/** Compares all trials with the first. `patients` are those of the test: accuracies are counted in steps of one. */
export function compareAll(trials: readonly Trial[], patients: number): Row[] {
  const accuracies = trials.map(({ runs }) => runs.map((run) => run.accuracy));
  const testLosses = trials.map(({ runs }) => runs.map((run) => run.testLoss));
  const byAccuracy = findings(accuracies, 1 / patients, 1);
  const byLoss = findings(testLosses, 0, -1);
  return trials.map((trial, i) => ({
    ...trial,
    accuracies: accuracies[i],
    testLosses: testLosses[i],
    accuracy: byAccuracy[i],
    testLoss: byLoss[i],
  }));
}

function findings(values: readonly number[][], grain: number, better: 1 | -1): (Finding | null)[] {
  const [baseline, ...others] = values;
  const comparisons = others.map((other) => compare(other, baseline, grain));
  const ps = holm(comparisons.map(({ p }) => p));
  const found = comparisons.map(({ difference, error }, i): Finding => {
    const verdict = ps[i] >= LEVEL ? "within the noise" : difference * better > 0 ? "better" : "worse";
    return { difference, error, p: ps[i], verdict };
  });
  return [null, ...found];
}

/** The result in one sentence for each measure. */
export function conclusions(rows: readonly Row[]): string[] {
  const baseline = rows[0].name;
  const seeds = rows[0].runs.length;
  if (rows.length < 2) return ["There is nothing to compare."];
  if (seeds < 2) return ["One seed cannot tell a difference from the noise: use two or more."];
  return (["accuracy", "testLoss"] as const).map((measure) => {
    const names = (verdict: Finding["verdict"]) =>
      rows.filter((row) => row[measure]?.verdict === verdict).map(({ name }) => name);
    const what = measure === "accuracy" ? "test accuracy" : "test loss";
    const parts = (["better", "worse"] as const).flatMap((verdict) =>
      names(verdict).length > 0
        ? [`${listed(names(verdict))} ${names(verdict).length === 1 ? "is" : "are"} ${verdict}`]
        : [],
    );
    const rest = names("within the noise").length;
    if (parts.length === 0)
      return `In ${what}, no schedule differs from ${baseline} by more than the noise of ${seeds} seeds.`;
    const others =
      rest > 0 ? `; the other ${rest === 1 ? "one is" : `${rest} are`} within the noise of ${seeds} seeds` : "";
    return `In ${what}, ${parts.join(" and ")} than ${baseline}${others}.`;
  });
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;

/** The report as one HTML file that needs no other. */
export function html(
  rows: readonly Row[],
  settings: { epochs: number; seeds: readonly number[]; patients: number },
): string {
  const { epochs, seeds, patients } = settings;
  const top = Math.max(...rows.flatMap(({ runs }) => runs.flatMap((run) => run.lrs)));
  const cards = rows.map(
    (row) => `<figure><figcaption>${row.name}</figcaption>
${plotSvg(rateChart(row), { width: 300, height: 150 })}
${plotSvg(lossChart(row, rows[0]), { width: 300, height: 170, legend: false })}</figure>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Learning rate schedules compared</title>
<style>${css}</style>
</head>
<body>
<h1>Learning rate schedules compared</h1>
<p>A small network learns to tell malignant from benign tumours: Adam from a learning rate of 0.001, ${epochs} epochs,
${rows.length - 1} schedules and ${rows[0].name}, each with the seeds ${seeds.join(", ")}.</p>
<div class="answer">${conclusions(rows)
    .map((text) => `<p>${text}</p>`)
    .join("\n")}</div>
<h2>Are the differences larger than the noise?</h2>
<div class="wide">${table(rows)}</div>
<p class="note">Mean ± standard deviation over the seeds; differences from ${rows[0].name} ± standard error.
<b>Method.</b> A seed gives every schedule the same first weights and the same batches, so results are compared seed by
seed: Student's t-test for pairs, two-sided, at ${LEVEL * 100} %. As ${rows.length - 1} schedules are tried, one would seem
better by chance sooner or later; Holm's correction takes care of that, and the p shown is the corrected one. Accuracy is
counted in steps of one patient of ${patients}, and known no better than that: the rounding is added to its error. All seeds
share one split into training and test data, so nothing is said of other patients.</p>
<h2>Test accuracy, run by run</h2>
<div class="wide">${strips(rows)}</div>
<p class="note">A dot is a seed, a bar the mean; the dashed line is the mean of ${rows[0].name}.</p>
<h2>Learning rates and training losses</h2>
<div class="overview">${overview("Learning rates", { label: "learning rate", domain: [1e-5, top] }, rows.map(rates))}
${overview(
  "Mean training losses",
  { label: "loss" },
  rows.map((row) => losses(row, false)),
)}</div>
<h2>One by one</h2>
<div class="cards">${cards.join("\n")}</div>
<p class="note">Above the learning rate of each epoch, below the mean training loss of all seeds on a logarithmic axis, with
${rows[0].name} in red; the bands are standard deviations.</p>
</body>
</html>
`;
}

function rateChart(row: Row): Chart {
  return { x: { label: "" }, y: { label: "learning rate" }, series: [rates(row)] };
}

function rates({ name, runs }: Row): Series {
  const spread = runs[0].lrs.map((_, epoch) => deviation(runs.map((run) => run.lrs[epoch])));
  const points = runs[0].lrs.map((_, epoch) => [epoch + 1, mean(runs.map((run) => run.lrs[epoch]))] as const);
  return { name, points, curve: "step", ...(spread.some((s) => s > 0) && { spread }) };
}

function losses({ name, runs }: Row, withSpread: boolean): Series {
  const perEpoch = runs[0].losses.map((_, epoch) => runs.map((run) => run.losses[epoch]));
  const points = perEpoch.map((values, epoch) => [epoch + 1, mean(values)] as const);
  return { name, points, ...(withSpread && { spread: perEpoch.map(deviation) }) };
}

function lossChart(row: Row, baseline: Row): Chart {
  const shown = row === baseline ? [row] : [row, baseline];
  return { x: { label: "epoch" }, y: { label: "loss", log: true }, series: shown.map((of) => losses(of, true)) };
}

function overview(title: string, y: Axis, series: Series[]): string {
  return plotSvg({ title, x: { label: "epoch" }, y: { ...y, log: true }, series }, { width: 960, height: 460 });
}

function table(rows: readonly Row[]): string {
  const percent = (x: number): string => (100 * x).toFixed(1);
  const head = [
    "schedule",
    "accuracy, %",
    "difference",
    "p",
    "more than noise?",
    "test loss",
    "difference",
    "p",
    "more than noise?",
  ];
  const cells = (finding: Finding | null, show: (x: number) => string): string[] => {
    if (finding === null) return ["", "", ""];
    const sign = finding.difference > 0 ? "+" : finding.difference < 0 ? "−" : "";
    const { difference, error, p, verdict } = finding;
    const mark = verdict === "within the noise" ? "no" : `<b class="${verdict}">${verdict}</b>`;
    return [`${sign}${show(Math.abs(difference))} ± ${show(error)}`, p < 0.001 ? "&lt; 0.001" : p.toFixed(3), mark];
  };
  const loss = (x: number): string => x.toFixed(4);
  const body = rows.map((row) => [
    row.name,
    `${percent(mean(row.accuracies))} ± ${percent(deviation(row.accuracies))}`,
    ...cells(row.accuracy, percent),
    `${loss(mean(row.testLosses))} ± ${loss(deviation(row.testLosses))}`,
    ...cells(row.testLoss, loss),
  ]);
  const line = (tag: string, of: readonly string[]): string =>
    `<tr>${of.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return `<table><thead>${line("th", head)}</thead><tbody>${body.map((of) => line("td", of)).join("\n")}</tbody></table>`;
}

/** A row of dots for each schedule, the best on top. Equal accuracies are drawn side by side. */
function strips(rows: readonly Row[]): string {
  const ordered = [...rows].sort((a, b) => mean(b.accuracies) - mean(a.accuracies));
  const all = rows.flatMap(({ accuracies }) => accuracies);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const [left, right, height] = [220, 780, 26];
  const room = most - least || 0.01;
  const x = (accuracy: number): number => left + 20 + ((accuracy - least) / room) * (right - left - 40);
  const bottom = ordered.length * height + 14;
  const ticks = [...new Set(all)].sort((a, b) => a - b).filter((_, i, { length }) => i % Math.ceil(length / 8) === 0);
  const lines = ordered.map(({ name, accuracies }, r) => {
    const y = r * height + 20;
    const dots = accuracies.map((accuracy, i) => {
      const before = accuracies.slice(0, i).filter((other) => other === accuracy).length;
      const twins = accuracies.filter((other) => other === accuracy).length;
      return `<circle cx="${(x(accuracy) + (before - (twins - 1) / 2) * 6).toFixed(1)}" cy="${y}" r="4"/>`;
    });
    const m = x(mean(accuracies)).toFixed(1);
    return `<line class="row" x1="${left}" x2="${right}" y1="${y}" y2="${y}"/><text x="${left - 12}" y="${y + 4}" text-anchor="end">${name}</text>${dots.join("")}<line class="mean" x1="${m}" x2="${m}" y1="${y - 9}" y2="${y + 9}"/>`;
  });
  const axis = ticks.map(
    (tick) =>
      `<text class="faint" x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${(100 * tick).toFixed(1)} %</text>`,
  );
  const at = x(mean(rows[0].accuracies)).toFixed(1);
  const baseline = `<line class="baseline" x1="${at}" x2="${at}" y1="6" y2="${bottom}"/>`;
  return `<svg class="strips" viewBox="0 0 800 ${bottom + 26}" role="img" aria-label="Test accuracy of each run">${baseline}${lines.join("\n")}${axis.join("")}</svg>`;
}

const css = `
:root { --paper: #fff; --ink: #1f2937; --faint: #6b7280; --line: #e5e7eb; --accent: #2563eb; --good: #047857; --bad: #b91c1c; --soft: #f3f4f6; }
@media (prefers-color-scheme: dark) { :root { --paper: #111827; --ink: #e5e7eb; --faint: #9ca3af; --line: #374151; --accent: #60a5fa; --good: #34d399; --bad: #f87171; --soft: #1f2937; } }
body { background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; max-width: 1000px; margin: 2rem auto 4rem; padding: 0 1.25rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin-bottom: .4rem; } h2 { font-size: 1.15rem; margin-top: 2.4rem; }
.answer { background: var(--soft); border-left: 4px solid var(--accent); border-radius: 4px; padding: .3rem 1.1rem; font-size: 1.05rem; }
.answer p { margin: .5rem 0; }
.note { color: var(--faint); font-size: .88rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .86rem; font-variant-numeric: tabular-nums; }
td { white-space: nowrap; }
th, td { padding: .38rem .5rem; text-align: right; vertical-align: bottom; border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: 600; } th:first-child, td:first-child { text-align: left; padding-left: 0; font-weight: 600; }
td:nth-child(5), td:nth-child(9) { text-align: left; color: var(--faint); }
.better { color: var(--good); } .worse { color: var(--bad); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(290px, 1fr)); gap: 1rem; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 8px; padding: .6rem .4rem .2rem; overflow: hidden; }
figcaption { font-weight: 600; padding-left: .6rem; } figure svg { display: block; width: 100%; height: auto; }
.overview svg { width: 100%; height: auto; margin-bottom: 1.2rem; }
.strips { width: 100%; min-width: 560px; height: auto; font-size: 12px; fill: var(--ink); }
.strips circle { fill: var(--accent); fill-opacity: .55; } .strips .row { stroke: var(--line); }
.strips .mean { stroke: var(--ink); stroke-width: 2.5; } .strips .baseline { stroke: var(--faint); stroke-dasharray: 4 3; } .strips .faint { fill: var(--faint); }
`;
