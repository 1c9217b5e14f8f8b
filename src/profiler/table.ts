import { AttributeError } from "../python/errors.js";
import { pythonFixed, pythonRepr } from "../python/repr.js";
import { type FunctionEvent, FunctionEventAvg, formatTime } from "./events.js";

type Row = FunctionEvent | FunctionEventAvg;

/** How {@link eventTable} looks. */
export interface TableOptions {
  readonly sort_by: string | null;
  readonly row_limit: number | null;
  /** The greatest widths; `null` for any. */
  readonly widths: { readonly name: number | null; readonly shapes: number | null; readonly source: number | null };
  readonly header: string | null;
  readonly top_level_events_only: boolean;
  readonly time_unit: string | null;
  readonly profile_memory: boolean;
  readonly with_flops: boolean;
}

/** A column: its cells are written when it is known how wide they may be. */
interface Column {
  readonly title: string;
  readonly width: number;
  readonly left?: boolean;
  readonly cell: (row: Row) => string;
}

const WIDTH = 12;
const KIB = 1024;

/** A number of bytes in PyTorch's words. */
export function formatMemory(bytes: number): string {
  const units = ["GB", "MB", "KB"];
  const i = units.findIndex((_, k) => Math.abs(bytes) >= KIB ** (3 - k));
  return i < 0 ? `${bytes} B` : `${pythonFixed(bytes / KIB ** (3 - i), 2)} ${units[i]}`;
}

const share = (part: number, whole: number): string =>
  whole === 0 ? "NaN" : `${pythonFixed((100 * part) / whole, 2)}%`;

function timeIn(unit: string | null): (us: number) => string {
  if (unit === "s") return (us) => `${pythonFixed(us / 1e6, 3)}s`;
  if (unit === "ms") return (us) => `${pythonFixed(us / 1e3, 3)}ms`;
  if (unit === "us") return (us) => `${pythonFixed(us, 3)}us`;
  return formatTime;
}

/** At most so wide; what is cut off at the end is `...`. */
function shortened(text: string, width: number | null): string {
  return width !== null && text.length >= width - 3 ? `${text.slice(0, width - 3)}...` : text;
}

/** Cut off at the beginning, for of a path the end matters. */
function shortenedPath(text: string, width: number): string {
  return text.length > width ? `...${text.slice(text.length - width + 3)}` : text;
}

const columns = new Set([
  "cpu_time",
  "cpu_time_total",
  "self_cpu_time_total",
  "cpu_memory_usage",
  "self_cpu_memory_usage",
  "count",
  "flops",
]);

function sorted(rows: readonly Row[], sort_by: string | null): readonly Row[] {
  if (sort_by === null) return rows;
  // there are no devices, so all that PyTorch measures on them is 0
  if (/^(self_)?(cuda|xpu|device)_(time|time_total|memory_usage)$/.test(sort_by)) return rows;
  if (!columns.has(sort_by)) {
    const name = rows[0] instanceof FunctionEventAvg ? "FunctionEventAvg" : "FunctionEvent";
    throw new AttributeError(
      `'${name}' object has no attribute '${sort_by}'`,
      `sort_by may be ${[...columns].join(", ")}.`,
    );
  }
  const value = (row: Row) => row[sort_by as "cpu_time"];
  return rows.toSorted((a, b) => value(b) - value(a));
}

const widest = (texts: readonly string[], limit: number | null): number => {
  const needed = texts.reduce((most, text) => Math.max(most, text.length), 0) + 4;
  return limit === null ? needed : Math.min(needed, limit);
};

function columnsOf(rows: readonly Row[], options: TableOptions): Column[] {
  const { widths, profile_memory, with_flops } = options;
  const total = rows.reduce((sum, row) => sum + row.self_cpu_time_total, 0);
  const time = timeIn(options.time_unit);
  const narrow = (title: string, cell: Column["cell"]): Column => ({ title, width: WIDTH, cell });
  const all: Column[] = [
    {
      title: "Name",
      width: widest(
        rows.map(({ key }) => key),
        widths.name,
      ),
      cell: ({ key }) => shortened(key, widths.name),
    },
    narrow("Self CPU %", (row) => share(row.self_cpu_time_total, total)),
    narrow("Self CPU", (row) => time(row.self_cpu_time_total)),
    narrow("CPU total %", (row) => share(row.cpu_time_total, total)),
    narrow("CPU total", (row) => time(row.cpu_time_total)),
    narrow("CPU time avg", (row) => time(row.cpu_time)),
  ];
  if (profile_memory) {
    all.push(narrow("CPU Mem", (row) => formatMemory(row.cpu_memory_usage)));
    all.push(narrow("Self CPU Mem", (row) => formatMemory(row.self_cpu_memory_usage)));
  }
  all.push(narrow("# of Calls", (row) => String(row.count)));
  if (rows.some(({ input_shapes }) => input_shapes.length > 0)) {
    const text = (row: Row) => (row.input_shapes === "" ? "" : pythonRepr(row.input_shapes));
    const width = widest(rows.map(text), widths.shapes);
    all.push({ title: "Input Shapes", width, cell: (row) => text(row).slice(0, width) });
  }
  const most = rows.reduce((greatest, { flops }) => Math.max(greatest, flops), 0);
  const least = rows.reduce((smallest, { flops }) => (flops > 0 ? Math.min(smallest, flops) : smallest), most);
  const flops = with_flops && most > 0 ? [flopsColumn(least)] : [];
  const frames = rows.flatMap(({ stack }) => stack);
  if (frames.length > 0) {
    const width = widest(frames, widths.source);
    all.push({
      title: "Source Location",
      width,
      left: true,
      cell: ({ stack: [top = ""] }) => shortenedPath(top, width),
    });
  }
  return [...all, ...flops];
}

/** Floating-point operations in the unit that suits the least of them. */
function flopsColumn(least: number): Column {
  const units = ["FLOPs", "KFLOPs", "MFLOPs", "GFLOPs", "TFLOPs", "PFLOPs"];
  const i = Math.max(0, Math.min(Math.floor(Math.log10(least) / 3), units.length - 1));
  const cell = ({ flops }: Row) => (flops > 0 ? pythonFixed(flops / 1000 ** i, 3).padStart(8) : "--");
  return { title: `Total ${units[i]}`, width: WIDTH, cell };
}

/** A table of events or averages, column by column as PyTorch prints it. */
export function eventTable(events: readonly Row[], options: TableOptions): string {
  if (events.length === 0) return "";
  const rows = sorted(events, options.sort_by);
  const all = columnsOf(rows, options);
  const line = (cells: readonly string[]): string =>
    all.map(({ width, left }, i) => `${left ? cells[i].padEnd(width) : cells[i].padStart(width)}  `).join("");
  const rule = line(all.map(({ width }) => "-".repeat(width)));
  const double = "=".repeat(rule.length - 2);

  const lines: string[] = [];
  if (options.header !== null) lines.push(double, options.header);
  if (options.top_level_events_only) lines.push(double, "This report only display top-level ops statistics");
  lines.push(rule, line(all.map(({ title }) => title)), rule);
  const shown = rows.filter((row) => !(options.top_level_events_only && row.cpu_parent !== null));
  const limit = options.row_limit === null || options.row_limit < 0 ? shown.length : options.row_limit;
  const source = all.findIndex(({ title }) => title === "Source Location");
  for (const row of shown.slice(0, limit)) {
    lines.push(line(all.map(({ cell }) => cell(row))));
    if (source < 0) continue;
    const below = (frame: string) => line(all.map(({ width }, i) => (i === source ? shortenedPath(frame, width) : "")));
    lines.push(...row.stack.slice(1).map(below), below(""));
  }
  const total = rows.reduce((sum, row) => sum + row.self_cpu_time_total, 0);
  lines.push(rule, `Self CPU time total: ${timeIn(options.time_unit)(total)}`);
  return `${lines.join("\n")}\n`;
}
